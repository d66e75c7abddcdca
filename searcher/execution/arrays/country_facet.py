"""Count the countries of documents by adding and subtracting document lists."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.word_arrays import ranges
from indexer.codec.custom_values import place_terms
from indexer.schema import FIRST_COUNTRY, NO_COUNTRY, OWN, UNKNOWN
from searcher.execution.arrays.doc_sets import Array, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.codec.document_columns import PackedCountries
    from searcher.execution.arrays.doc_sets import Columns


ORDINALS: Final = 256  # ordinals of a segment's countries; from FIRST_COUNTRY in the order of codes


FOURTH = np.uint32(1 << 24)  # larger values contain at least four countries


class CountryCounts:
    """Counts the documents of a segment by country."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.number = columns.number
        self.sums: Array = np.zeros(ORDINALS, np.int64)
        self._lists: dict[int, list[Array]] = {1: [], -1: []}  # added and subtracted lists

    def add(self, ids: Array, sign: int, stored: Array | None = None) -> None:
        """Add distinct documents to the counts, or subtract them.

        Args:
            ids: The documents.
            sign: 1 to add, -1 to subtract.
            stored: The counts of these documents by country number, or ``None`` if they are not stored.
        """
        columns = self._columns
        self._lists[sign].append(ids)
        counts = stored
        if counts is None and len(ids) == columns.segment.documents:
            counts = columns.cached_result(_count_all, 0, 1)
        elif counts is None:
            counts = _count_countries(columns.countries, ids)
        sums = self.sums[: len(counts)]
        (np.add if sign > 0 else np.subtract)(sums, counts, out=sums)

    def by_place(self) -> Array:
        """Return, by country number, how many documents name only a place in the country.

        Documents without evidence are counted under ``NO_COUNTRY``.
        """
        places = self._columns.cached_result(_read_place_countries, 0, 1)
        counts = np.zeros(ORDINALS, np.int64)
        for sign, lists in self._lists.items():
            if lists:
                ids = np.concatenate(lists)
                ids = ids.take(places.packed.take(ids).nonzero()[0])  # few texts only name a place
                counts += sign * _count_countries(places, ids)
        return counts


_NONE: Final = np.empty(0, np.uint32)


def _count_countries(known: PackedCountries, ids: Array) -> Array:
    """Return the number of documents for each country number.

    Each segment numbers its countries.
    """
    packed = known.packed.take(ids)
    counts = np.bincount(packed.view(np.uint8), minlength=ORDINALS)
    if len(known.many):  # fifth and further countries of documents
        having = find(known.many_docs, ids.take((packed >= FOURTH).nonzero()[0]))[1]
        begins = known.many_at.take(having)
        further = ranges(begins, known.many_at.take(having + 1) - begins)
        counts += np.bincount(known.many.take(further), minlength=ORDINALS)
    return counts


def _count_all(columns: Columns, _: int) -> Array:
    return _count_countries(columns.countries, np.arange(columns.segment.documents, dtype=np.uint32))


def _read_place_countries(columns: Columns, _: int) -> PackedCountries:
    """Return, for each document, the countries of which it names only a place."""
    from indexer.codec.document_columns import pack_numbers

    named, every = place_terms(columns.segment)
    codes = columns.segment.countries
    lists = [columns.docs_with_keywords(OWN, named[code]) if code in named else _NONE for code in codes]
    docs = np.concatenate([_NONE, *lists])
    order = docs.argsort(kind="stable")
    numbers = np.arange(len(codes)).repeat([*map(len, lists)]).take(order)
    counts = np.bincount(docs, minlength=columns.segment.documents)
    places = pack_numbers(numbers, counts.cumsum() - counts, counts, codes)
    for terms in every:
        ids = columns.docs_with_keywords(OWN, terms)
        places.packed[ids[counts.take(ids) == 0]] = 0
    return places


class IndexCountries:
    """The countries of an index, collected from the codes of all segments."""

    def __init__(self, by_segment: Sequence[Sequence[str]]) -> None:
        codes = sorted(set().union(*by_segment))
        self._names = np.array([*map(intern, (UNKNOWN, *codes))], object)  # speeds up dictionary lookups
        ordinals = {code: at for at, code in enumerate(codes, FIRST_COUNTRY)}
        # Maps the ordinals of a segment to those of the index.
        self._ordinals = [
            np.array([*range(FIRST_COUNTRY), *map(ordinals.__getitem__, of_segment)])
            for of_segment in by_segment
        ]

    def counts(self, counted: Iterable[CountryCounts]) -> dict[str, int]:
        """Return the number of documents by country."""
        return self._sum_counts([(one.number, one.sums) for one in counted])

    def by_place(self, counted: Iterable[CountryCounts]) -> dict[str, int] | None:
        """Return, for each country, how many documents name only a place in it, not the country.

        The result is ``None`` if a document has no evidence, because an earlier version indexed it.
        """
        counts = self._sum_counts([(one.number, one.by_place()) for one in counted])
        return None if UNKNOWN in counts else counts

    def _sum_counts(self, counted: Iterable[tuple[int, Array]]) -> dict[str, int]:
        """Add up the counts of segments by country, the highest sum first, ``unknown`` last.

        ``counted`` has the number of each segment, and its counts by the segment's country numbers.
        """
        sums = np.zeros(ORDINALS, np.int64)
        for number, counts in counted:
            ordinals = self._ordinals[number]
            sums[ordinals] += counts[: len(ordinals)]
        sums = sums[NO_COUNTRY : NO_COUNTRY + len(self._names)]
        order = (-sums).argsort(kind="stable")[: len(sums.nonzero()[0])]
        named = dict(zip(self._names.take(order).tolist(), sums.take(order).tolist(), strict=True))
        if UNKNOWN in named:
            named[UNKNOWN] = named.pop(UNKNOWN)
        return named
