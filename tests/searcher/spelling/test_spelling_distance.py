"""The distance between spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.query.corrector import corrected_query
from searcher.query.near_words import distance

words = st.text("abcdeñ", max_size=8)


@given(words, words)
def test_the_distance_is_symmetric(one: str, other: str) -> None:
    """The distance is zero for equal words only, and the same both ways."""
    assert (distance(one, other, 9) == 0) == (one == other)
    assert distance(one, other, 9) == pytest.approx(distance(other, one, 9))


@pytest.mark.parametrize(
    ("typed", "usual", "odd"),
    [("harbour", "harbuor", "hakbour"), ("ferry", "fery", "fery" + "x"), ("tide", "ride", "pide")],
)
def test_usual_misspellings_are_nearer(typed: str, usual: str, odd: str) -> None:
    """Swaps, single letters for double ones and neighbouring keys cost less than other edits."""
    assert 0 < distance(typed, usual, 3) < distance(typed, odd, 3)


def test_only_the_wrong_words_are_replaced() -> None:
    """Punctuation, operators and other words stay as typed."""
    assert corrected_query('fery AND "fery boat" ferys', {"fery": "ferry"}) == 'ferry AND "ferry boat" ferys'
