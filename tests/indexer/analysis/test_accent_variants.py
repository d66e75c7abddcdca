"""Words typed without accents match the accented ones."""

import os
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.analysis import Analyzer, analyzer
from indexer.analysis.analyzer import ADJECTIVE, GENDER, NUMBER, SAME, VERB
from indexer.analysis.word_arrays import ChunkIndex
from indexer.analysis.word_forms import distance


def variants(language: str, text: str) -> defaultdict[str, set[str]]:
    """Return the accent variants of a text, each chunk analyzed once, as in an index."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    for chunk in text.split():
        for token in analyzer(language).analyse_chunk(chunk):
            if token.variant is not None:
                table[token.word].add(token.variant)
    return table


@by_table
def test_accents_may_be_left_out_on_either_side(language: str, written: str, typed: str) -> None:
    """Whether the text or the query leaves its accents out, the query's terms include the text's."""
    found = analyzer(language).query_terms(typed, variants(language, written).__getitem__)
    assert set(analyzer(language).terms(written)) & set(found)


def test_the_term_of_the_typed_word_comes_first() -> None:
    """The term of the word as typed is first, so that a caller can weigh it most."""
    assert analyzer("es").query_terms("policia", {"policia": ["polic"]}.__getitem__) == ("polici", "polic")


@pytest.mark.parametrize("chunk", ["ports", "año", "harbour", "niños", "port-city"])
def test_words_that_match_unaccented_have_no_variant(chunk: str) -> None:
    """A word has a variant only if its unaccented spelling misses its term, which keeps the table small."""
    assert [token.variant for token in Analyzer("es").analyse_chunk(chunk) if token.variant] == []


def test_stop_words_have_query_terms() -> None:
    """A caller that searches a stop word of one language gets its term in another."""
    assert analyzer("fr").query_terms("été") == ("ete",)
    assert analyzer("en").query_terms("son") == ("son",)


KEYS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=40)


@pytest.mark.parametrize("random", [os.urandom, bytes])  # for zeroes, (1, 2) and (2, 1) collide
@settings(max_examples=examples(50), deadline=None)
@given(known=KEYS, asked=KEYS)
def test_colliding_chunks_are_distinguished(
    random: Callable[[int], bytes], known: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    """Chunks are found by their keys, and are equal if these are, whatever slots they share."""
    index = ChunkIndex(random)
    low, high = np.array([*known, *asked, (9, 9)], np.uint64).T
    first, same_as = index.distinct(low, high)
    assert (low[first][same_as] == low).all()
    assert (high[first][same_as] == high).all()
    own = slice(0, len(known))
    first, same_as = index.distinct(low[own], high[own])
    numbers = [known.index(key) for key in known]
    assert set(numbers) <= set(first.tolist())
    index.add(low[first], high[first], first)
    found, unknown = index.find(low, high)
    every = [*known, *asked, (9, 9)]
    assert unknown.tolist() == [at for at, key in enumerate(every) if key not in known]
    at = [place for place, key in enumerate(every) if key in known]
    assert found[at].tolist() == [known.index(every[place]) for place in at]


DISTANCES = {
    None: "no form",
    SAME: "same",
    NUMBER: "number",
    GENDER: "gender",
    VERB: "verb",
    ADJECTIVE: "adjective",
}
LANGUAGES = ("en", "es", "fr")


@by_table
def test_a_form_has_its_distance(language: str, typed: str, label: str, alone: str, within: str) -> None:
    """Forms of a word are recognised, short verbs next to other words only; words of one stem are not."""
    found = [distance(language, typed, label, within=place) for place in (False, True)]
    assert [DISTANCES[far] for far in found] == [alone, within]


@given(st.sampled_from(LANGUAGES), st.text("abcdeéñoœrs", min_size=1, max_size=9), st.booleans())
def test_every_word_is_its_own_form(language: str, word: str, within: bool) -> None:  # noqa: FBT001 - drawn
    """No form is nearer to a word than the word."""
    assert distance(language, word, word, within=within) == SAME


@given(st.sampled_from(LANGUAGES), *[st.text("aeéínrsdoœ", min_size=1, max_size=8)] * 2)
def test_other_words_of_a_label_never_exclude_a_form(language: str, typed: str, label: str) -> None:
    """A form that matches alone also matches within a label, at no larger distance."""
    alone = distance(language, typed, label, within=False)
    if alone is not None:
        alongside = distance(language, typed, label, within=True)
        assert alongside is not None
        assert alongside <= alone
