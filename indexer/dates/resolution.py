"""Determine the date of every item of a source: stated, corrected, inferred, or estimated."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.dates.date_evidence import date_line_clue, find_clues
from indexer.dates.dateline import day_comes_first, match_date_line
from indexer.dates.estimation import Interval, UndatedRun, estimate_alone, estimate_run, log_likelihood
from indexer.item import ItemDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.date_evidence import DateClue
    from indexer.dates.date_grammar import Days
    from indexer.item import DateKind, RawItem


_SMALL_DISORDER_DAYS = 60  # a date out of order by up to this is not a misprint: pages are edited manually
_LOOK_BACK = 40  # maximum number of dated items between two items that are compared
_PENALTY_DAYS = 365.25 * 20  # a jump of so many days outweighs one more item in order
_NARROW_DAYS = 92  # maximum days between two neighbours between which any wrong year is evident
_SLACK_DAYS = 31  # maximum days by which a corrected date may be out of order
_MAX_WRONG_SHARE = 0.2  # with a larger share of the dates, the page's order cannot prove a misprint
_LEAP = 8  # maximum number of years from one 29 February to the next
_DISORDER_COST = 3  # a day out of order counts as so many days of distance


def is_oldest_first(days: Sequence[int]) -> bool:
    """Return whether the days of a page, in page order, mostly ascend."""
    return sum((after > before) - (after < before) for before, after in pairwise(days)) > 0


def longest_descending(days: Sequence[int]) -> list[int]:
    """Return the positions of the longest subsequence of days that never ascend.

    To leave out a misprinted year, jumps between successive days reduce the length of a subsequence: a jump
    of 20 years (``_PENALTY_DAYS``) reduces it by 1.
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


def correct_years(lines: Sequence[Days]) -> dict[int, int]:
    """Return the correct years of misprinted dates, on a page with the newest item first.

    A year is corrected only if the dates on both sides are in order, the printed date is far out of order,
    and exactly one year restores the order. The day and the month are never changed.
    """
    days = [start_of(line) for line in lines]
    kept = longest_descending(days)
    outside = len(days) - len(kept)
    mended: dict[int, int] = {}
    for index, day in enumerate(days):
        following = bisect_left(kept, index)
        if following in (0, len(kept)) or kept[following] == index:
            continue
        above, below = days[kept[following - 1]], days[kept[following]]
        if below - _SMALL_DISORDER_DAYS <= day <= above + _SMALL_DISORDER_DAYS:
            outside -= 1  # slightly out of order, which is normal
            continue
        year = _only_year(lines[index], above, below)
        if year is not None:
            mended[index] = year
    return mended if outside <= max(1, _MAX_WRONG_SHARE * len(days)) else {}


