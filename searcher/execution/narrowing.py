"""Filters as one segment sees them: dates as slices of its date order, countries as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.columns import Columns, find
from searcher.execution.light import LANGUAGE_BITS
from searcher.execution.spans import runs

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.execution.shapes import Filters

# Where a country has this many times fewer documents than the list, its own postings are searched instead.
RARE_COUNTRY = 40

Part = slice | Any  # places in a sorted list: a slice, or an ascending array of them


class Narrowing:
    """The filters of one request on one segment.

    Args:
        columns: The segment's columns.
        filters: What narrows the search.
    """

    def __init__(self, columns: Columns, filters: Filters) -> None:
        self.columns = columns
        self.estimated = filters.estimated
        self.by_date = filters.by_date
        self.by_country = bool(filters.countries)
        self.by_language = bool(filters.languages)
        self.language_mask = sum(LANGUAGE_BITS.get(code, 0) for code in filters.languages)
        if self.by_date:
            self._compile_dates(filters)
        if self.by_country:
            self._compile_countries(filters)

    def dated(self, ids: npt.NDArray[Any]) -> Part:
        """Return which of a sorted list of documents the date filter lets through."""
        if self._bounds is not None and self._extra is None:
            low, high = ids.searchsorted(self._bounds).tolist()
            return slice(low, high)
        parts = []
        for bounds in self._ranges:
            low, high = ids.searchsorted(bounds).tolist()
            parts.append(np.arange(low, high))
        if self._extra is not None:
            parts.append(find(ids, self._extra)[1])
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    def in_countries(self, ids: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return which of a sorted list of documents are about the countries, as places in the list."""
        if self._rare is not None and RARE_COUNTRY * len(self._rare) < len(ids):
            return find(ids, self._rare)[1]
        packed = self.columns.countries[ids]
        if self._one is not None:
            kept = (packed.view(np.uint8) == self._one).view(np.uint32) != 0
        else:
            kept = self._table[packed.view(np.uint8)].view(np.uint32) != 0
        if self._overflowing is not None:
            kept[find(ids, self._overflowing)[1]] = True
        places: npt.NDArray[Any] = kept.nonzero()[0]
        return places

    def in_languages(self, ids: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return which documents the language filter lets through, as places in the list."""
        places: npt.NDArray[Any] = (self.columns.languages[ids] & np.uint8(self.language_mask)).nonzero()[0]
        return places

    @property
    def cuts(self) -> npt.NDArray[Any] | None:
        """The bounds of the years, then of the dates, where one slice is all that the date filter takes."""
        if not self.by_date or self._bounds is None or self._extra is not None:
            return None
        return np.concatenate((self.columns.year_bounds[0], self._bounds))

    # Dates

    def _compile_dates(self, filters: Filters) -> None:
        found, lasting = runs(self.columns.segment, filters)
        self._ranges = [np.array(run, np.uint32) for run in found or [(0, 0)]]
        self._extra = np.array(lasting, np.uint32) if lasting else None
        self._bounds = self._ranges[0] if len(self._ranges) == 1 else None

    # Countries

    def _compile_countries(self, filters: Filters) -> None:
        columns = self.columns
        known = columns.country_ordinals
        wanted = [code for code in filters.countries if code in known]
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
