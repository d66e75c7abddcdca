"""The order of a page, and by it the years of its date lines: misprints corrected, missing ones inferred."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.grammar import Days

_SMALL_DISORDER_DAYS = (
    60  # a date may stand so far out of order without a suspicion: pages are edited by hand
)
_LOOK_BACK = 40  # dated items; two dates further apart than this need not be compared
_PENALTY_DAYS = 365.25 * 20  # a jump as long as this outweighs one more item in order
_NARROW_DAYS = 92  # between two neighbours as close as this, any wrong year is evident
_SLACK_DAYS = 31  # a mended date may still be a little out of order
_MOST_WRONG = 0.2  # of the dates; beyond it the page has no order that could prove a misprint
_LEAP = 8  # years at most from one 29 February to the next
_DISORDER_COST = 3  # a day out of order counts as much as so many days of distance


def is_oldest_first(days: Sequence[int]) -> bool:
    """Check whether dates rise more often than they fall down the page.

    Args:
        days: The printed days in the order of the page, as ordinals.
    """
    return sum((after > before) - (after < before) for before, after in pairwise(days)) > 0


def in_order(days: Sequence[int]) -> list[int]:
    """Find the longest non-increasing subsequence: the dates that keep to the order of a page, newest first.

    Args:
        days: The printed days from the top of the page to its end, as ordinals.

    Returns:
        The positions of its dates; of two equally long ones, that with smaller jumps.
    """
    scores: list[float] = []
    previous: list[int | None] = []
    for index, day in enumerate(days):
        score, came_from = 1.0, None
        for other in range(max(0, index - _LOOK_BACK), index):
            if days[other] >= day:
                longer = scores[other] + 1.0 - (days[other] - day) / _PENALTY_DAYS
                if longer > score:
                    score, came_from = longer, other
        scores.append(score)
        previous.append(came_from)
    if not scores:
        return []
    position: int | None = max(range(len(scores)), key=scores.__getitem__)
    kept: list[int] = []
    while position is not None:
        kept.append(position)
        position = previous[position]
    return kept[::-1]


def mend_years(lines: Sequence[Days]) -> dict[int, int]:
    """Correct evident misprints of the year on a page that is newest first.

    A year is mended only where the dates on both sides are in order, the printed date breaks it by more
    than small disorder, and exactly one year puts it back; the day and the month are never changed.

    Args:
        lines: Dates that have a year, from the top of the page to its end.

    Returns:
        The right year by position, for the misprinted ones.
    """
    days = [start_of(line) for line in lines]
    kept = in_order(days)
    outside = len(days) - len(kept)
    mended: dict[int, int] = {}
    for index, day in enumerate(days):
        following = bisect_left(kept, index)
        if following in (0, len(kept)) or kept[following] == index:
            continue
        above, below = days[kept[following - 1]], days[kept[following]]
        if below - _SMALL_DISORDER_DAYS <= day <= above + _SMALL_DISORDER_DAYS:
            outside -= 1  # a little out of order, which is normal
            continue
        year = _only_year(lines[index], above, below)
        if year is not None:
            mended[index] = year
    return mended if outside <= max(1, _MOST_WRONG * len(days)) else {}


def supply_year(line: Days, above: int | None, below: int | None) -> int | None:
    """Infer the year of a date line that prints none, on a page that is newest first.

    Args:
        line: The day or days.
        above: The nearest known day above, as an ordinal, or None.
        below: The nearest known day below, or None.

    Returns:
        The year with which the day fits best between its neighbours, the later one where two fit equally
        well; None without a neighbour.
    """
    known = [day for day in (above, below) if day is not None]
    if not known:
        return None
    years = range(date.fromordinal(min(known)).year - _LEAP, date.fromordinal(max(known)).year + _LEAP + 1)
    costs = []
    for year in years:
        period = line.in_year(year)
        if period is None:
            continue
        gaps = ([] if above is None else [above - period[0]]) + ([] if below is None else [period[0] - below])
        costs.append((sum(max(gap, -_DISORDER_COST * gap) for gap in gaps), -year))
    return -min(costs)[1] if costs else None


def start_of(line: Days) -> int:
    """Convert the first day of a date line that prints its year to an ordinal.

    Raises:
        ValueError: There is no such day.
    """
    period = line.in_year(line.year)
    if period is None:
        raise ValueError(f"no such day: {line}")
    return period[0]


def _only_year(line: Days, above: int, below: int) -> int | None:
    """Find the only year that puts a date between its neighbours, or None."""
    years = range(date.fromordinal(below).year - 1, date.fromordinal(above).year + 2)
    fitting = []
    for year in years:
        period = line.in_year(year)
        if period and below - _SLACK_DAYS <= period[0] <= above + _SLACK_DAYS:
            fitting.append((year, below <= period[0] <= above))
    strict = [year for year, inside in fitting if inside]
    choice = strict or [year for year, _ in fitting]
    if len(choice) != 1:
        return None
    return choice[0] if above - below <= _NARROW_DAYS or _is_slip(line.year or 0, choice[0]) else None


def _is_slip(printed: int, meant: int) -> bool:
    """Check whether two years differ by one digit, or by two digits that change places."""
    differing = [(a, b) for a, b in zip(str(printed), str(meant), strict=True) if a != b]
    return len(differing) == 1 or (len(differing) == 2 and differing[0] == differing[1][::-1])
