"""How scores come about, as people see it."""

from __future__ import annotations

from io import StringIO

from invented_results import answer, hit

from searcher.present.explained import write_explanations
from searcher.results import Explanation


def test_an_id_never_steers_the_terminal() -> None:
    """An id stands above an explanation as legibly as beside its hit."""
    stream = StringIO()
    results = answer(hit(id="a\u202eb\u2028c"), explanations=(Explanation("sum of", 1.0),))
    write_explanations(results, stream)
    assert stream.getvalue().splitlines()[1] == "why 1 (a\ufffdb c):"
