"""Filters as one segment sees them: dates as slices of its date order, countries as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.schema import LANGUAGE_BITS
from searcher.execution.arrays.columns import Columns, find
from searcher.execution.spans import DateRanges, runs

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.engine import Filters

# Where a country has this many times fewer documents than the list, its own postings are searched instead.
RARE_COUNTRY = 40
KNOWN_RANGES = 256  # date filters whose places in the date order are at hand

Part = slice | Any  # places in a sorted list: a slice, or an ascending array of them


class Narrowing:
    """The filters of one request on one segment.

    Args:
        columns: The segment's columns.
        filters: What narrows the search.
    """

    __slots__ = (
        "_dates",
        "_one",
        "_overflowing",
        "_rare",
        "_table",
        "by_country",
        "by_date",
        "by_language",
        "columns",
        "cuts",
        "estimated",
        "language_mask",
    )

    def __init__(self, columns: Columns, filters: Filters) -> None:
        countries, languages, first_day, last_day, self.estimated = filters
        self.columns = columns
        self.by_date = first_day is not None or last_day is not None
        self.by_country = bool(countries)
        self.by_language = bool(languages)
        self.language_mask = 0
        for code in languages:
            self.language_mask |= LANGUAGE_BITS.get(code, 0)
        # The bounds of the years, then of the dates, where one slice is all that the date filter takes.
        self.cuts: npt.NDArray[Any] | None = None
        if self.by_date:
            self._dates = _date_ranges(columns, filters)
            self.cuts = self._dates.cuts
        if self.by_country:
            self._compile_countries(countries)

    def dated(self, ids: npt.NDArray[Any]) -> Part:
        """Return which of a sorted list of documents the date filter lets through."""
        ranges, extra, bounds, _ = self._dates
        if bounds is not None:
            low, high = ids.searchsorted(bounds).tolist()
            return slice(low, high)
        parts = []
        for one in ranges:
            low, high = ids.searchsorted(one).tolist()
            parts.append(np.arange(low, high))
        if extra is not None:
            parts.append(find(ids, extra)[1])
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    def in_countries(self, ids: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
        """Find the documents that are about the countries.

        Args:
            ids: A sorted list of documents.

        Returns:
            Their places in the list; and the packed countries of the whole list, where they were looked at.
        """
        if self._rare is not None and RARE_COUNTRY * len(self._rare) < len(ids):
            return find(ids, self._rare)[1], None
        packed = self.columns.countries.take(ids)
        return self.among(ids, packed), packed

    def among(self, ids: npt.NDArray[Any], packed: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return which documents, in whatever order, are about the countries.

        Args:
            ids: The documents.
            packed: Their packed countries.
        """
        if self._one is not None:
            kept = (packed.view(np.uint8) == self._one).view(np.uint32)
        else:
            kept = self._table.take(packed.view(np.uint8)).view(np.uint32)
        if self._overflowing is not None:
            kept[find(self._overflowing, ids)[0]] = 1
        places: npt.NDArray[Any] = kept.nonzero()[0]
        return places

    @property
    def one_slice(self) -> bool:
        """Whether all that the date filter lets through of a list is one slice of it."""
        return not self.by_date or self._dates.bounds is not None

    def in_languages(self, ids: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return which documents the language filter lets through, as places in the list."""
        places: npt.NDArray[Any] = (self.columns.languages[ids] & np.uint8(self.language_mask)).nonzero()[0]
        return places

    def _compile_countries(self, countries: frozenset[str]) -> None:
        columns = self.columns
        known = columns.country_ordinals
        wanted = [code for code in countries if code in known]
        self._one = np.uint8(known[wanted[0]]) if len(wanted) == 1 else None
        self._rare = columns.of_country(wanted[0]) if len(wanted) == 1 else None
        self._overflowing: npt.NDArray[Any] | None = None
        if self._one is not None and not columns.has_many:
            return
        self._table = np.zeros(256, np.bool_)
        self._table[[known[code] for code in wanted]] = True
        if columns.has_many:
            sizes: npt.NDArray[Any] = columns.many_at[1:].astype(np.int64) - columns.many_at[:-1]
            owner = np.repeat(np.arange(len(columns.many)), sizes)
            overflowing = columns.many[np.unique(owner[self._table[columns.many_countries]])]
            self._overflowing = overflowing if len(overflowing) else None


def _date_ranges(columns: Columns, filters: Filters) -> DateRanges:
    """Return a date filter as the segment sees it; a few are kept, as people ask much about one period."""
    key = filters.first_day, filters.last_day, filters.estimated
    known = columns.date_ranges.get(key)
    if known is None:
        found, lasting = runs(columns.segment, filters)
        ranges = [np.array(run, np.uint32) for run in found or [(0, 0)]]
        extra = np.array(lasting, np.uint32) if lasting else None
        bounds = ranges[0] if len(ranges) == 1 and extra is None else None
        cuts = None if bounds is None else np.concatenate((columns.year_bounds[0], bounds))
        known = DateRanges(ranges, extra, bounds, cuts)
        if len(columns.date_ranges) >= KNOWN_RANGES:
            columns.date_ranges.clear()
        columns.date_ranges[key] = known
    return known
