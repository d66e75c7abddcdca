"""The date of every item of a source: as printed, corrected, inferred, or estimated."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from indexer.dates.dateline import day_comes_first, match_date_line
from indexer.dates.estimate import Interval, Run, estimate_alone, estimate_run, log_likelihood
from indexer.dates.evidence import Clue, find_clues, period_in, printed_clue
from indexer.dates.grammar import Days
from indexer.dates.years import in_order, is_oldest_first, mend_years, start_of, supply_year
from indexer.item import DateKind, ItemDate, RawItem

_LONG_DAYS = 62  # a given interval longer than this says too little to stand as an anchor
_EVIDENT = 3.0  # log likelihood by which oldest first must win where no printed dates show the order


def resolve_dates(items: Sequence[RawItem], *, ordered: bool) -> list[ItemDate | None]:
    """Find the date of publication of each item of a source.

    Args:
        items: The items in the order of the source.
        ordered: Whether that order is the order of time (either way), as on a news page.

    Returns:
        One date for each item, in order; None where nothing at all is known. A date that the source gives
        is kept; a printed one is never replaced by an estimate.
    """
    page = _Page(items)
    if ordered:
        page.resolve_by_order()
    else:
        page.resolve_alone()
    return page.dates


class _Page:
    """The items of one source while their dates are being worked out."""

    def __init__(self, items: Sequence[RawItem]) -> None:
        self.items = items
        self.dates: list[ItemDate | None] = [item.date for item in items]
        day_first = day_comes_first(item.date_text for item in items if item.date_text)
        self.lines: list[Days | None] = [
            match_date_line(item.date_text, day_first=day_first)
            if item.date is None and item.date_text
            else None
            for item in items
        ]
        self._clues: dict[int, list[Clue]] = {}

    def clues(self, index: int) -> list[Clue]:
        """Read the dates that an item's own text names, once."""
        if index not in self._clues:
            found = find_clues(self.items[index].title, self.items[index].paragraphs)
            line = self.lines[index]
            self._clues[index] = [*found, printed_clue(line)] if line else found
        return self._clues[index]

    def resolve_alone(self) -> None:
        """Date each item by itself: its date line, else the clear dates of its text."""
        for index, line in enumerate(self.lines):
            if self.dates[index] is not None:
                continue
            if line is not None and line.year is not None:
                self._date(index, line, line.year, "printed")
            elif interval := estimate_alone(self.clues(index)):
                if line is None:
                    self.dates[index] = _estimated(interval)
                else:
                    self._date(index, line, supply_year(line, None, interval[0]), "inferred")

    def resolve_by_order(self) -> None:
        """Date all items by their date lines and by the order of the page."""
        order = list(range(len(self.items)))
        if self._is_oldest_first():
            order.reverse()
        self._date_full_lines(order)
        self._infer_years(order)
        self._estimate(order)

    def _date(self, index: int, line: Days, year: int | None, kind: DateKind) -> bool:
        """Date an item by its date line, ending in a year; do nothing where there is no such year or day."""
        period = period_in(line, year) if year is not None else None
        if period:
            self.dates[index] = ItemDate(*_as_dates(period), kind)
        return period is not None

    def _is_oldest_first(self) -> bool:
        days: list[int] = []
        for known, line in zip(self.dates, self.lines, strict=True):
            if known is not None:
                days.append(known.start.toordinal())
            elif line is not None and line.year is not None:
                days.append(start_of(line))
        if len(set(days)) > 1:
            return is_oldest_first(days)
        clues = [self.clues(index) for index in range(len(self.items))]
        down, up = log_likelihood(clues), log_likelihood(clues[::-1])
        return down is not None and up is not None and up > down + _EVIDENT

    def _date_full_lines(self, order: Sequence[int]) -> None:
        """Take the date lines with a year as printed, evident misprints corrected."""
        indexes: list[int] = []
        lines: list[Days] = []
        for index in order:
            known = self.dates[index]
            line = _as_days(known) if known else self.lines[index]
            if line is not None and line.year is not None:
                indexes.append(index)
                lines.append(line)
        mended = mend_years(lines, [self.dates[index] is not None for index in indexes])
        for position, (index, line) in enumerate(zip(indexes, lines, strict=True)):
            if self.dates[index] is None:
                year = mended.get(position)
                self._date(index, line, year or line.year, "corrected" if year else "printed")

    def _infer_years(self, order: Sequence[int]) -> None:
        """Infer the years of the date lines that print none from their neighbours."""
        missing = [
            (position, index, line)
            for position, index in enumerate(order)
            if (line := self.lines[index]) and self.dates[index] is None
        ]
        if not missing:
            return
        anchors = self._anchors(order)
        positions = sorted(anchors)
        found = False
        above: int | None = None
        passed = 0
        for position, index, line in missing:
            following = bisect_left(positions, position)
            if following > passed:
                passed, above = following, anchors[positions[following - 1]]
            below = anchors[positions[following]] if following < len(positions) else None
            if self._date(index, line, supply_year(line, above, below), "inferred"):
                known = self.dates[index]
                above = known.start.toordinal() if known else above
                found = True
        if not anchors and not found:
            self._infer_years_from_texts(order, missing)

    def _infer_years_from_texts(self, order: Sequence[int], missing: Sequence[tuple[int, int, Days]]) -> None:
        """Infer the years of a page that prints none anywhere from the dates that its texts name."""
        intervals = estimate_run(Run([self.clues(index) for index in order]))
        for position, index, line in missing if intervals else ():
            middle = sum(intervals[position]) // 2 if intervals else 0
            self._date(index, line, supply_year(line, middle, middle), "inferred")

    def _estimate(self, order: Sequence[int]) -> None:
        """Estimate an interval for every item without a date, run by run between the dated ones."""
        anchors = self._anchors(order)
        pace = _pace(anchors)
        run: list[int] = []
        above: int | None = None
        for position in range(len(order) + 1):
            if position < len(order) and position not in anchors:
                if self.dates[order[position]] is None:
                    run.append(order[position])
                continue
            below = anchors.get(position)
            intervals = estimate_run(Run([self.clues(i) for i in run], above, below, pace)) if run else None
            for index, interval in zip(run, intervals or (), strict=False):
                self.dates[index] = _estimated(interval)
            run, above = [], below

    def _anchors(self, order: Sequence[int]) -> dict[int, int]:
        """Select the dated items that keep to the order: their days by their position from the newest."""
        dated = [
            (position, known.start.toordinal())
            for position, index in enumerate(order)
            if (known := self.dates[index]) and (known.end - known.start).days <= _LONG_DAYS
        ]
        return dict(dated[kept] for kept in in_order([day for _, day in dated]))


def _pace(anchors: dict[int, int]) -> float | None:
    """Compute the mean days from one item of the page to the next; None with fewer than two anchors."""
    if len(anchors) < 2:
        return None
    first, last = min(anchors), max(anchors)
    return (anchors[first] - anchors[last]) / (last - first)


def _as_dates(interval: Interval) -> tuple[date, date]:
    return date.fromordinal(interval[0]), date.fromordinal(interval[1])


def _estimated(interval: Interval) -> ItemDate:
    return ItemDate(*_as_dates(interval), "estimated")


def _as_days(known: ItemDate) -> Days:
    start, end = known.start, known.end
    days = Days(start.day, start.month, end.day, end.month, end.year)
    # An interval of more than a year is no day: only its start is compared.
    if end.year - start.year <= 1:
        return days
    return replace(days, end_day=start.day, end_month=start.month, year=start.year)
