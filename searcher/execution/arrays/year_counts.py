"""Counts the years and months of documents, by adding and subtracting lists of them.

Documents stand in the order of their dates, so that the years of a list are where each begins in it.
"""

from __future__ import annotations

from datetime import date
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.schema import UNKNOWN
from searcher.engine import in_order
from searcher.execution.arrays.columns import find
from searcher.execution.spans import dated_zones

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.execution.arrays.columns import Columns

MONTHS = 12


class YearCounts:
    """How many documents of one segment fall in each year, and in each month of one year.

    Args:
        columns: The segment.
        estimated: Whether estimated dates count as dates.
        month_year: The year whose months are counted; 0 for none.
    """

    __slots__ = (
        "_at",
        "_columns",
        "_crossing",
        "_estimated",
        "_estimated_at",
        "_listed",
        "_month_year",
        "_months",
        "_plain",
    )

    def __init__(self, columns: Columns, month_year: int, *, estimated: bool) -> None:
        self._columns = columns
        self._estimated = estimated
        self._month_year = month_year
        self._listed = 0  # documents that were added, less those that were subtracted
        # Where each zone's years begin in the lists: signed sums, whose differences are the years' counts.
        self._at: npt.NDArray[Any] | None = None
        self._estimated_at: npt.NDArray[Any] | None = None
        self._crossing: dict[int, int] = {}
        # Where a list's years are found by where they begin in it, and by nothing else.
        self._plain = not (estimated or month_year or columns.has_crossing)
        self._months = np.zeros(MONTHS, np.int64) if month_year else None

    def add(self, hits: npt.NDArray[Any], sign: int, at: npt.NDArray[Any]) -> None:
        """Count a list of documents.

        Args:
            hits: Sorted, each once.
            sign: 1 to add, -1 to subtract.
            at: Where the years of the dated zone begin in the list; not to be used afterwards.
        """
        self._listed += sign * len(hits)
        self._at = _added(self._at, at, sign)
        if self._plain:
            return
        if self._estimated:
            at = hits.searchsorted(self._columns.year_bounds[1])
            self._estimated_at = _added(self._estimated_at, at, sign)
        if self._columns.has_crossing:
            self._add_crossing(hits, sign)
        if self._months is not None:
            self._add_months(hits, sign, self._months)

    @property
    def undated(self) -> int:
        """The documents without a usable date."""
        at = self._estimated_at if self._estimated else self._at
        return self._listed - int(at[-1]) if at is not None else 0

    def years(self) -> dict[str, int]:
        """Return the years that are counted, oldest first."""
        names = self._columns.year_names
        named = _of_years(names[0], self._at) if self._at is not None else {}
        if self._estimated_at is not None:
            for name, count in _of_years(names[1], self._estimated_at).items():
                named[name] = named.get(name, 0) + count
        for year, count in self._crossing.items():
            name = f"{year:04d}"
            named[name] = named.get(name, 0) + count
        if not self._plain:
            named = in_order("year", {name: count for name, count in named.items() if count})
        unknown = self.undated
        if unknown:
            named[UNKNOWN] = unknown
        return named

    def months(self) -> dict[str, int]:
        """Return the months that are counted, in order."""
        counted = self._months.tolist() if self._months is not None else []
        return {
            f"{self._month_year:04d}-{month:02d}": count
            for month, count in enumerate(counted, start=1)
            if count
        }

    def _usable(self, docs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        end = self._columns.estimated_end if self._estimated else self._columns.dated_end
        return docs[: int(docs.searchsorted(end))]

    def _add_crossing(self, hits: npt.NDArray[Any], sign: int) -> None:
        """Count intervals in the years after the one in which they start."""
        docs = self._usable(hits[find(hits, self._columns.crossing)[1]])
        for doc in docs.tolist():
            first = date.fromordinal(int(self._columns.start[doc])).year
            last = date.fromordinal(int(self._columns.end[doc])).year
            for year in range(first + 1, last + 1):
                self._crossing[year] = self._crossing.get(year, 0) + sign

    def _add_months(self, hits: npt.NDArray[Any], sign: int, sums: npt.NDArray[Any]) -> None:
        year = self._month_year
        firsts = [date(year, month, 1).toordinal() for month in range(1, MONTHS + 1)]
        firsts.append(firsts[-1] + 31)
        spans = hits[find(hits, self._columns.spans)[1]]
        for doc in self._usable(spans).tolist():
            start, end = int(self._columns.start[doc]), int(self._columns.end[doc])
            for month in range(MONTHS):
                if start < firsts[month] <= end:  # a month that the interval reaches after its first
                    sums[month] += sign
        for zone in dated_zones(self._columns.segment, estimated=self._estimated):
            days = self._columns.start[zone.first : zone.last]
            at = np.searchsorted(-days, -np.array(firsts[::-1]), side="right") + zone.first
            places = hits.searchsorted(at.astype(np.uint32))
            sums += sign * np.diff(places)[::-1]


def _added(sums: npt.NDArray[Any] | None, values: npt.NDArray[Any], sign: int) -> npt.NDArray[Any]:
    """Return the sums with some values added or subtracted; without sums the values are the first ones."""
    if sums is None:
        return values if sign > 0 else -values
    if sign > 0:
        sums += values
    else:
        sums -= values
    return sums


def _of_years(names: list[str], at: npt.NDArray[Any]) -> dict[str, int]:
    """Return the counts of the years of a zone, oldest first, zeros left out."""
    counted = (at[1:] - at[:-1])[::-1].tolist()
    return dict(compress(zip(names, counted, strict=True), counted))
