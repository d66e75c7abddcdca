"""The date of every item of a source: as printed, corrected, inferred, or estimated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from indexer.dates.dateline import day_comes_first, match_date_line
from indexer.dates.estimate import Interval, Run, estimate_alone, estimate_run, log_likelihood
from indexer.dates.evidence import find_clues, printed_clue
from indexer.dates.years import in_order, is_oldest_first, mend_years, start_of, supply_year
from indexer.item import ItemDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.evidence import Clue
    from indexer.dates.grammar import Days
    from indexer.item import DateKind, RawItem

_LONG_DAYS = 62  # a printed range longer than this says too little to stand as an anchor
_EVIDENT = 3.0  # log likelihood by which oldest first must win where no printed dates show the order


@dataclass(slots=True)
class _Item:
    """An item of a page while its date is being worked out."""

    raw: RawItem
    line: Days | None
    date: ItemDate | None = None
    _clues: list[Clue] | None = None

    @property
    def clues(self) -> list[Clue]:
        """The dates that its own text names, read once."""
        if self._clues is None:
            self._clues = find_clues(self.raw.title, self.raw.paragraphs)
            if self.line:
                self._clues.append(printed_clue(self.line))
        return self._clues

    def date_by_line(self, line: Days, year: int | None, kind: DateKind) -> None:
        """Date it by its date line, ending in a year; do nothing where there is no such year or day."""
        if period := line.in_year(year):
            self.date = _as_date(period, kind)


def resolve_dates(items: Sequence[RawItem]) -> list[ItemDate | None]:
    """Find the date of publication of each item of a page, whose order is the order of time, either way.

    Args:
        items: The items in the order of the page, of whose dates nothing is known but what is printed.

    Returns:
        One date for each item, in order; None where nothing at all is known. A printed one is never replaced
        by an estimate.
    """
    day_first = day_comes_first(raw.date_text for raw in items if raw.date_text)
    page = [
        _Item(raw, match_date_line(raw.date_text, day_first=day_first) if raw.date_text else None)
        for raw in items
    ]
    newest_first = page[::-1] if _is_oldest_first(page) else page
    _date_full_lines(newest_first)
    _infer_years(newest_first)
    _estimate(newest_first)
    return [item.date for item in page]


def resolve_alone(raw: RawItem) -> ItemDate | None:
    """Find the date of an item of a source without order: as given, else by the clear dates of its text."""
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
    """Take the date lines with a year as printed, evident misprints corrected."""
    full = [(item, line) for item in items if (line := item.line) and line.year is not None]
    mended = mend_years([line for _, line in full])
    for position, (item, line) in enumerate(full):
        year = mended.get(position)
        item.date_by_line(line, year or line.year, "corrected" if year else "printed")


def _infer_years(items: Sequence[_Item]) -> None:
    """Infer the years of the date lines that print none from their neighbours."""
    missing = [
        (position, item, line)
        for position, item in enumerate(items)
        if (line := item.line) and item.date is None
    ]
    if not missing:
        return
    anchors = _anchors(items)
    if not anchors:  # a page that prints no year anywhere: its texts name some
        middles = [sum(days) // 2 for days in estimate_run(Run([item.clues for item in items])) or ()]
        for position, item, line in missing:
            middle = middles[position] if middles else None
            item.date_by_line(line, supply_year(line, middle, middle), "inferred")
        return
    ahead = [*anchors][::-1]
    above: int | None = None
    for position, item, line in missing:
        while ahead and ahead[-1] < position:
            above = anchors[ahead.pop()]
        below = anchors[ahead[-1]] if ahead else None
        item.date_by_line(line, supply_year(line, above, below), "inferred")
        if item.date:
            above = item.date.start.toordinal()


def _estimate(items: Sequence[_Item]) -> None:
    """Estimate an interval for every item without a date, run by run between the dated ones."""
    anchors = _anchors(items)
    pace = _pace(anchors)
    begin = 0
    above: int | None = None
    for end in (*anchors, len(items)):
        run = [item for item in items[begin:end] if item.date is None]
        below = anchors.get(end)
        intervals = estimate_run(Run([item.clues for item in run], above, below, pace)) if run else None
        for item, interval in zip(run, intervals or (), strict=False):
            item.date = _as_date(interval, "estimated")
        begin, above = end, below


def _anchors(items: Sequence[_Item]) -> dict[int, int]:
    """Select the dated items that keep to the order: their days by their position, ascending."""
    dated = [
        (position, known.start.toordinal())
        for position, item in enumerate(items)
        if (known := item.date) and (known.end - known.start).days <= _LONG_DAYS
    ]
    return dict(dated[kept] for kept in in_order([day for _, day in dated]))


def _pace(anchors: dict[int, int]) -> float | None:
    """Compute the mean days from one item of the page to the next; None with fewer than two anchors."""
    if len(anchors) < 2:
        return None
    first, last = min(anchors), max(anchors)
    return (anchors[first] - anchors[last]) / (last - first)


def _as_date(interval: Interval, kind: DateKind) -> ItemDate:
    return ItemDate(date.fromordinal(interval[0]), date.fromordinal(interval[1]), kind)
