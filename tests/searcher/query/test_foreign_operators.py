"""Operators of other programs are words, and a note explains them if they are probably operators."""

from pathlib import Path

import pytest

from searcher import Searcher
from searcher.query.query_text import foreign_operators


@pytest.mark.parametrize(
    ("query", "small", "meant"),
    [
        ("ferry and storm", "and", "ferry AND storm"),
        ("ferry not cargo", "not", "ferry NOT cargo"),
        ("ferry and not cargo", "and", "ferry AND NOT cargo"),
        ("night ferry not cargo", "not", "night ferry NOT cargo"),
        ("(ferry or boat) and night", "or", "(ferry OR boat) AND night"),
        ("ferry AND night or dawn", "or", "ferry AND night OR dawn"),
        ('"ferry and night" and storm', "and", '"ferry and night" AND storm'),
        ("country:KE and ferry", "and", "country:KE AND ferry"),
        ("Ferry And Not Cargo", "And", "Ferry AND NOT Cargo"),
    ],
)
def test_probable_operators_are_explained(query: str, small: str, meant: str) -> None:
    """The note has the query in the correct syntax; the contents of a phrase are not affected."""
    ((kind, text),) = foreign_operators(query)
    assert kind == "operators"
    assert text == f"read “{small}” as a word: an operator is written in capitals: {meant}"


@pytest.mark.parametrize(
    "query",
    [
        "ferry or boat",  # the same either way
        "ferry AND boat",
        '"search and rescue"',
        "Trinidad and Tobago",
        "harbour safety and night ferries",
        "The Observatory and the Agency for Rivers (ARV) and their partners",
        "why ferries do not sail",
        "whether or not",
        "Johnson & Johnson",
        "BODY FOUND NEAR LAKE",
        "a body near the lake",
        "not and or",
        "médaille d'or and",
    ],
)
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
