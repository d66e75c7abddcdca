"""Facet rows: the country counts of a frequent term, counted once, when the segment is written.

Years need no row: documents stand in date order, so that a posting list's year counts are binary searches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.schema import FIRST_COUNTRY

if TYPE_CHECKING:
    import numpy.typing as npt


class FacetRows:
    """Counts the countries of posting lists of one segment.

    A row has a number for each ordinal: 0 unused, 1 no country, then the codes.

    Args:
        packed: Packed countries, uint32.
        many: For documents with more than four countries the ordinals of the others.
        codes: How many country codes there are.
    """

    def __init__(self, packed: npt.NDArray[Any], many: dict[int, list[int]], codes: int) -> None:
        self._packed = packed
        self._many = many
        self._many_docs = np.array(sorted(many), np.uint32)
        self._codes = codes + FIRST_COUNTRY
        self._rows: list[npt.NDArray[Any]] = []

    def count(self, ids: npt.NDArray[Any]) -> None:
        """Add the row of one posting list."""
        row = np.bincount(self._packed[ids].view(np.uint8), minlength=self._codes)
        for doc in np.intersect1d(ids, self._many_docs, assume_unique=True).tolist():
            row[self._many[doc]] += 1
        row[0] = 0
        self._rows.append(row.astype(np.uint32))

    def take(self) -> npt.NDArray[Any]:
        """Return the rows added so far, one behind the other, and forget them."""
        rows = np.concatenate(self._rows) if self._rows else np.zeros(0, np.uint32)
        self._rows = []
        return rows
