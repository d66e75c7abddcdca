"""Counts the countries of documents, by adding and subtracting lists of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.named_tuple import NamedTuple
from indexer.schema import FIRST_COUNTRY
from searcher.execution.arrays.doc_sets import Array, find
from searcher.execution.ranked_countries import ORDINALS, RankedCountries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.execution.arrays.columns import Columns

FOLD_FROM = 12_000  # documents from which countries are counted two at a time
FOURTH = np.uint32(1 << 24)  # packed countries from here on are four at least


class StoredCounts(NamedTuple):
    """The country counts of a list of documents, as far as the index has them.

    Attributes:
        rows: Stored counts of some lists by ordinal, to be summed.
        more: Documents that are counted beside them.
        repeated: Documents that were counted once too often, an entry for each time.
    """

    rows: Sequence[Array]
    more: Array | None = None
    repeated: Array | None = None


class CountryCounts:
    """How many documents of one segment are about each country.

    Args:
        columns: The segment.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._sums: Array | None = None  # by ordinal

    def add(self, ids: Array, sign: int = 1, packed: Array | None = None) -> None:
        """Count documents.

        Args:
            ids: The documents, in whatever order.
            sign: 1 to add, -1 to subtract.
            packed: Their packed countries, where these are at hand.
        """
        if packed is None:
            packed = self._columns.countries.take(ids)
        if len(ids) < FOLD_FROM:
            counts = np.bincount(packed.view(np.uint8), minlength=ORDINALS)
        else:
            square = np.bincount(packed.view(np.uint16), minlength=1 << 16).reshape(256, 256)
            counts = square.sum(0) + square.sum(1)
        self._add(counts, sign)
        if self._columns.has_many:
            self._add_many(ids, packed, sign)

    def add_stored(self, stored: StoredCounts) -> None:
        """Count documents by stored counts."""
        for row in stored.rows:
            self._add(row, 1)
        if stored.more is not None and len(stored.more):
            self.add(stored.more)
        if stored.repeated is not None and len(stored.repeated):
            self.add(stored.repeated, -1)

    def ranked(self) -> Mapping[str, int]:
        """Give the countries that are counted, by falling count, equal ones by code."""
        if self._sums is None:
            return {}
        columns = self._columns
        ranks = columns.country_ranks
        keys = self._sums[FIRST_COUNTRY : FIRST_COUNTRY + len(ranks)] << 8
        keys |= ranks
        keys.sort()
        keys = keys[int(keys.searchsorted(ORDINALS)) :]
        return RankedCountries(columns.country_codes, keys[::-1].tolist(), self._sums)

    def _add(self, counts: Array, sign: int) -> None:
        if self._sums is None:
            if sign > 0 and len(counts) == ORDINALS:  # just counted, and nobody else's
                self._sums = counts
                return
            self._sums = np.zeros(ORDINALS, np.int64)
        if sign > 0:
            self._sums[: len(counts)] += counts
        else:
            self._sums -= counts

    def _add_many(self, ids: Array, packed: Array, sign: int) -> None:
        """Count the fifth and later countries of documents."""
        assert self._sums is not None
        full = ids.take((packed >= FOURTH).nonzero()[0])
        at, ordinals = self._columns.many_at, self._columns.many_countries
        for slot in find(self._columns.many, full)[1].tolist():
            for ordinal in ordinals[at[slot] : at[slot + 1]].tolist():
                self._sums[ordinal] += sign
