"""Facet rows: year and country counts of a frequent term, counted once, when the segment is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.documents import FIRST_COUNTRY, years_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.calendar import Zone


class FacetRows:
    """Counts the facets of posting lists of one segment.

    A year row has a number for each year of the dated zone; estimated and undated documents are left to the
    reader. A country row has one for each ordinal: 0 unused, 1 no country, then the codes.

    Args:
        dated: The dated zone.
        start: First days of the documents.
        end: Last days.
        packed: Packed countries, uint32.
        many: For documents with more than four countries the ordinals of the others.
        codes: How many country codes there are.
    """

    def __init__(
        self,
        dated: Zone,
        start: npt.NDArray[Any],
        end: npt.NDArray[Any],
        packed: npt.NDArray[Any],
        many: dict[int, list[int]],
        codes: int,
    ) -> None:
        self._bounds = np.array(dated.year_at, np.uint32)
        self._years = {year: column for column, year in enumerate(dated.years)}
        longer = np.flatnonzero(end[: dated.last] > start[: dated.last])
        self._crossing = {
            int(doc): (first, last)
            for doc, first, last in zip(
                longer, years_of(start[longer]).tolist(), years_of(end[longer]).tolist(), strict=True
            )
            if first != last
        }
        self._crossing_docs = np.array(sorted(self._crossing), np.uint32)
        self._packed = packed
        self._many = many
        self._many_docs = np.array(sorted(many), np.uint32)
        self._codes = codes + FIRST_COUNTRY
        self._year_rows: list[npt.NDArray[Any]] = []
        self._country_rows: list[npt.NDArray[Any]] = []

    def count(self, ids: npt.NDArray[Any]) -> None:
        """Add the rows of one posting list."""
        at = np.searchsorted(ids, self._bounds)
        years = np.diff(at).astype(np.uint32)
        for doc in np.intersect1d(ids, self._crossing_docs, assume_unique=True).tolist():
            first, last = self._crossing[doc]
            for year in range(first + 1, last + 1):
                years[self._years[year]] += 1
        countries = np.bincount(self._packed[ids].view(np.uint8), minlength=self._codes)
        for doc in np.intersect1d(ids, self._many_docs, assume_unique=True).tolist():
            countries[self._many[doc]] += 1
        countries[0] = 0
        self._year_rows.append(years)
        self._country_rows.append(countries[: self._codes].astype(np.uint32))

    def take(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the year and country rows added so far, one behind the other, and forget them."""
        empty = np.zeros(0, np.uint32)
        years = np.concatenate(self._year_rows) if self._year_rows else empty
        countries = np.concatenate(self._country_rows) if self._country_rows else empty
        self._year_rows, self._country_rows = [], []
        return years, countries
