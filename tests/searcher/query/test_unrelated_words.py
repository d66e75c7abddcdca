"""Unrelated words with one stem are kept apart; derived words and the spellings of e- are found together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer import analysis
from indexer.analysis import analyzer
from indexer.analysis.analyzer import COMMON, family
from indexer.data_tables import rows
from searcher import Searcher

MakeIndex = Callable[..., Path]

RECORDS = (
    {"id": "college", "body": "The university of the harbour town teaches navigation"},
    {"id": "all", "body": "A universal lamp for every lighthouse"},
    {"id": "wedding", "body": "They were married on the quay"},
    {"id": "blast", "body": "The explosion of a boiler, and opposite the quay a crane"},
    {"id": "course", "body": "The pilots follow an e-learning course"},
    {"id": "course2", "body": "The cooks follow an eLearning course"},
    {"id": "lesson", "body": "The children are learning to swim"},
    {"id": "es", "body": "La universidad del puerto y una llave universal", "language": "es"},
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: MakeIndex) -> Iterator[Searcher]:
    """Return a searcher of texts with words of one stem."""
    with Searcher(make_shared_index(*RECORDS)) as searcher:
        yield searcher


def ids(searcher: Searcher, query: str, **options: bool | str) -> list[str]:
    """Return the ids of the hits, best first."""
    return [hit.id for hit in searcher.search(query, **options).hits]


def test_unrelated_words_with_one_stem_are_apart(searcher: Searcher) -> None:
    """A word does not match another word with its stem, in the language of the question too."""
    english = {"query_language": "en", "expand": False}
    assert "all" not in ids(searcher, "university", **english)
    assert "college" not in ids(searcher, "universal", **english)
    assert "college" in ids(searcher, "universities", **english)


def test_a_word_without_its_own_texts_is_unmatched(make_index: MakeIndex) -> None:
    """If texts only have unrelated words with its stem, a word does not occur."""
    with Searcher(make_index({"id": "a", "body": "The university of the harbour town"})) as searcher:
        assert searcher.search("universal").unmatched == ("universal",)


def test_families_share_a_stem_with_other_words() -> None:
    """Each beginning of the table is long enough to be looked up, and listed once."""
    listed = [
        (language, one) for language, cell in rows(analysis.__file__, "unrelated.tsv") for one in cell.split()
    ]
    assert len(listed) == len(set(listed))
    assert all(len(one) >= COMMON for _, one in listed)
    for language, one, other in (("en", "importance", "imports"), ("fr", "universel", "université")):
        assert family(language, one) != family(language, other)
        assert analyzer(language).term(one)[:6] == analyzer(language).term(other)[:6]


@pytest.mark.parametrize(("query", "found"), [("marriage", "wedding"), ("exploded", "blast")])
def test_derived_words_are_found(searcher: Searcher, query: str, found: str) -> None:
    """A noun finds the verb that it is derived from, and the verb the noun."""
    hits = searcher.search(query).hits
    assert [(hit.id, hit.via) for hit in hits] == [(found, ("related",))]


def test_a_derived_noun_is_no_other_word(searcher: Searcher) -> None:
    """The verb *oppose* finds *opposition*, but not *opposite*, which has the same stem."""
    assert "blast" not in ids(searcher, "oppose")


@pytest.mark.parametrize("query", ["e-learning", "eLearning", "e learning", "elearning"])
def test_e_before_a_word_is_a_prefix(searcher: Searcher, query: str) -> None:
    """All spellings find both, and not every text with the second word."""
    assert {"course", "course2"} <= set(ids(searcher, query)) <= {"course", "course2", "lesson"}
    assert "lesson" not in ids(searcher, query)[:2]


def test_excluded_senses_are_not_added(searcher: Searcher) -> None:
    """A label with a word that the question excludes is not searched for."""
    assert "child" in str(searcher.search("niños").expansions)
    assert "child" not in str(searcher.search("niños -children").expansions)
