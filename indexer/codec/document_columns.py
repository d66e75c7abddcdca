"""Sort the documents of a new segment, and build their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.codec.segment import Zone
from indexer.runtime import NamedTuple
from indexer.schema import ESTIMATED, FIRST_COUNTRY, MAX_COUNTRIES, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Numbers = NDArray[Any]


UNIX_EPOCH: Final = 719163  # the ordinal of 1970-01-01


def zone_of(kind: Numbers) -> Numbers:
    """Return the zone number of each document: 0 with a stated date, 1 with an estimated date, 2 undated."""
    zones: Numbers = np.where(kind == 0, 2, np.where(kind == ESTIMATED, 1, 0)).astype(np.uint8)
    return zones


def document_order(ids: Sequence[str] | Sequence[bytes], start: Numbers, kind: Numbers) -> NDArray[np.int64]:
    """Return the order of documents in a segment.

    Args:
        ids: The ids of the documents in insertion order.
        start: The first days of the documents as ordinals; 0 for a document without a date.
        kind: The date kinds of the documents, as positions in ``DATE_KINDS``.

    Returns:
        For each document of the segment, its position in insertion order.
    """
    by_id = id_order(ids)
    return by_id[np.lexsort((-start.astype(np.int64)[by_id], zone_of(kind)[by_id]))].astype(np.int64)


MAX_ID_WIDTH: Final = 32  # longer ids are not sorted in an array of fixed width


def id_order(ids: Sequence[str] | Sequence[bytes]) -> NDArray[np.int64]:
    """Return the positions of ids in sorted order, like ``argsort``; no id ends with a null character."""
    is_short = max(map(len, ids), default=0) <= MAX_ID_WIDTH  # sorted in a third of the time
    return np.argsort(np.array(ids, dtype=None if is_short else object), kind="stable")


def years_of(days: Numbers) -> Numbers:
    """Return the calendar year of each day, which is given as an ordinal (int64)."""
    dates = (days.astype(np.int64) - UNIX_EPOCH).astype("datetime64[D]")
    years: Numbers = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


@dataclass(frozen=True)
class Documents:
    """The columns of a new segment, in the order of its documents.

    Attributes:
        start: The first possible day of each document's date (an ordinal; 0 without a date).
        end: The last possible day of each document's date.
        kind: The kind of each document's date, as a position in ``DATE_KINDS``.
        languages: The languages of each document as a bit mask: en 1, es 2, fr 4, und 8.
        language: The bit of each document's main language.
        countries: The countries of all documents.
        ids: The id of each document in UTF-8.
        heads: Returns batches of the ids, each followed by a zero byte and the title, if any, in utf-8.
        stored_at: The position of each document in insertion order, which is the number of its record.
        sketches: The keys for finding duplicates, ``[document, key]``: see :mod:`indexer.bulk.sketches`.
        digest: The digest of day, title and text of each document.
    """

    start: Numbers
    end: Numbers
    kind: Numbers
    languages: Numbers
    language: Numbers
    countries: PackedCountries
    ids: list[bytes]
    heads: Callable[[], Iterable[Sequence[bytes]]]
    stored_at: Numbers
    sketches: Numbers
    digest: Numbers

    def zones(self) -> tuple[Zone, Zone]:
        """The zones of dated documents and of documents with an estimated date.

        Raises:
            ValueError: The documents are not in the order of ``document_order``.
        """
        zone = zone_of(self.kind)
        if (zone[1:] < zone[:-1]).any():
            raise ValueError("documents do not stand zone by zone")
        dated, estimated = (int(np.searchsorted(zone, number, "right")) for number in (0, 1))
        return self._zone(0, dated), self._zone(dated, estimated)

    def _zone(self, first: int, last: int) -> Zone:
        start, end = self.start[first:last], self.end[first:last]
        if (start[1:] > start[:-1]).any():
            raise ValueError("documents do not stand newest first")
        if (end < start).any():
            raise ValueError("an interval ends before it starts")
        from_year, to_year = years_of(start), years_of(end)
        touched = set(distinct(from_year).tolist())
        longer = to_year > from_year
        for low, high in set(zip(from_year[longer].tolist(), to_year[longer].tolist(), strict=True)):
            touched.update(range(low, high + 1))
        years = sorted(touched, reverse=True)
        at = np.searchsorted(-from_year, -np.array(years, np.int64), "left") + first
        return Zone(first, last, years, [*at.tolist(), last])


PACKED: Final = 4  # countries in a document's packed number


class PackedCountries(NamedTuple):
    """The countries of all documents, as ordinals: numbers of one byte.

    Ordinal 0 is padding. Ordinal 1 means that a document has no country. Larger ordinals are the countries in
    the order of ``codes``.

    Attributes:
        codes: The country codes that occur, sorted.
        packed: For each document, the ordinals of its first four countries, a byte each.
        many_docs: The documents with more than four countries.
        many_at: For each document in ``many_docs``, the position in ``many`` at which its ordinals start;
            finally the length of ``many``.
        many: The ordinals of the documents in ``many_docs`` after the first four.
    """

    codes: list[str]
    packed: Numbers
    many_docs: Numbers
    many_at: Numbers
    many: Numbers

    def row(self, ids: Numbers) -> Numbers:
        """Count the documents of a posting list by country, and return the counts by ordinal.

        Years need no such counts, because documents in date order are counted by binary search.
        """
        counts = np.bincount(self.packed.take(ids).view(np.uint8), minlength=len(self.codes) + FIRST_COUNTRY)
        found = ids.take(ids.searchsorted(self.many_docs), mode="clip") == self.many_docs
        having = np.repeat(found, np.diff(self.many_at))
        counts += np.bincount(self.many[having], minlength=len(counts))
        counts[0] = 0
        return counts.astype(np.uint32)

    def lists(self) -> dict[str, Numbers]:
        """Return the documents of each country.

        The key UNKNOWN has the documents without countries.
        """
        packed = self.packed.view(np.uint8).reshape(-1, PACKED)
        documents, columns = packed.nonzero()
        ordinals = np.concatenate((packed[documents, columns], self.many))
        documents = np.concatenate((documents, np.repeat(self.many_docs, np.diff(self.many_at))))
        order = np.lexsort((documents, ordinals))
        names = {NO_COUNTRY: UNKNOWN} | dict(enumerate(self.codes, FIRST_COUNTRY))
        bounds = np.searchsorted(ordinals[order], [*names, len(names) + NO_COUNTRY])
        return dict(zip(names.values(), np.split(documents[order], bounds)[1:], strict=False))


def pack_numbers(numbers: Numbers, begins: Numbers, counts: Numbers, codes: Sequence[str]) -> PackedCountries:
    """Pack the countries of documents into four bytes per document.

    Args:
        numbers: The concatenated countries of all documents, as positions in ``codes``.
        begins: The position in ``numbers`` at which the countries of each document start.
        counts: The number of countries of each document.
        codes: The country codes, in any order.

    Raises:
        ValueError: There are more than 254 different codes.
    """
    if len(codes) > MAX_COUNTRIES:
        raise ValueError(f"more than {MAX_COUNTRIES} countries")
    alphabetical = sorted(range(len(codes)), key=codes.__getitem__)
    ordinals = np.zeros(len(codes), np.uint8)
    ordinals[alphabetical] = np.arange(len(codes)) + FIRST_COUNTRY
    values = ordinals[numbers]
    packed = np.zeros((len(counts), PACKED), np.uint8)
    for at in range(PACKED):
        having = np.flatnonzero(counts > at)
        packed[having, at] = values[begins[having] + at]
    packed[counts == 0, 0] = NO_COUNTRY
    many = np.flatnonzero(counts > PACKED)
    further = [values[begins[doc] + PACKED : begins[doc] + counts[doc]] for doc in many.tolist()]
    return PackedCountries(
        codes=[codes[number] for number in alphabetical],
        packed=packed.view("<u4").ravel(),
        many_docs=many.astype(np.uint32),
        many_at=np.concatenate(([0], np.cumsum(counts[many] - PACKED, dtype=np.int64))),
        many=np.concatenate([ordinals[:0], *further]),
    )
