"""Filters as one segment sees them: dates as slices of its date order, countries as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.named_tuple import NamedTuple
from indexer.schema import LANGUAGE_BITS
from searcher.execution.arrays.doc_sets import Array, find
from searcher.execution.arrays.period_facets import periods_of
from searcher.execution.date_ranges import date_ranges

if TYPE_CHECKING:
    from searcher.engine import Filters
    from searcher.execution.arrays.columns import Columns

# Where a country has this many times fewer documents than the list, its own postings are searched instead.
RARE_COUNTRY = 40
KNOWN_DATES = 256  # date filters whose places in the date order are kept

Places = slice | Any  # places in a sorted list: a slice, or an ascending array of them
ALL = slice(None)


class DateFilter(NamedTuple):
    """A date filter in the date order of a segment.

    Attributes:
        ranges: The first document and the one after the last of each range, uint32.
        lasting: Documents outside of the ranges that last into the dates, None where there are none.
        bounds: The one range, where the filter takes nothing else; else None.
        cuts: The bounds of the years, then of that range: one search finds both.
    """

    ranges: list[Array]
    lasting: Array | None
    bounds: Array | None
    cuts: Array | None


class SegmentFilters:
    """The filters of one request on one segment.

    Args:
        columns: The segment's columns.
        filters: What narrows the search.
    """

    def __init__(self, columns: Columns, filters: Filters) -> None:
        countries, languages, first_day, last_day, self.estimated, _ = filters
        self.columns = columns
        self.by_date = first_day is not None or last_day is not None
        self.by_country = bool(countries)
        self.by_language = bool(languages)
        self.language_mask = 0
        for code in languages:
            self.language_mask |= LANGUAGE_BITS.get(code, 0)
        # The bounds of the years, then of the dates, where one slice is all that the date filter takes.
        self.cuts: Array | None = None
        if self.by_date:
            self._dates = _date_filter(columns, filters)
            self.cuts = self._dates.cuts
        if self.by_country:
            self._read_countries(countries)

    def dated(self, ids: Array) -> Places:
        """Find which of a sorted list of documents the date filter lets through."""
        ranges, lasting, bounds, _ = self._dates
        if bounds is not None:
            low, high = ids.searchsorted(bounds).tolist()
            return slice(low, high)
        parts = []
        for one in ranges:
            low, high = ids.searchsorted(one).tolist()
            parts.append(np.arange(low, high))
        if lasting is not None:
            parts.append(find(ids, lasting)[1])
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    @property
    def one_slice(self) -> bool:
        """Whether all that the date filter lets through of a list is one slice of it."""
        return not self.by_date or self._dates.bounds is not None

    def in_countries(self, ids: Array) -> tuple[Array, Array | None]:
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

    def among(self, ids: Array, packed: Array) -> Array:
        """Find which documents, in whatever order, are about the countries.

        Args:
            ids: The documents.
            packed: Their packed countries.
        """
        if self._ordinal is not None:
            kept = (packed.view(np.uint8) == self._ordinal).view(np.uint32)
        else:
            kept = self._table.take(packed.view(np.uint8)).view(np.uint32)
        if self._overflowing is not None:
            kept[find(self._overflowing, ids)[0]] = 1
        places: Array = kept.nonzero()[0]
        return places

    def in_languages(self, ids: Array) -> Array:
        """Find which documents the language filter lets through, as places in the list."""
        places: Array = (self.columns.languages[ids] & np.uint8(self.language_mask)).nonzero()[0]
        return places

    def _read_countries(self, countries: frozenset[str]) -> None:
        columns = self.columns
        known = columns.country_ordinals
        wanted = [code for code in countries if code in known]
        self._ordinal = np.uint8(known[wanted[0]]) if len(wanted) == 1 else None
        self._rare = columns.of_country(wanted[0]) if len(wanted) == 1 else None
        self._overflowing: Array | None = None
        if self._ordinal is not None and not columns.has_many:
            return
        self._table = np.zeros(256, np.bool_)
        self._table[[known[code] for code in wanted]] = True
        if columns.has_many:
            sizes: Array = columns.many_at[1:].astype(np.int64) - columns.many_at[:-1]
            owner = np.repeat(np.arange(len(columns.many)), sizes)
            overflowing = columns.many[np.unique(owner[self._table[columns.many_countries]])]
            self._overflowing = overflowing if len(overflowing) else None


def _date_filter(columns: Columns, filters: Filters) -> DateFilter:
    """Give a date filter as the segment sees it; a few are kept, as people ask much about one period."""
    _, _, first_day, last_day, estimated, _ = filters
    key = first_day, last_day, estimated
    known: DateFilter | None = columns.date_filters.get(key)
    if known is None:
        found, last_into = date_ranges(columns.segment, first_day, last_day, estimated=estimated)
        ranges = [np.array(one, np.uint32) for one in found or [(0, 0)]]
        lasting = np.array(last_into, np.uint32) if last_into else None
        bounds = ranges[0] if len(ranges) == 1 and lasting is None else None
        years = periods_of(columns, 0, estimated=estimated).bounds
        known = DateFilter(ranges, lasting, bounds, None if bounds is None else np.append(years, bounds))
        if len(columns.date_filters) >= KNOWN_DATES:
            columns.date_filters.clear()
        columns.date_filters[key] = known
    return known
