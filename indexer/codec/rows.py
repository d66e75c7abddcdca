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
        self._size = codes + FIRST_COUNTRY

    def count(self, ids: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Count the row of one posting list, uint32.

        Args:
            ids: Its documents.
        """
        row = np.bincount(self._packed[ids].view(np.uint8), minlength=self._size)
        for doc in np.intersect1d(ids, self._many_docs, assume_unique=True).tolist():
            row[self._many[doc]] += 1
        row[0] = 0
        counts: npt.NDArray[Any] = row.astype(np.uint32)
        return counts
