"""Operators of other programs are words, and a note explains them if they are probably operators."""

from pathlib import Path

from tables import by_table

from searcher import Searcher
from searcher.query.query_text import foreign_operators


@by_table
def test_probable_operators_are_explained(query: str, small: str, meant: str) -> None:
    """The note has the query in the correct syntax; the contents of a phrase are not affected."""
    ((kind, text),) = foreign_operators(query)
    assert kind == "operators"
    assert text == f"read “{small}” as a word: an operator is written in capitals: {meant}"


@by_table
def test_sentences_and_names_get_no_note(query: str) -> None:
    """Pasted text, phrases and names of countries contain small function words."""
    assert foreign_operators(query) == ()


def test_a_note_on_operators_is_given_once_even_if_strict(sample_index: Path) -> None:
    """The note does not change the answer."""
    with Searcher(sample_index) as searcher:
        for strict in (False, True):
            results = searcher.search("ferry not drill and not tide", strict=strict)
            assert [note.kind for note in results.notes] == ["operators"]
            assert results.total >= searcher.search("ferry", strict=strict).total
