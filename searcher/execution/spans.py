"""A date filter as runs of a segment's date order, without numpy: used on both paths."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import neg
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.codec.calendar import Zone
    from indexer.codec.segment import Segment
    from searcher.execution.shapes import Filters


def dated_zones(segment: Segment, *, estimated: bool) -> tuple[Zone, ...]:
    """Return the zones whose dates count."""
    return (segment.dated, segment.estimated) if estimated else (segment.dated,)


def runs(segment: Segment, filters: Filters) -> tuple[list[tuple[int, int]], list[int]]:
    """Return which documents a date filter lets through.

    Args:
        segment: The segment.
        filters: Filters, one of which is by date.

    Returns:
        Runs of documents that start within the dates, and those that start before them but last into them.
    """
    start, end, spans = segment.column("start"), segment.column("end"), segment.column("spans")
    found: list[tuple[int, int]] = []
    lasting: list[int] = []
    for zone in dated_zones(segment, estimated=filters.estimated):
        low, high = zone.first, zone.last
        if filters.last_day is not None:
            low = bisect_left(start, -filters.last_day, low, high, key=neg)  # days descend in a zone
        if filters.first_day is not None:
            high = bisect_right(start, -filters.first_day, low, high, key=neg)
            earlier = spans[bisect_left(spans, high) : bisect_left(spans, zone.last)]
            lasting.extend(doc for doc in earlier if end[doc] >= filters.first_day)
        if low < high:
            found.append((low, high))
    return found, lasting
