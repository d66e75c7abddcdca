"""How scores come about, as people see it."""

from __future__ import annotations

from invented_results import answer, hit, table

from searcher.score_parts import Explanation


def test_an_id_never_steers_the_terminal() -> None:
    """An id stands above an explanation as legibly as beside its hit."""
    results = answer(hit(id="a\u202eb\u2028c"), explanations=(Explanation("sum of", 1.0),))
    assert table(results).splitlines()[-2] == "why 1 (a\ufffdb c):"
