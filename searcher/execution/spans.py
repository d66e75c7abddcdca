"""A date filter as runs of a segment's date order, without numpy: used on both paths."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from operator import neg
from typing import TYPE_CHECKING, Any

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.calendar import Zone
    from indexer.codec.segment import Segment
    from searcher.engine import Filters


class DateRanges(NamedTuple):
    """What a date filter is in the date order of a segment, where it is kept for the next request.

    Attributes:
        ranges: The first document and the one after the last of each run, uint32.
        extra: Documents outside of the runs that last into the dates, None where there are none.
        bounds: The one run, where the filter takes nothing else; else None.
        cuts: The bounds of the years, then of that run: one search finds both.
    """

    ranges: list[npt.NDArray[Any]]
    extra: npt.NDArray[Any] | None
    bounds: npt.NDArray[Any] | None
    cuts: npt.NDArray[Any] | None


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
    end, spans = segment.column("end"), segment.column("spans")
    found: list[tuple[int, int]] = []
    lasting: list[int] = []
    for zone in dated_zones(segment, estimated=filters.estimated):
        low, high = zone.first, zone.last
        if filters.last_day is not None:
            low = _first_by(segment, zone, filters.last_day)
        if filters.first_day is not None:
            high = max(low, _first_by(segment, zone, filters.first_day - 1))
            earlier = spans[bisect_left(spans, high) : bisect_left(spans, zone.last)]
            lasting.extend(doc for doc in earlier if end[doc] >= filters.first_day)
        if low < high:
            found.append((low, high))
    return found, lasting


def _first_by(segment: Segment, zone: Zone, day: int) -> int:
    """Return the first document of a zone that starts on a day or before, ``zone.last`` where none does."""
    if day < 1:
        return zone.last
    year = date.fromordinal(day).year
    at = bisect_left(zone.years, -year, key=neg)  # years and days descend in a zone
    first = zone.year_at[at]
    if at == len(zone.years) or zone.years[at] != year:
        return first
    last = zone.year_at[at + 1]
    return bisect_left(segment.column_part("start", first, last), -day, first, last, key=neg)
