"""Pasted sentences with any characters around them, operators included."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indexer.analysis import is_function_word
from indexer.analysis.chunk_words import chunk_words
from indexer.documents import read_items
from indexer.errors import QueryError
from indexer.sample import sample_path
from indexer.store.indexing import build
from searcher import Searcher
from searcher.engine import Filters
from searcher.interpretation import Interpreter
from searcher.query.limits import LIMITS
from searcher.query.model import WordSet, leaves
from searcher.query.whoosh_tree import to_whoosh

SHORTEST, MAX_LENGTH = 5, 40  # words of the pasted text
MIN_COUNT = 2  # content words in it
MAX_NOTES = 10
MAX_NOTE_LENGTH = 300
WRITTEN = "; here, write "  # the note that shows the whole query, to copy it

# Characters without a meaning as operators.
LONE = "\"“”„«»‹›()[]{}/\\|–—…!?¿¡;:,.'’‘&@#%=<>•§€$_`→^~"
SIGNS = [*[sign for sign in LONE if sign != "!"], "...", "--", "://", '""', "()", ":)", "\t", "\n"]
SPACES = ["\u00a0", "\u200b", "\ufeff", "\u2028"]
QUOTES = frozenset('"“”„«»‹›')
PAIRS = ['""', "“”", "«»", "()", "[]", "{}", "‘’", "''", "<>", "‹›", "„“", "__", "//"]

# A word turned into a pattern or a fuzzy word, whether intended or not ...
WIDE = "{0}* *{0} *{0}* **{1}** {0}?{1} *? {1}~ {1}~3 {1}~9 title:{0}* title:{1}~".split()
# ... and with an operator that may exclude the item.
NARROW = ["NOT {1}", "NOT NOT", "* AND {1}", *"-{1} +{0}* AND date:2000.. country:Africa (({1})".split()]
REPEATED = [1, 1, 3, 20, 40]  # times, so that limits are reached


@cache
def items() -> list[tuple[int, list[str]]]:
    """Return the first line and the words of each item of the sample archive."""
    with sample_path() as path:
        return [(item.source.first, item.body.split()) for item in read_items(path)]


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Return the sample archive among items with so many words that short patterns exceed the limit."""
    folder = tmp_path_factory.mktemp("wordy")
    words = ["".join(letters) for letters in product("acdeprst", "aeiourlnsty", "bcdfglmnpr", "aeioumnrst")]
    records = [{"id": f"w{n}", "body": " ".join(words[n::4])} for n in range(4)]
    (folder / "words.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with sample_path() as sample:
        build([sample, folder / "words.jsonl"], folder / "index")
    with Searcher(folder / "index") as opened:
        yield opened


@st.composite
def pasted(draw: st.DrawFn) -> tuple[int, str]:
    """Cut a run of words from an item and put characters before, after, between and around them."""
    first_line, words = draw(st.sampled_from(items()))
    start = draw(st.integers(0, max(0, len(words) - SHORTEST)))
    cut = words[start : start + draw(st.integers(SHORTEST, MAX_LENGTH))]
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


@st.composite
def asking(draw: st.DrawFn, operators: list[str]) -> tuple[int, str]:
    """Put words with operators, some of them many times, between those of a pasted text."""
    first_line, text = draw(pasted())
    cut = text.split(" ")
    for _ in range(draw(st.integers(1, 6))):
        word = draw(st.sampled_from([word for word in cut if word.isalpha()] or ["ferry"]))
        written = draw(st.sampled_from(operators)).format(word[0], word)
        # In quotation marks it would make another phrase, which the item need not have.
        quoted = [number for number, one in enumerate(cut) if QUOTES.intersection(one)] or [len(cut)]
        at = draw(st.sampled_from([*range(quoted[0] + 1), *range(quoted[-1] + 1, len(cut) + 1)]))
        cut[at:at] = [written] * draw(st.sampled_from(REPEATED))
    return first_line, " ".join(cut)


@given(cut=pasted(), expand=st.booleans())
@settings(max_examples=examples(60))
def test_pasted_text_is_never_refused_and_matches_its_item(
    sample: Searcher, *, cut: tuple[int, str], expand: bool
) -> None:
    """With any unmatched characters around them, the words match the item that they come from."""
    first_line, text = cut
    words = [text[word.start : word.end] for word in chunk_words(text, "und")]
    assume(sum(not is_function_word(word) for word in words) >= MIN_COUNT)
    hits = sample.search(text, expand=expand, facets=(), limit=100).hits
    assert first_line in {hit.source.first for hit in hits if hit.source}


@given(cut=asking(WIDE), expand=st.booleans())
@settings(max_examples=examples(25), deadline=None)
def test_pasted_patterns_are_never_refused(wordy: Searcher, *, cut: tuple[int, str], expand: bool) -> None:
    """Patterns and fuzzy words beyond the limits are text, with few notes, and the other words match."""
    first_line, text = cut
    words = [text[word.start : word.end] for word in chunk_words(text, "und")]
    assume(sum(not is_function_word(word) for word in words) >= MIN_COUNT)
    results = wordy.search(text, expand=expand, facets=(), limit=100)
    assert first_line in {hit.source.first for hit in results.hits if hit.source}
    assert len(results.notes) <= MAX_NOTES
    assert all(len(note.text.partition(WRITTEN)[0]) < MAX_NOTE_LENGTH for note in results.notes)
    assert all(len(note.text.partition(WRITTEN)[2]) < 2 * len(text) for note in results.notes)


@given(cut=asking([*WIDE, *NARROW]), all_words=st.booleans())
@settings(max_examples=examples(25), deadline=None)
def test_a_pasted_text_with_any_operators_is_answered(
    wordy: Searcher, *, cut: tuple[int, str], all_words: bool
) -> None:
    """Operators of every kind, in any number, are answered within the limits, or refused if strict."""
    _, text = cut
    results = wordy.search(text, facets=(), limit=10, explain=True, all_words=all_words)
    assert all(hit.via for hit in results.hits)
    if results.relaxed is not None:
        assert wordy.search(results.relaxed, facets=(), all_words=all_words).total == results.total
    meant = Interpreter(wordy._engine).interpret(text, Filters())
    found = {
        leaf for leaf in leaves(meant.query) if isinstance(leaf, WordSet) and set("*?~") & set(leaf.pattern)
    }
    assert len(found) <= LIMITS.patterns
    assert sum(len(leaf.words) for leaf in found) <= LIMITS.found_together
    to_whoosh(meant.query)
    try:
        wordy.search(text, facets=(), limit=1, strict=True)
    except QueryError as told:
        fault, _, written = str(told).partition(WRITTEN)
        assert len(fault) < MAX_NOTE_LENGTH
        assert len(written) < 2 * len(text)
