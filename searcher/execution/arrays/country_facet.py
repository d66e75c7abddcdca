"""Count the countries of documents, by adding and subtracting lists of documents."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_arrays import ranges
from indexer.schema import FIRST_COUNTRY, UNKNOWN
from searcher.engine import RankedCounts
from searcher.execution.arrays.doc_sets import Array, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from searcher.execution.arrays.doc_sets import Columns


ORDINALS: Final = 256  # of the countries of a segment; from FIRST_COUNTRY in the order of their codes
NO_COUNTRY: Final = 1  # the ordinal that counts documents without a country


class RankedCountries(RankedCounts):
    """Countries with their counts in display order.

    Args:
        codes: The codes of all countries, ascending.
        places: The indexes into the codes of the counted countries, by descending count.
        numbers: Their counts.
        sums: Counts by ordinal.
    """

    def __init__(
        self,
        codes: Sequence[str],
        places: list[int],
        numbers: list[int],
        sums: Sequence[int] | npt.NDArray[Any],
    ) -> None:
        self._codes = codes
        self._places = places
        self._numbers = numbers
        self._sums = sums
        self.unknown = int(sums[NO_COUNTRY])

    def in_order(self) -> tuple[list[str], list[int]]:
        """Return the counted countries and their counts."""
        return list(map(self._codes.__getitem__, self._places)), self._numbers

    def rank(self, code: str) -> int | None:
        """Return the rank of a country in this order, from 0; None if it is not counted."""
        place = bisect_left(self._codes, code)
        known = list(self._codes[place : place + 1]) == [code]
        return self._places.index(place) if known and self._sums[place + FIRST_COUNTRY] else None

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts = dict(zip(*self.in_order(), strict=True))
        if self.unknown:
            counts[UNKNOWN] = self.unknown
        return counts

    def __getitem__(self, code: str) -> int:
        return self._counts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


FOLD_FROM = 12_000  # the number of documents from which countries are counted two at a time
FOURTH = np.uint32(1 << 24)  # packed countries from here on are at least four


class CountryCounts:
    """The number of documents of one segment about each country.

    Args:
        columns: The segment.

    Attributes:
        number: The number of the segment.
        sums: The counts by ordinal.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.number = columns.number
        self.sums: Array = np.zeros(ORDINALS, np.int64)

    def add(self, ids: Array, sign: int) -> None:
        """Count distinct documents; with a sign of -1 subtract them."""
        columns = self._columns
        if len(ids) == columns.segment.documents:
            self.add_counts(columns.kept(_of_all, 0, 1), sign)
        else:
            self.add_counts(_counted(columns, ids, columns.countries.take(ids)), sign)

    def add_counts(self, counts: Array, sign: int) -> None:
        """Add or subtract counts by ordinal."""
        sums = self.sums[: len(counts)]
        (np.add if sign > 0 else np.subtract)(sums, counts, out=sums)


def _counted(columns: Columns, ids: Array, packed: Array) -> Array:
    """Return the number of documents about each country, by ordinal, given their packed countries."""
    if len(ids) < FOLD_FROM:
        counts = np.bincount(packed.view(np.uint8), minlength=ORDINALS)
    else:
        square = np.bincount(packed.view(np.uint16), minlength=1 << 16).reshape(256, 256)
        counts = square.sum(0) + square.sum(1)
    if columns.has_many:  # the fifth and later countries of documents
        having = find(columns.many, ids.take((packed >= FOURTH).nonzero()[0]))[1]
        begins = columns.many_at.take(having)
        further = ranges(begins, columns.many_at.take(having + 1) - begins)
        counts += np.bincount(columns.many_countries.take(further), minlength=ORDINALS)
    return counts


def _of_all(columns: Columns, _: int) -> Array:
    return _counted(columns, np.arange(columns.segment.documents, dtype=np.uint32), columns.countries)


class IndexCountries:
    """The countries of all segments of an index.

    Args:
        by_segment: The ascending codes of each segment.
    """

    def __init__(self, by_segment: Sequence[Sequence[str]]) -> None:
        codes = sorted(set().union(*by_segment))
        self._codes = list(map(intern, codes))  # speeds up dictionary lookups
        # Keys that sort countries by count and then by code are 256 times the count plus this.
        self._ranks = ORDINALS - 1 - np.arange(len(codes))
        ordinals = {code: at for at, code in enumerate(codes, FIRST_COUNTRY)}
        # Maps the ordinals of a segment to those of the index; None for a segment that has all countries.
        self._ordinals = [
            None
            if len(of_segment) == len(codes)
            else np.array([*range(FIRST_COUNTRY), *map(ordinals.__getitem__, of_segment)])
            for of_segment in by_segment
        ]

    def ranked(self, counted: Iterable[CountryCounts]) -> Mapping[str, int]:
        """Return the sums over segments, by descending count, then by code."""
        sums = np.zeros(ORDINALS, np.int64)
        for segment in counted:
            ordinals = self._ordinals[segment.number]
            if ordinals is None:
                sums += segment.sums
            else:
                sums[ordinals] += segment.sums[: len(ordinals)]
        keys = sums[FIRST_COUNTRY : FIRST_COUNTRY + len(self._ranks)] << 8
        keys |= self._ranks
        keys.sort()
        keys = keys[int(keys.searchsorted(ORDINALS)) :][::-1]
        places = (ORDINALS - 1) - (keys & (ORDINALS - 1))
        return RankedCountries(self._codes, places.tolist(), (keys >> 8).tolist(), sums)
