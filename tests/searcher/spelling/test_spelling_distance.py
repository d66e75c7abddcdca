"""The cost of misspellings."""

import pytest

from searcher.query.corrector import corrected_query
from searcher.query.near_words import slip_cost


@pytest.mark.parametrize(
    ("typed", "usual", "odd"),
    [("harbour", "harbuor", "hakbour"), ("ferry", "fery", "ferrxy"), ("tide", "ride", "pide")],
)
def test_usual_misspellings_are_nearer(typed: str, usual: str, odd: str) -> None:
    """Swaps, single letters for double ones and neighbouring keys cost less than other edits."""
    assert 0 < slip_cost(typed, usual, 1) < slip_cost(typed, odd, 1) < slip_cost(typed, odd, 2)


def test_only_the_wrong_words_are_replaced() -> None:
    """Punctuation, operators and other words stay as typed."""
    assert corrected_query('fery AND "fery boat" ferys', {"fery": "ferry"}) == 'ferry AND "ferry boat" ferys'
