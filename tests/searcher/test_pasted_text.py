"""Sentences that are pasted with whatever signs stand around them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indexer.analysis import is_function_word
from indexer.analysis.chunk_words import chunk_words
from indexer.documents import read_items
from indexer.sample import sample_path
from searcher import Searcher

SHORTEST, LONGEST = 5, 40  # words of what is pasted
FEWEST = 2  # words of content in it

# Signs that ask for nothing by themselves. Operators are left out: -word and +word, *, ~2.
LONE = "\"“”„«»‹›()[]{}/\\|–—…!?¿¡;:,.'’‘&@#%=<>•§€$_`→^~"
SIGNS = [*LONE, "...", "--", "://", '""', "()", ":)", "\t", "\n"]
SPACES = ["\u00a0", "\u200b", "\ufeff", "\u2028"]
PAIRS = ['""', "“”", "«»", "()", "[]", "{}", "‘’", "''", "<>", "‹›", "„“", "__", "//"]

with sample_path() as path:
    ITEMS = [(item.source.first, item.body.split()) for item in read_items(path)]


@pytest.fixture(scope="module")
def searcher(sample_index: Path) -> Iterator[Searcher]:
    """The sample archive, open for questions."""
    with Searcher(sample_index) as opened:
        yield opened


@st.composite
def pasted(draw: st.DrawFn) -> tuple[int, str]:
    """Cut a run of words from an item and put signs before, behind, between and around them."""
    first_line, words = draw(st.sampled_from(ITEMS))
    start = draw(st.integers(0, max(0, len(words) - SHORTEST)))
    cut = words[start : start + draw(st.integers(SHORTEST, LONGEST))]
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(cut) - 1))
        how = draw(st.sampled_from(["before", "behind", "between", "around"]))
        if how == "around":
            opening, closing = draw(st.sampled_from(PAIRS))
            last = min(at + draw(st.integers(0, 3)), len(cut) - 1)
            cut[at], cut[last] = opening + cut[at], cut[last] + closing
        else:
            sign = draw(st.sampled_from(SIGNS + SPACES))
            cut[at] = {"before": sign + cut[at], "behind": cut[at] + sign}.get(how, f"{sign} {cut[at]}")
    return first_line, " ".join(cut)


@given(cut=pasted(), expand=st.booleans())
@settings(max_examples=examples(150))
def test_pasted_text_is_never_refused_and_finds_its_item(
    searcher: Searcher, *, cut: tuple[int, str], expand: bool
) -> None:
    """Whatever signs stand around them and without a partner, the words find the item that they stand in."""
    first_line, text = cut
    words = [text[word.start : word.end] for word in chunk_words(text, "und")]
    assume(sum(not is_function_word(word) for word in words) >= FEWEST)
    hits = searcher.search(text, expand=expand, facets=(), limit=100).hits
    assert first_line in {hit.source.first for hit in hits if hit.source}
