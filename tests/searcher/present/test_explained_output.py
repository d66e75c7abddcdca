"""Explanations of scores, as people see them."""

from __future__ import annotations

from invented_results import answer, hit, table

from searcher.results import Explanation


def test_an_id_contains_no_control_characters() -> None:
    """An id above an explanation is as legible as at its hit."""
    results = answer(hit(id="a\u202eb\u2028c"), explanations=(Explanation("sum of", 1.0),))
    assert table(results).splitlines()[-2] == "why 1 (a\ufffdb c):"
