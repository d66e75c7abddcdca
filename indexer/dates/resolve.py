"""The date of every item of a source: as printed, mended, supplied, or estimated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from indexer.dates.dateline import match_date_line
from indexer.dates.estimate import as_dates, estimate_alone, estimate_run, log_likelihood
from indexer.dates.evidence import Clue, find_clues, period_in, printed_clue
from indexer.dates.grammar import Days
from indexer.dates.numeric import day_comes_first
from indexer.dates.order import in_order, is_oldest_first
from indexer.dates.run import Run
from indexer.dates.years import mend_years, start_of, supply_year
from indexer.item import DateKind, ItemDate, RawItem

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONG_DAYS = 62  # a given interval longer than this says too little to stand as an anchor
_EVIDENT = 3.0  # log likelihood by which oldest first must win where no printed dates show the order


def resolve_dates(items: Sequence[RawItem], *, ordered: bool) -> list[ItemDate | None]:
    """Work out when each item of a source was published.

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
        """Return what an item's own text says, read once."""
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
                self._print(index, line.year, "printed")
                continue
            interval = estimate_alone(self.clues(index))
            if interval is None:
                continue
            if line is None:
                self.dates[index] = ItemDate(*as_dates(interval), "estimated")
            else:
                year = supply_year(line, None, interval[0])
                if year is not None:
                    self._print(index, year, "inferred")

    def resolve_by_order(self) -> None:
        """Date all items by their date lines and by the order of the page."""
        order = list(range(len(self.items)))
        if self._is_oldest_first():
            order.reverse()
        self._print_full_lines(order)
        self._supply_years(order)
        self._estimate(order)

    def _print(self, index: int, year: int, kind: DateKind) -> None:
        line = self.lines[index]
        period = period_in(line, year) if line else None
        if period:
            self.dates[index] = ItemDate(date.fromordinal(period[0]), date.fromordinal(period[1]), kind)

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

    def _print_full_lines(self, order: Sequence[int]) -> None:
        """Take the date lines with a year as printed, evident misprints mended."""
        lines: list[Days] = []
        places: list[int] = []
        for index in order:
            known, line = self.dates[index], self.lines[index]
            if known is not None:
                line = _as_days(known)
            if line is not None and line.year is not None:
                lines.append(line)
                places.append(index)
        mended = mend_years(lines, [self.dates[index] is not None for index in places])
        for position, index in enumerate(places):
            if self.dates[index] is None:
                year = mended.get(position)
                printed = lines[position].year
                if year is not None:
                    self._print(index, year, "corrected")
                elif printed is not None:
                    self._print(index, printed, "printed")

    def _supply_years(self, order: Sequence[int]) -> None:
        """Give the date lines without a year the one that fits their neighbours."""
        missing = [p for p, index in enumerate(order) if self.lines[index] and self.dates[index] is None]
        if not missing:
            return
        anchors = self._anchors(order)
        found = False
        above: int | None = None
        ahead = sorted(anchors, reverse=True)  # the next place is the last
        for place in missing:
            while ahead and ahead[-1] < place:
                above = anchors[ahead.pop()]
            index = order[place]
            line = self.lines[index]
            year = supply_year(line, above, anchors[ahead[-1]] if ahead else None) if line else None
            if year is not None:
                self._print(index, year, "inferred")
                if known := self.dates[index]:
                    above = known.start.toordinal()
                    found = True
        if not anchors and not found:
            self._supply_years_from_texts(order, missing)

    def _supply_years_from_texts(self, order: Sequence[int], missing: Sequence[int]) -> None:
        """Give years on a page that prints none anywhere, from what its texts say."""
        intervals = estimate_run(Run([self.clues(index) for index in order]))
        for place in missing if intervals else ():
            index = order[place]
            line = self.lines[index]
            middle = sum(intervals[place]) // 2 if intervals else 0
            year = supply_year(line, middle, middle) if line else None
            if year is not None:
                self._print(index, year, "inferred")

    def _estimate(self, order: Sequence[int]) -> None:
        """Give every item that has no date an interval, run by run between the dated ones."""
        anchors = self._anchors(order)
        pace = _pace(anchors)
        run: list[int] = []
        above: int | None = None
        for place in range(len(order) + 1):
            at_end = place == len(order)
            if not at_end and place not in anchors:
                if self.dates[order[place]] is None:
                    run.append(order[place])
                continue
            below = None if at_end else anchors[place]
            intervals = estimate_run(Run([self.clues(i) for i in run], above, below, pace)) if run else None
            for index, interval in zip(run, intervals or (), strict=False):
                self.dates[index] = ItemDate(*as_dates(interval), "estimated")
            run, above = [], below

    def _anchors(self, order: Sequence[int]) -> dict[int, int]:
        """Return the days of the dated items that keep to the order, by their place from the newest."""
        places: list[int] = []
        days: list[int] = []
        for place, index in enumerate(order):
            known = self.dates[index]
            if known and (known.end - known.start).days <= _LONG_DAYS:
                places.append(place)
                days.append(known.start.toordinal())
        return {places[position]: days[position] for position in in_order(days)}


def _pace(anchors: dict[int, int]) -> float | None:
    """Return the mean days from one place of the page to the next, or None with fewer than two anchors."""
    places = sorted(anchors)
    if len(places) < 2:
        return None
    return (anchors[places[0]] - anchors[places[-1]]) / (places[-1] - places[0])


def _as_days(known: ItemDate) -> Days:
    start, end = known.start, known.end
    days = Days(start.day, start.month, end.day, end.month, end.year)
    # An interval of more than a year is no day: only its start is compared.
    return (
        days
        if end.year - start.year <= 1
        else replace(days, end_day=start.day, end_month=start.month, year=start.year)
    )
