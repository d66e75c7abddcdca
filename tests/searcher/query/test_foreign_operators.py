"""Operators as other programs write them are words, and are told of where they are plausibly meant."""

from __future__ import annotations

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
        ("ferry && (night || dawn)", "&&", "ferry AND (night OR dawn)"),
    ],
)
def test_foreign_operators_are_told_where_they_are_meant(query: str, small: str, meant: str) -> None:
    """A question whose parts they connect is shown as it is written; what a phrase holds stays."""
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
def test_sentences_and_names_are_not_blamed(query: str) -> None:
    """What people paste, a phrase and the name of a country have small words of grammar."""
    assert foreign_operators(query) == ()


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("ferry NEAR storm", '"ferry storm"~10'),
        ("night ferry NEAR/3 storm", '"ferry storm"~3'),
        ("ferry w/5 storm", '"ferry storm"~5'),
        ("ferry ADJ2 storm", '"ferry storm"~2'),
    ],
)
def test_words_near_each_other_are_told_how_they_are_written(query: str, meant: str) -> None:
    """As catalogues of libraries and of newspapers have it, between two words."""
    ((kind, text),) = foreign_operators(query)
    assert kind == "operators"
    assert text.endswith(f"as a word: words near each other are written {meant}")


def test_an_answer_tells_it_once_also_when_read_strictly(sample_index: Path) -> None:
    """It is a note beside an answer that stays as it was."""
    with Searcher(sample_index) as searcher:
        for strict in (False, True):
            results = searcher.search("ferry not drill and not tide", strict=strict)
            assert [note.kind for note in results.notes] == ["operators"]
            assert results.total >= searcher.search("ferry", strict=strict).total
