from __future__ import annotations

from datetime import date

import pytest

from benchmarks.before.comparison import Comparison, report
from benchmarks.question import Question


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ([11.0, 9.0, 10.0, 10.1], "equal"),
        ([15.0, 15.0, 15.0, 15.0], "slower"),
        ([5.0, 5.0, 5.0, 5.0], "faster"),
    ],
)
def test_a_difference_within_the_spread_is_none(after: list[float], verdict: str) -> None:
    """What the commit differs from itself by, round by round, says what a difference must exceed."""
    compared = Comparison("a AND b", [10.0, 10.0, 10.0, 10.0], [10.5, 9.5, 10.0, 10.2], after)
    assert compared.verdict == verdict


def test_the_ratio_is_that_of_rounds_side_by_side() -> None:
    """A machine that is slow for a round is slow for all sides of it, and changes no ratio."""
    compared = Comparison("a*", [10.0, 30.0, 10.0], [10.0, 30.0, 10.0], [11.0, 33.0, 11.0])
    assert compared.ratio == pytest.approx(1.1)
    assert compared.spread == 0


def test_the_table_names_units_and_medians() -> None:
    """Each row has both medians with their unit, the ratio, the spread and what it says."""
    row = report([Comparison("build", [2.0, 2.0], [2.0, 2.0], [3.0, 3.0], unit="s")]).splitlines()[-1]
    assert row == "| build | 2 s | 3 s | 1.500 | 0.000 | slower |"


def test_a_question_is_put_as_a_user_would_type_it() -> None:
    """Required words have their sign, a phrase its quotation marks, and filters are those of the question."""
    both = Question(
        "all of 2 words", "es", "all", ("puerto", "barco"), (date(2018, 1, 1), date(2019, 12, 31))
    )
    arguments = both.arguments()
    assert arguments["query"] == "+puerto +barco"
    assert (arguments["date_from"], arguments["date_to"]) == ("2018-01-01", "2019-12-31")
    assert arguments["languages"] == ["es"]
    assert both._replace(operator="phrase").arguments()["query"] == '"puerto barco"'
