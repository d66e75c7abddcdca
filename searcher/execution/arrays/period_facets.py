"""Counts the years and months of documents, by adding and subtracting lists of them.

Documents stand in the order of their dates, so that the periods of a list are where each begins in it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from indexer.named_tuple import NamedTuple
from indexer.schema import UNKNOWN
from searcher.execution.arrays.doc_sets import Array, find
from searcher.execution.date_ranges import EVERY_YEAR, months_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indexer.codec.segment import Zone
    from searcher.execution.arrays.columns import Columns

KNOWN_PERIODS = 64  # years whose months are kept


class Periods(NamedTuple):
    """The years of one segment, or the months of one year or of all.

    Attributes:
        bounds: Where each begins in the date order of each zone, newest first, and where the oldest ends.
        names: Of what stands between two bounds, oldest first; empty between two zones.
        distinct: Whether no name stands there twice.
        end: The document after the last one whose date counts.
        lasting: Documents that may reach periods after the one in which they start.
        reached: First and last day of such a document to the names of these periods.
    """

    bounds: Array
    names: list[str]
    distinct: bool
    end: int
    lasting: Array
    reached: Callable[[int, int], Iterable[str]]


def periods_of(columns: Columns, month_year: int, *, estimated: bool) -> Periods:
    """Give the periods of a segment.

    Args:
        columns: The segment.
        month_year: The year whose months are meant, EVERY_YEAR for those of all; 0 for the years themselves.
        estimated: Whether estimated dates count as dates.
    """
    known: Periods | None = columns.periods.get((month_year, estimated))
    if known is None:
        if len(columns.periods) >= KNOWN_PERIODS:
            columns.periods.clear()
        make = _months if month_year else _years
        known = columns.periods[month_year, estimated] = make(columns, month_year, estimated=estimated)
    return known


def _years(columns: Columns, _: int, *, estimated: bool) -> Periods:
    zones = columns.segment.dated_zones(estimated=estimated)
    names: list[str] = []
    bounds: list[int] = []
    for zone in zones:
        names += ["", *(f"{year:04d}" for year in columns.years)]
        older = [-year for year in zone.years]  # where no later document starts in a year, the next older one
        bounds += [zone.year_at[bisect_left(older, -year)] for year in columns.years]
        bounds.append(zone.last)

    def reached(start: int, end: int) -> Iterable[str]:
        return [
            f"{year:04d}" for year in range(date.fromordinal(start).year + 1, date.fromordinal(end).year + 1)
        ]

    return Periods(
        np.array(bounds, np.uint32), names[:0:-1], len(zones) == 1, zones[-1].last, columns.crossing, reached
    )


def _months(columns: Columns, year: int, *, estimated: bool) -> Periods:
    zones = columns.segment.dated_zones(estimated=estimated)
    months, firsts = months_of(*((year, year) if year != EVERY_YEAR else _years_of(columns, zones)))
    bounds = []
    for zone in zones:
        days = columns.start[zone.first : zone.last]
        bounds.append(np.searchsorted(-days, -np.array(firsts[::-1]), side="right") + zone.first)

    def reached(start: int, end: int) -> Iterable[str]:
        return months[bisect_right(firsts, start) : bisect_right(firsts, end)]

    names = [*months, *(["", *months] * (len(zones) - 1))]
    return Periods(
        np.concatenate(bounds).astype(np.uint32),
        names,
        len(zones) == 1,
        zones[-1].last,
        columns.spans,
        reached,
    )


def _years_of(columns: Columns, zones: Sequence[Zone]) -> tuple[int, int]:
    """Give the first and the last year of the dates of some zones, 1 for both where there are none."""
    last = zones[-1].last
    if not last:
        return 1, 1
    return (
        date.fromordinal(int(columns.start[:last].min())).year,
        date.fromordinal(int(columns.end[:last].max())).year,
    )


class PeriodCounts:
    """How many documents of one segment fall in each period.

    Args:
        columns: The segment.
        periods: The periods.
    """

    def __init__(self, columns: Columns, periods: Periods) -> None:
        self._columns = columns
        self._periods = periods
        self._listed = 0  # documents that were added, less those that were subtracted
        # Where the periods begin in the lists: signed sums, whose differences are the counts.
        self._at: Array | None = None
        self._reached: dict[str, int] = {}

    def add(self, hits: Array, sign: int, at: Array | None = None) -> None:
        """Count a list of documents.

        Args:
            hits: Sorted, each once.
            sign: 1 to add, -1 to subtract.
            at: Where the bounds are in the list, if that is known; not to be used afterwards.
        """
        if at is None:
            at = hits.searchsorted(self._periods.bounds)
        self._listed += sign * len(hits)
        if self._at is None:
            self._at = at if sign > 0 else -at
        elif sign > 0:
            self._at += at
        else:
            self._at -= at
        _, _, _, end, lasting, reached = self._periods
        if len(lasting):
            docs = hits[find(hits, lasting)[1]]
            docs = docs[: int(docs.searchsorted(end))]
            days = zip(self._columns.start[docs].tolist(), self._columns.end[docs].tolist(), strict=True)
            for first, last in days:
                for name in reached(first, last):
                    self._reached[name] = self._reached.get(name, 0) + sign

    def add_counts(self, other: PeriodCounts) -> None:
        """Add what was counted in another segment of the same years."""
        if other._at is not None:
            self._at = other._at if self._at is None else self._at + other._at
        self._listed += other._listed
        for name, count in other._reached.items():
            self._reached[name] = self._reached.get(name, 0) + count

    @property
    def undated(self) -> int:
        """The documents whose dates do not count, where the periods are those of all years."""
        return self._listed - int(self._at[-1]) if self._at is not None else 0

    def counts(self, *, undated: bool) -> dict[str, int]:
        """Give the counts of the periods, zeros left out.

        Args:
            undated: Whether documents whose dates do not count are a value too.
        """
        if self._at is None:
            return {}
        names = self._periods.names
        counted = (self._at[1:] - self._at[:-1])[::-1].tolist()
        if not self._reached and self._periods.distinct:
            counts = dict(compress(zip(names, counted, strict=True), counted))
        else:
            sums = Counter(self._reached)
            for name, count in zip(names, counted, strict=True):
                sums[name] += count
            counts = {name: count for name, count in sums.items() if name and count}
        if undated and self.undated:
            counts[UNKNOWN] = self.undated
        return counts
