"""Operators in small letters are words, and are told of where they are plausibly meant as operators."""

from __future__ import annotations

from pathlib import Path

import pytest

from searcher import Searcher
from searcher.query.small_operators import small_operators


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
    ],
)
def test_small_operators_are_told_where_they_are_meant(query: str, small: str, meant: str) -> None:
    """A question whose parts they connect is shown as it is written; what a phrase holds stays."""
    ((kind, text),) = small_operators(query)
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
        "not and or",
        "médaille d'or and",
    ],
)
def test_sentences_and_names_are_not_blamed(query: str) -> None:
    """What people paste, a phrase and the name of a country have small words of grammar."""
    assert small_operators(query) == ()


def test_an_answer_tells_it_once_also_when_read_strictly(sample_index: Path) -> None:
    """It is a note beside an answer that stays as it was."""
    with Searcher(sample_index) as searcher:
        for strict in (False, True):
            results = searcher.search("ferry not drill and not tide", strict=strict)
            assert [note.kind for note in results.notes] == ["operators"]
            assert results.total >= searcher.search("ferry", strict=strict).total