def infer_year(line: Days, above: int | None, below: int | None) -> int | None:
    """Infer the year of a date line from its neighbours, on a page with the newest item first.

    Returns:
        The year with which the date fits best between its neighbours, or the later of two that fit equally
        well. ``None`` if there are no neighbours.
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
    """Return the first day of a date line as an ordinal.

    Raises:
        ValueError: The date does not exist.
    """
    period = line.in_year(line.year)
    if period is None:
        raise ValueError(f"no such day: {line}")
    return period[0]


def _only_year(line: Days, above: int, below: int) -> int | None:
    """Return the only year in which a date fits between its neighbours.

    The result is ``None`` if no year fits, or several do. If the neighbours are far apart, the printed year
    must also be a likely misprint of the year.
    """
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
    return choice[0] if above - below <= _NARROW_DAYS or _is_misprint(line.year or 0, choice[0]) else None


def _is_misprint(printed: int, year: int) -> bool:
    """Return whether two years differ by one digit or by two swapped digits."""
    differing = [(a, b) for a, b in zip(str(printed), str(year), strict=True) if a != b]
    return len(differing) == 1 or (len(differing) == 2 and differing[0] == differing[1][::-1])


_LONG_DAYS = 62  # a longer printed range is too vague to determine the dates of its neighbours
_EVIDENT = 3.0  # log likelihood by which "oldest first" must win if no printed dates show the order


@dataclass(slots=True)
class _Item:
    """An item of a page whose date is being determined."""

    raw: RawItem
    line: Days | None
    date: ItemDate | None = None
    _clues: list[DateClue] | None = None

    @property
    def clues(self) -> list[DateClue]:
        """The dates in the text of the item, which are found only once."""
        if self._clues is None:
            self._clues = find_clues(self.raw.title, self.raw.paragraphs)
            if self.line:
                self._clues.append(date_line_clue(self.line))
        return self._clues

    def date_by_line(self, line: Days, year: int | None, kind: DateKind) -> None:
        """Set the date of the item from a date line whose last day is in ``year``.

        The date is not set if the line's days do not exist in that year.
        """
        if period := line.in_year(year):
            self.date = _as_date(period, kind)


def resolve_dates(items: Sequence[RawItem]) -> list[ItemDate | None]:
    """Determine the dates of the items of a page, which may begin with the newest or the oldest item.

    Returns:
        The date of each item, in order; ``None`` if there is no evidence. An estimate never replaces a
        printed date.
    """
    day_first = day_comes_first(raw.date_text for raw in items if raw.date_text)
    page = [_Item(raw, match_date_line(raw.date_text or "", day_first=day_first)) for raw in items]
    newest_first = page[::-1] if _is_oldest_first(page) else page
    _date_full_lines(newest_first)
    _infer_years(newest_first)
    _estimate(newest_first)
    return [item.date for item in page]


def resolve_alone(raw: RawItem) -> ItemDate | None:
    """Return the date of an item of an unordered source, which is stated, or estimated from the text.

    The result is ``None`` if the date is not stated, and the text is not enough evidence.
    """
    if raw.date is not None:
        return raw.date
    interval = estimate_alone(find_clues(raw.title, raw.paragraphs))
    return _as_date(interval, "estimated") if interval else None


def _is_oldest_first(items: Sequence[_Item]) -> bool:
    days = [start_of(item.line) for item in items if item.line and item.line.year is not None]
    if len(set(days)) > 1:
        return is_oldest_first(days)
    clues = [item.clues for item in items]
    down, up = log_likelihood(clues), log_likelihood(clues[::-1])
    return down is not None and up is not None and up > down + _EVIDENT


def _date_full_lines(items: Sequence[_Item]) -> None:
    """Set the dates of items whose date line has a year, and correct misprints."""
    full = [(item, line) for item in items if (line := item.line) and line.year is not None]
    mended = correct_years([line for _, line in full])
    for position, (item, line) in enumerate(full):
        year = mended.get(position)
        item.date_by_line(line, year or line.year, "corrected" if year else "printed")


def _infer_years(items: Sequence[_Item]) -> None:
    """Infer the years of date lines that have none."""
    missing = [(at, item, item.line) for at, item in enumerate(items) if item.line and item.date is None]
    if not missing:
        return
    anchors = _anchors(items)
    if not anchors:  # no year is printed on the page: use the years in its texts
        middles = [sum(days) // 2 for days in estimate_run(UndatedRun([item.clues for item in items])) or ()]
        for position, item, line in missing:
            middle = middles[position] if middles else None
            item.date_by_line(line, infer_year(line, middle, middle), "inferred")
        return
    ahead = [*anchors][::-1]
    above: int | None = None
    for position, item, line in missing:
        while ahead and ahead[-1] < position:
            above = anchors[ahead.pop()]
        below = anchors[ahead[-1]] if ahead else None
        item.date_by_line(line, infer_year(line, above, below), "inferred")
        if item.date:
            above = item.date.start.toordinal()


def _estimate(items: Sequence[_Item]) -> None:
    """Estimate the date of every item that has none."""
    anchors = _anchors(items)
    pace = _pace(anchors)
    begin = 0
    above: int | None = None
    for end in (*anchors, len(items)):
        run = [item for item in items[begin:end] if item.date is None]
        below = anchors.get(end)
        intervals = (
            estimate_run(UndatedRun([item.clues for item in run], above, below, pace)) if run else None
        )
        for item, interval in zip(run, intervals or (), strict=False):
            item.date = _as_date(interval, "estimated")
        begin, above = end, below


def _anchors(items: Sequence[_Item]) -> dict[int, int]:
    """Return the days of the dated items that are in descending order, by position."""
    known = [(at, item.date) for at, item in enumerate(items) if item.date]
    dated = [(at, day.start.toordinal()) for at, day in known if (day.end - day.start).days <= _LONG_DAYS]
    return dict(dated[kept] for kept in longest_descending([day for _, day in dated]))


def _pace(anchors: dict[int, int]) -> float | None:
    """Return the mean number of days between the items of a page, or ``None`` with fewer than two dates."""
    if len(anchors) < 2:
        return None
    first, last = min(anchors), max(anchors)
    return (anchors[first] - anchors[last]) / (last - first)


def _as_date(interval: Interval, kind: DateKind) -> ItemDate:
    return ItemDate(date.fromordinal(interval[0]), date.fromordinal(interval[1]), kind)
