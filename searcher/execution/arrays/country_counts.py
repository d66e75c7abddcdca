"""Counts the countries of documents, by adding and subtracting lists of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searcher.execution.arrays.columns import find
from searcher.execution.ranking import ORDINALS, RankedCountries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from searcher.execution.arrays.columns import Columns

FOLD_FROM = 12_000  # documents from which countries are counted two at a time
FOURTH = np.uint32(1 << 24)  # packed countries from here on are four at least


class Rows(NamedTuple):
    """Country counts of a list of documents, as far as the index has them.

    Attributes:
        stored: Stored counts of some lists, to be summed.
        more: Documents that are counted beside them.
        repeated: Documents that were counted once too often, an entry for each time.
    """

    stored: Sequence[npt.NDArray[Any]]
    more: npt.NDArray[Any] | None = None
    repeated: npt.NDArray[Any] | None = None


class Union(NamedTuple):
    """Lists of documents, some of which may stand in several of them.

    Attributes:
        lists: The documents of each list, sorted.
        rows: The stored country counts of each list, or None.
        ids: The lists, one behind the other.
        packed: The packed countries of ``ids``.
    """

    lists: Sequence[npt.NDArray[Any]]
    rows: Sequence[npt.NDArray[Any] | None]
    ids: npt.NDArray[Any]
    packed: npt.NDArray[Any]

    def cut(self, spans: Sequence[slice]) -> Union:
        """Return the union of a part of each list, for which nothing is stored."""
        first = 0
        parts = []
        for one, span in zip(self.lists, spans, strict=True):
            parts.append(slice(first + span.start, first + span.stop))
            first += len(one)
        return Union(
            [one[span] for one, span in zip(self.lists, spans, strict=True)],
            [None] * len(self.lists),
            np.concatenate([self.ids[part] for part in parts]),
            np.concatenate([self.packed[part] for part in parts]),
        )


class CountryCounts:
    """How many documents of one segment are about each country.

    Args:
        columns: The segment.
    """

    __slots__ = ("_columns", "_sums")

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._sums: npt.NDArray[Any] | None = None  # by ordinal

    def add(self, ids: npt.NDArray[Any], sign: int = 1, packed: npt.NDArray[Any] | None = None) -> None:
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

    def add_rows(self, rows: Rows) -> None:
        """Count documents by stored counts, which belong to lists that are added, never subtracted."""
        for row in rows.stored:
            self._add(row, 1)
        if rows.more is not None and len(rows.more):
            self.add(rows.more)
        if rows.repeated is not None and len(rows.repeated):
            self.add(rows.repeated, -1)

    def add_union(self, union: Union) -> None:
        """Count the documents that stand in any of some lists, each once."""
        lists, rows, ids, packed = union
        ordered = ids.copy()
        ordered.sort()
        repeated = ordered[1:][ordered[1:] == ordered[:-1]]
        stored = [row for row in rows if row is not None]
        if stored:
            more = [one for one, row in zip(lists, rows, strict=True) if row is None]
            self.add_rows(Rows(stored, np.concatenate(more) if more else None, repeated))
            return
        self.add(ids, 1, packed)
        if len(repeated):
            self.add(repeated, -1)

    def ranked(self) -> Mapping[str, int]:
        """Return the countries that are counted, by falling count, equal ones by code."""
        if self._sums is None:
            return {}
        columns = self._columns
        ranks = columns.country_ranks
        keys = self._sums[2 : 2 + len(ranks)] << 8
        keys |= ranks
        keys.sort()
        keys = keys[int(keys.searchsorted(ORDINALS)) :]
        return RankedCountries(columns.places, keys[::-1].tolist(), self._sums)

    def _add(self, counts: npt.NDArray[Any], sign: int) -> None:
        if self._sums is None:
            if sign > 0 and len(counts) == ORDINALS:  # just counted, and nobody else's
                self._sums = counts
                return
            self._sums = np.zeros(ORDINALS, np.int64)
        if sign > 0:
            self._sums[: len(counts)] += counts
        else:
            self._sums -= counts

    def _add_many(self, ids: npt.NDArray[Any], packed: npt.NDArray[Any], sign: int) -> None:
        """Count the fifth and later countries of documents."""
        assert self._sums is not None
        full = ids.take((packed >= FOURTH).nonzero()[0])
        at, ordinals = self._columns.many_at, self._columns.many_countries
        for slot in find(self._columns.many, full)[1].tolist():
            for ordinal in ordinals[at[slot] : at[slot + 1]].tolist():
                self._sums[ordinal] += sign
