"""Apply filters in one segment, and count years and months by adding and subtracting lists.

Documents are in date order, so that a date filter is a slice, and the periods of a list are given by the
offsets at which they begin. Countries are compared as bytes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.runtime import NamedTuple
from indexer.schema import ESTIMATED_DATE, LANGUAGE_BITS, UNKNOWN
from searcher.execution.arrays.doc_sets import Array, Places, find
from searcher.execution.date_ranges import EVERY_YEAR, date_ranges, months_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indexer.codec.segment import Zone
    from searcher.engine import Filters
    from searcher.execution.arrays.doc_sets import Columns


PERIOD_CACHE_SIZE = 64  # years whose months are cached


class Periods(NamedTuple):
    """The years of one segment, or the months of one year or of all years."""

    # The begin of each period in the date order of each zone, newest first, the end of the oldest, and the
    # end of the documents with any date
    bounds: Array
    names: list[str]  # the names of the periods between bounds, oldest first; empty between two zones
    distinct: bool  # whether no name occurs twice
    end: int  # the end of the documents whose dates count
    lasting: Array  # documents that may extend beyond the period in which they start
    # Returns the names of the later periods of a document with a first and a last day
    reached: Callable[[int, int], Iterable[str]]


def _periods(columns: Columns, key: tuple[int, bool]) -> Periods:
    """Return the periods of a segment, with estimated dates or without.

    The first part of the key is the year whose months are counted, EVERY_YEAR for those of all years, 0 for
    years.
    """
    month_year, estimated = key
    zones = columns.segment.dated_zones(estimated=estimated)
    periods = _months(columns, month_year, zones) if month_year else _years(columns, zones)
    # One more period before the oldest: the documents whose dates do not count because they are estimated.
    last = np.uint32(columns.segment.dated_zones(estimated=True)[-1].last)
    return periods._replace(bounds=np.append(periods.bounds, last), names=[ESTIMATED_DATE, *periods.names])


def _years(columns: Columns, zones: Sequence[Zone]) -> Periods:
    names: list[str] = []
    bounds: list[int] = []
    for zone in zones:
        names += ["", *(f"{year:04d}" for year in columns.years)]
        older = [-year for year in zone.years]  # for a year in which no document starts, the next older one
        bounds += [zone.year_at[bisect_left(older, -year)] for year in columns.years]
        bounds.append(zone.last)

    def reached(start: int, end: int) -> Iterable[str]:
        return [
            f"{year:04d}" for year in range(date.fromordinal(start).year + 1, date.fromordinal(end).year + 1)
        ]

    return Periods(
        np.array(bounds, np.uint32), names[:0:-1], len(zones) == 1, zones[-1].last, columns.crossing, reached
    )


def _months(columns: Columns, year: int, zones: Sequence[Zone]) -> Periods:
    months, firsts = months_of(*((year, year) if year != EVERY_YEAR else _years_of(columns, zones)))
    bounds = []
    for zone in zones:
        days = columns.start[zone.first : zone.last]
        bounds.append(np.searchsorted(-days, -np.array(firsts[::-1]), side="right") + zone.first)

    def reached(start: int, end: int) -> Iterable[str]:
        return months[bisect_right(firsts, start) : bisect_right(firsts, end)]

    names = [*months, *(["", *months] * (len(zones) - 1))]
    return Periods(
        np.concatenate(bounds).astype(np.uint32),
        names,
        len(zones) == 1,
        zones[-1].last,
        columns.spans,
        reached,
    )


def _years_of(columns: Columns, zones: Sequence[Zone]) -> tuple[int, int]:
    """Return the first and the last year of the dates of some zones, 1 for both if there are none."""
    last = zones[-1].last
    if not last:
        return 1, 1
    return (
        date.fromordinal(int(columns.start[:last].min())).year,
        date.fromordinal(int(columns.end[:last].max())).year,
    )


class PeriodCounts:
    """The number of documents of one segment in each period; ``month_year`` as of :func:`_periods`."""

    def __init__(self, columns: Columns, month_year: int, *, estimated: bool) -> None:
        self._columns = columns
        self._periods = columns.kept(_periods, (month_year, estimated), PERIOD_CACHE_SIZE)
        self.of_years = not month_year
        self._undated = month_year in {0, EVERY_YEAR}  # whether documents without a usable date are a value
        self._listed = 0  # the number of added minus subtracted documents
        # The offsets of the periods in the lists: signed sums, whose differences are the counts.
        self._at: Array = np.zeros(len(self._periods.bounds), np.int64)
        self._reached: dict[str, int] = {}

    def add(self, hits: Array, sign: int, at: Array | None = None) -> None:
        """Count distinct documents, or subtract them; ``at`` are the offsets of the bounds in them."""
        if at is None:
            at = hits.searchsorted(self._periods.bounds)
        self._listed += sign * len(hits)
        self._at += sign * at
        _, _, _, end, lasting, reached = self._periods
        if len(lasting):
            docs = hits[find(hits, lasting)[1]]
            docs = docs[: int(docs.searchsorted(end))]
            days = zip(self._columns.start[docs].tolist(), self._columns.end[docs].tolist(), strict=True)
            for first, last in days:
                for name in reached(first, last):
                    self._reached[name] = self._reached.get(name, 0) + sign

    def counts(self) -> dict[str, int]:
        """Return the counts of the periods, without zeros."""
        names = self._periods.names
        counted = (self._at[1:] - self._at[:-1])[::-1].tolist()
        if not self._reached and self._periods.distinct:
            counts = dict(compress(zip(names, counted, strict=True), counted))
        else:
            sums = Counter(self._reached)
            for name, count in zip(names, counted, strict=True):
                sums[name] += count
            counts = {name: count for name, count in sums.items() if name and count}
        undated = self._listed - int(self._at[-2])
        if not self._undated:
            counts.pop(ESTIMATED_DATE, None)
        elif undated:
            counts[UNKNOWN] = undated
        return counts


FILTER_CACHE_SIZE = 256  # cached filters by dates or countries


class DateFilter(NamedTuple):
    """A date filter in the date order of a segment."""

    ranges: list[Array]  # the begin and end of each range of documents, uint32
    # Documents outside of the ranges that extend into the dates; None if there are none
    lasting: Array | None
    bounds: Array | None  # the single range, if nothing else passes; else None
    cuts: Array | None  # the bounds of the years, followed by that range, so that one search finds both


class SegmentFilters:
    """The filters of one request on one segment."""

    def __init__(self, columns: Columns, filters: Filters) -> None:
        countries, languages, first_day, last_day, self.estimated, _ = filters
        self.columns = columns
        self.by_date = first_day is not None or last_day is not None
        self.by_country = bool(countries)
        self.by_language = bool(languages)
        self.language_mask = 0
        for code in languages:
            self.language_mask |= LANGUAGE_BITS.get(code, 0)
        # The bounds of the years, then of the dates, if the date filter is a single slice.
        self.cuts: Array | None = None
        if self.by_date:
            key = first_day, last_day, self.estimated
            self._dates = columns.kept(_date_filter, key, FILTER_CACHE_SIZE)
            self.cuts = self._dates.cuts
        if self.by_country:
            known = columns.country_ordinals
            self._ordinals = [known[code] for code in countries if code in known]
            if len(columns.countries.many):
                self._further = columns.kept(_having_further, countries, FILTER_CACHE_SIZE)

    def dated(self, ids: Array) -> Places:
        """Return the documents of a sorted list that pass the date filter."""
        ranges, lasting, bounds, _ = self._dates
        if bounds is not None:
            low, high = ids.searchsorted(bounds).tolist()
            return slice(low, high)
        parts = []
        for one in ranges:
            low, high = ids.searchsorted(one).tolist()
            parts.append(np.arange(low, high))
        if lasting is not None:
            parts.append(find(ids, lasting)[1])
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    def in_countries(self, ids: Array) -> Array:
        """Return the indexes of the documents about the filtered countries."""
        countries = self.columns.countries
        ordinals = countries.packed.take(ids).view(np.uint8)
        about = np.zeros(len(ordinals), np.bool_)
        for wanted in self._ordinals:
            about |= ordinals == wanted
        kept = about.view(np.uint32)  # four countries of a document
        if len(countries.many):
            kept[find(self._further, ids)[0]] = 1
        return kept.nonzero()[0]

    def in_languages(self, ids: Array) -> Array:
        """Return the indexes of the documents that pass the language filter."""
        return (self.columns.languages[ids] & np.uint8(self.language_mask)).nonzero()[0]


def _having_further(columns: Columns, countries: frozenset[str]) -> Array:
    """Return the documents with any of some countries after their first four."""
    ordinals = [columns.country_ordinals.get(code, 0) for code in countries]
    packed = columns.countries
    owners = packed.many_docs.repeat(np.diff(packed.many_at))
    return distinct(owners[np.isin(packed.many, ordinals)])


def _date_filter(columns: Columns, key: tuple[int | None, int | None, bool]) -> DateFilter:
    """Return a date filter for a segment, with a first and a last day, and whether estimated dates count."""
    first_day, last_day, estimated = key
    found, last_into = date_ranges(columns.segment, first_day, last_day, estimated=estimated)
    ranges = [np.array(one, np.uint32) for one in found or [(0, 0)]]
    lasting = np.array(last_into, np.uint32) if last_into else None
    bounds = ranges[0] if len(ranges) == 1 and lasting is None else None
    years = columns.kept(_periods, (0, estimated), PERIOD_CACHE_SIZE).bounds
    return DateFilter(ranges, lasting, bounds, None if bounds is None else np.append(years, bounds))
