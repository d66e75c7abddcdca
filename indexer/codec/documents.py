"""The documents of a segment to be written: their order and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.segment import Zone
from indexer.distinct import distinct
from indexer.schema import ESTIMATED

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.packed_countries import PackedCountries

UNIX_EPOCH: Final = 719163  # the ordinal of 1970-01-01


def zone_of(kind: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Number the zones of documents: 0 for dated, 1 for estimated, 2 for undated documents."""
    zones: npt.NDArray[Any] = np.where(kind == 0, 2, np.where(kind == ESTIMATED, 1, 0)).astype(np.uint8)
    return zones


def document_order(
    ids: Sequence[str], start: npt.NDArray[Any], kind: npt.NDArray[Any]
) -> npt.NDArray[np.int64]:
    """Work out the order in which a segment lays out its documents.

    Args:
        ids: The documents' ids, in the order of arrival.
        start: Their first days (ordinals, 0 for none).
        kind: Their date kinds, by their numbers in ``DATE_KINDS``.

    Returns:
        For each document of the segment its number in the order of arrival.
    """
    by_id = np.argsort(np.array(ids, dtype=object), kind="stable")
    return by_id[np.lexsort((-start.astype(np.int64)[by_id], zone_of(kind)[by_id]))].astype(np.int64)


def years_of(days: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Work out the calendar year of each day ordinal, int64."""
    dates = (days.astype(np.int64) - UNIX_EPOCH).astype("datetime64[D]")
    years: npt.NDArray[Any] = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


@dataclass(frozen=True)
class Documents:
    """Every column of a segment's documents, in the segment's order.

    Attributes:
        start: First days (ordinals), 0 for none.
        end: Last days.
        kind: Date kinds, by their numbers in ``DATE_KINDS``.
        languages: Bit masks: en 1, es 2, fr 4, und 8.
        language: The main language's bit.
        countries: The countries.
        ids: Ids, utf-8.
        titles: Titles, utf-8, None where there is none.
        stored_at: The arrival number of each document, by which its record is found.
        sketches: By which duplicates are found, ``[document, key]``: see :mod:`indexer.bulk.sketches`.
        digest: Of each document that of its day, title and text.
    """

    start: npt.NDArray[Any]
    end: npt.NDArray[Any]
    kind: npt.NDArray[Any]
    languages: npt.NDArray[Any]
    language: npt.NDArray[Any]
    countries: PackedCountries
    ids: list[bytes]
    titles: list[bytes | None]
    stored_at: npt.NDArray[Any]
    sketches: npt.NDArray[Any]
    digest: npt.NDArray[Any]

    def zones(self) -> tuple[Zone, Zone]:
        """Work out the dated and the estimated zone.

        Raises:
            ValueError: The documents do not stand in the order of ``document_order``.
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
