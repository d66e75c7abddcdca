"""Find the documents of a date range.

Segments are sorted by date, so most of these documents form ranges of consecutive document numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from operator import neg
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.codec.segment import Segment, Zone
    from searcher.engine import Filters

EVERY_YEAR = -1  # in place of a year: count the months of all years


def month_year(filters: Filters) -> int:
    """Return the year of a date filter within one year, or EVERY_YEAR for other filters."""
    if filters.first_day is None or filters.last_day is None:
        return EVERY_YEAR
    first, last = (date.fromordinal(day).year for day in (filters.first_day, filters.last_day))
    return first if first == last else EVERY_YEAR


def months_of(first: int, last: int) -> tuple[list[str], list[int]]:
    """Return the months from year ``first`` to ``last``, and the first days of these and the next month."""
    months = [(year, month) for year in range(first, last + 1) for month in range(1, 13)]
    firsts = [date(year, month, 1).toordinal() for year, month in months]
    return [f"{year:04d}-{month:02d}" for year, month in months], [*firsts, firsts[-1] + 31]


def date_ranges(
    segment: Segment, first_day: int | None, last_day: int | None, *, estimated: bool
) -> tuple[list[tuple[int, int]], list[int]]:
    """Find the documents with a date that overlaps a range of days.

    The date of an item may be a range of days itself, such as a month. If ``estimated`` is true, estimated
    dates count.

    Returns:
        The ranges (start, end) of documents whose date begins on one of these days, and the documents whose
        date begins before ``first_day`` and ends on ``first_day`` or later. Both lists are ascending.
    """
    end, spans = segment.column("end"), segment.column("spans")
    ranges: list[tuple[int, int]] = []
    lasting: list[int] = []
    for zone in segment.dated_zones(estimated=estimated):
        low, high = zone.first, zone.last
        if last_day is not None:
            low = _first_document_by(segment, zone, last_day)
        if first_day is not None:
            high = max(low, _first_document_by(segment, zone, first_day - 1))
            earlier = spans[bisect_left(spans, high) : bisect_left(spans, zone.last)]
            lasting.extend(doc for doc in earlier if end[doc] >= first_day)
        if low < high:
            ranges.append((low, high))
    return ranges, lasting


def _first_document_by(segment: Segment, zone: Zone, day: int) -> int:
    """Return the first document of a zone whose date is not after ``day``.

    A zone is a range of documents, with stated or with estimated dates, sorted newest first. If no document
    is old enough, return the end of the zone.
    """
    if day < 1:
        return zone.last
    year = date.fromordinal(day).year
    at = bisect_left(zone.years, -year, key=neg)  # years and days descend in a zone
    first = zone.year_at[at]
    if at == len(zone.years) or zone.years[at] != year:
        return first
    last = zone.year_at[at + 1]
    return bisect_left(segment.column_part("start", first, last), -day, first, last, key=neg)
