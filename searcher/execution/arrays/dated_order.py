"""Newest or oldest first: the page of hits when relevance is not asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from searcher.execution.spans import dated_zones

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.calendar import Zone
    from indexer.codec.segment import Segment
    from searcher.engine import Sort


class DatedOrder:
    """Gathers the hits of all segments and gives a page of them by date, then id; those without a date last.

    Args:
        index: The index.
        sort: ``newest`` or ``oldest``.
        estimated: Whether estimated dates count as dates.
        count: How many are wanted.
    """

    def __init__(self, index: ArrayIndex, sort: Sort, count: int, *, estimated: bool) -> None:
        self._index = index
        self._newest = sort == "newest"
        self._estimated = estimated
        self._count = count
        self._dated: list[tuple[int, str, int]] = []
        self._undated: list[tuple[str, int]] = []

    def add(self, place: int, hits: npt.NDArray[np.uint32]) -> None:
        """Take the hits of one segment.

        Args:
            place: The segment's place in the index.
            hits: Its documents, sorted.
        """
        if not self._count:
            return
        segment, base = self._index.segments[place], self._index.bases[place]
        zones = dated_zones(segment, estimated=self._estimated)
        sign = -1 if self._newest else 1
        days = segment.column("start")
        for zone in zones:
            for doc in self._first(segment, zone, hits):
                self._dated.append((sign * days[doc], segment.head(doc)[0], base + doc))
        undated = hits[np.searchsorted(hits, zones[-1].last) :]
        if len(self._dated) < self._count:
            if self._estimated:  # the undated zone stands in the order of ids
                undated = undated[: self._count]
            self._undated.extend((segment.head(doc)[0], base + doc) for doc in undated.tolist())

    def page(self, offset: int) -> list[tuple[int, float]]:
        """Return the documents from ``offset`` on; none has a score."""
        ordered = [doc for *_, doc in sorted(self._dated)] + [doc for _, doc in sorted(self._undated)]
        return [(doc, 0.0) for doc in ordered[offset : self._count]]

    def _first(self, segment: Segment, zone: Zone, hits: npt.NDArray[np.uint32]) -> list[int]:
        """Return enough hits of a zone: the first ones, and all of the last one's day."""
        low, high = np.searchsorted(hits, (zone.first, zone.last)).tolist()
        inside = hits[low:high]
        if len(inside) <= self._count:
            return [int(doc) for doc in inside]
        if self._newest:  # the order of the segment itself: by day, then id
            return [int(doc) for doc in inside[: self._count]]
        day = segment.column("start")[int(inside[-self._count])]
        starts = segment.array("start")[zone.first : zone.last]
        first = zone.first + int(np.searchsorted(-starts, -day, "left"))
        return [int(doc) for doc in inside[np.searchsorted(inside, first) :]]
