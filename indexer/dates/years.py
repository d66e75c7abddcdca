"""The year of a date line: mended where it is an evident misprint, supplied where it is missing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indexer.dates.evidence import period_in
from indexer.dates.order import SMALL_DISORDER_DAYS, in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.grammar import Days

_NARROW_DAYS = 92  # between two neighbours as close as this, any wrong year is evident
_SLACK_DAYS = 31  # a mended date may still be a little out of order
_MOST_WRONG = 0.2  # of the dates; beyond it the page has no order that could prove a misprint
_LEAP = 8  # years at most from one 29 February to the next
_DISORDER_COST = 3  # a day out of order counts as much as so many days of distance


def mend_years(lines: Sequence[Days], fixed: Sequence[bool]) -> dict[int, int]:
    """Find evident misprints of the year on a page that is newest first.

    A year is mended only where the dates on both sides are in order, the printed date breaks it by more
    than small disorder, and exactly one year puts it back; the day and the month are never changed.

    Args:
        lines: Dates that have a year, from the top of the page to its end.
        fixed: For each, whether it must be left as it is.

    Returns:
        The right year by position, for the misprinted ones.
    """
    days = [start_of(line) for line in lines]
    row = in_order(days)
    outside = len(days) - len(row)
    mended: dict[int, int] = {}
    place = 0
    for index, day in enumerate(days):
        while place < len(row) and row[place] < index:
            place += 1
        if place == 0 or place == len(row) or row[place] == index or fixed[index]:
            continue
        above, below = days[row[place - 1]], days[row[place]]
        if below - SMALL_DISORDER_DAYS <= day <= above + SMALL_DISORDER_DAYS:
            outside -= 1  # a little out of order, which is normal
            continue
        year = _only_year(lines[index], above, below)
        if year is not None:
            mended[index] = year
    return mended if outside <= max(1, _MOST_WRONG * len(days)) else {}


def supply_year(line: Days, above: int | None, below: int | None) -> int | None:
    """Find the year of a date line that prints none, on a page that is newest first.

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
        period = period_in(line, year)
        if period is None:
            continue
        cost = 0
        if above is not None:
            cost += above - period[0] if period[0] <= above else _DISORDER_COST * (period[0] - above)
        if below is not None:
            cost += period[0] - below if period[0] >= below else _DISORDER_COST * (below - period[0])
        costs.append((cost, -year))
    return -min(costs)[1] if costs else None


def start_of(line: Days) -> int:
    """Return the first day of a date line that prints its year, as an ordinal."""
    period = period_in(line, line.year or 1)
    if period is None:
        raise ValueError(f"no such day: {line}")
    return period[0]


def _only_year(line: Days, above: int, below: int) -> int | None:
    """Return the one year that puts a date between its neighbours, or None."""
    years = range(date.fromordinal(below).year - 1, date.fromordinal(above).year + 2)
    fitting = []
    for year in years:
        period = period_in(line, year)
        if period and below - _SLACK_DAYS <= period[0] <= above + _SLACK_DAYS:
            fitting.append((year, below <= period[0] <= above))
    strict = [year for year, inside in fitting if inside]
    choice = strict or [year for year, _ in fitting]
    if len(choice) != 1:
        return None
    return choice[0] if above - below <= _NARROW_DAYS or _is_slip(line.year or 0, choice[0]) else None


def _is_slip(printed: int, meant: int) -> bool:
    """Return whether two years differ by one digit or by two digits changing places."""
    differing = [(a, b) for a, b in zip(str(printed), str(meant), strict=True) if a != b]
    return len(differing) == 1 or (len(differing) == 2 and differing[0] == differing[1][::-1])
