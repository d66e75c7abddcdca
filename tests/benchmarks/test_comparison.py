"""Comparing two commits: ratios of pairs, their interval, and the table."""

import random
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks.before.comparison import Comparison, Pair, report
from benchmarks.before.measure import requests
from benchmarks.before.side import ROOT, Side
from benchmarks.question import Question


def _noisy(factor: float, sessions: int = 10, drift: float = 0.0) -> list[list[Pair]]:
    """Make pairs whose ratio is a factor, with noise of each pair and of each session."""
    chance = random.Random(7)
    made = []
    for _ in range(sessions):
        session = factor * chance.lognormvariate(0, drift)
        before = [chance.uniform(1, 20) for _ in range(40)]
        made.append([(one, one * session * chance.lognormvariate(0, 0.1)) for one in before])
    return made


def test_ratio_is_the_median_of_paired_ratios() -> None:
    """A slow minute of the machine changes both figures of a pair and not their ratio."""
    compared = Comparison("a*", [[(10.0, 11.0), (30.0, 33.0)], [(10.0, 11.0)]])
    assert compared.ratio == pytest.approx(1.1)
    assert compared.interval == pytest.approx((1.1, 1.1))


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.1])
def test_interval_covers_the_true_ratio(factor: float) -> None:
    """Noise of ten percent a pair leaves an interval of a few percent around the ratio."""
    low, high = Comparison("phrase", _noisy(factor)).interval or (0.0, 0.0)
    assert low < factor < high
    assert high - low < 0.1 * factor


def test_interval_is_wider_where_sessions_differ() -> None:
    """Pairs of one session share its noise and are not counted as independent."""
    low, high = Comparison("phrase", _noisy(1.0)).interval or (0.0, 0.0)
    wide_low, wide_high = Comparison("phrase", _noisy(1.0, drift=0.1)).interval or (0.0, 0.0)
    assert wide_high - wide_low > 2 * (high - low)


def test_interval_is_the_same_in_each_run() -> None:
    """The bootstrap draws by a fixed seed."""
    assert Comparison("", _noisy(1.0)).interval == Comparison("", _noisy(1.0)).interval


def test_one_session_has_no_interval() -> None:
    """The spread between sessions is unknown, so the cell is empty."""
    only = Comparison("build", [[(2.0, 3.0)]])
    assert only.interval is None
    assert report([only], documents=6).splitlines()[-1] == "| build | 1 | 3/s | 2/s | 1.500 |  |"


def test_table_shows_medians_ratio_and_interval() -> None:
    """Each row has the number of pairs, both medians, the ratio and its interval."""
    row = report([Comparison("phrase", [[(2.0, 3.0)], [(4.0, 6.0)]])]).splitlines()[-1]
    assert row == "| phrase | 2 | 3 ms | 4.5 ms | 1.500 | 1.500 to 1.500 |"


@pytest.mark.slow
def test_each_question_is_paired_once(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Every question is in one session, those of the warm-up in none, and the last row covers all."""
    for name in ("before", "after"):
        make_index({"title": "Ferry", "text": "The crew of the ferry is on strike."}, name=name)
    sides = tuple(Side(name, ROOT, Path(sys.executable)) for name in ("before", "after"))
    questions = [
        Question(("rare", "common")[number % 2], "en", "any", (f"ferry{number}",)) for number in range(12)
    ]
    rare, common, every = requests(sides, tmp_path, questions, warm_up=2, sessions=2)
    assert [len(one.sessions) for one in (rare, common, every)] == [2, 2, 2]
    assert [len(one.pairs) for one in (rare, common, every)] == [5, 5, 10]
    assert every.what == "all"
    assert all(before > 0 and after > 0 for before, after in every.pairs)


def test_question_is_written_as_a_user_types_it() -> None:
    """Required words have a plus sign, a phrase quotation marks, and filters are those of the question."""
    both = Question(
        "all of 2 words", "es", "all", ("puerto", "barco"), (date(2018, 1, 1), date(2019, 12, 31))
    )
    arguments = both.arguments()
    assert arguments["query"] == "+puerto +barco"
    assert (arguments["date_from"], arguments["date_to"]) == ("2018-01-01", "2019-12-31")
    assert arguments["languages"] == ["es"]
    assert both._replace(operator="phrase").arguments()["query"] == '"puerto barco"'
