"""Filter the documents of a segment, and count the matches and facets.

The union of several posting lists is not built to count it: its count is the sum of the counts of the lists,
minus the count of the documents that repeat an earlier list. Documents are in date order, so a date filter is
a slice, and offsets in a list delimit the periods. Countries are compared as bytes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.runtime import NamedTuple
from indexer.schema import ESTIMATED_DATE, LANGUAGE_BITS, UNKNOWN
from searcher.execution.arrays.country_facet import CountryCounts
from searcher.execution.arrays.doc_sets import ALL, Array, Places, find, values_of_docs
from searcher.execution.date_ranges import EVERY_YEAR, date_ranges, months_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from indexer.codec.segment import Zone
    from searcher.engine import FacetDefinition, FacetName, Filters
    from searcher.execution.arrays.doc_sets import Columns
    from searcher.execution.arrays.duplicate_marks import ArrayDuplicateMatches

PERIOD_CACHE_SIZE = 64  # years whose months are cached


class Periods(NamedTuple):
    """The periods of a segment: years, the months of one year, or the months of all years."""

    # The start of each period in the date order of each zone, newest first, the end of the oldest, and the
    # end of the documents with any date
    bounds: Array
    names: list[str]  # the names of the periods between bounds, oldest first; empty between two zones
    end: int  # the end of the documents with included dates
    lasting: Array  # documents that may extend beyond the period in which they start
    # Returns the further periods of a document, given its first and last day
    reached: Callable[[int, int], Iterable[str]]


def _periods(columns: Columns, key: tuple[int, bool]) -> Periods:
    """Return the periods of a segment.

    Args:
        columns: The columns of the segment.
        key: A year, and whether estimated dates count. The periods are the months of this year. If the year
            is EVERY_YEAR, they are the months of all years; if it is 0, they are years.
    """
    month_year, estimated = key
    zones = columns.segment.dated_zones(estimated=estimated)
    periods = _months(columns, month_year, zones) if month_year else _years(columns, zones)
    # An additional period before the oldest: documents with excluded estimated dates.
    last = np.uint32(columns.segment.dated_zones(estimated=True)[-1].last)
    return periods._replace(bounds=np.append(periods.bounds, last), names=[ESTIMATED_DATE, *periods.names])


def _years(columns: Columns, zones: Sequence[Zone]) -> Periods:
    names: list[str] = []
    bounds: list[int] = []
    for zone in zones:
        names += ["", *(f"{year:04d}" for year in columns.years)]
        older = [-year for year in zone.years]  # used for years in which no document starts
        bounds += [zone.year_at[bisect_left(older, -year)] for year in columns.years]
        bounds.append(zone.last)

    def reached(start: int, end: int) -> Iterable[str]:
        return [
            f"{year:04d}" for year in range(date.fromordinal(start).year + 1, date.fromordinal(end).year + 1)
        ]

    return Periods(np.array(bounds, np.uint32), names[:0:-1], zones[-1].last, columns.crossing, reached)


def _months(columns: Columns, year: int, zones: Sequence[Zone]) -> Periods:
    months, firsts = months_of(*((year, year) if year != EVERY_YEAR else _years_of(columns, zones)))
    bounds = []
    for zone in zones:
        days = columns.start[zone.first : zone.last]
        bounds.append(np.searchsorted(-days, -np.array(firsts[::-1]), side="right") + zone.first)

    def reached(start: int, end: int) -> Iterable[str]:
        return months[bisect_right(firsts, start) : bisect_right(firsts, end)]

    names = [*months, *(["", *months] * (len(zones) - 1))]
    return Periods(np.concatenate(bounds).astype(np.uint32), names, zones[-1].last, columns.spans, reached)


def _years_of(columns: Columns, zones: Sequence[Zone]) -> tuple[int, int]:
    """Return the first and the last year in ``zones``, or 1 and 1 for empty zones."""
    last = zones[-1].last
    if not last:
        return 1, 1
    return (
        date.fromordinal(int(columns.start[:last].min())).year,
        date.fromordinal(int(columns.end[:last].max())).year,
    )


class PeriodCounts:
    """Counts the documents of a segment by year or month."""

    def __init__(self, columns: Columns, month_year: int, *, estimated: bool) -> None:
        self._columns = columns
        self._periods = columns.cached_result(_periods, (month_year, estimated), PERIOD_CACHE_SIZE)
        self._undated = month_year in {0, EVERY_YEAR}  # whether documents without a usable date are a value
        self._listed = 0  # the number of added minus subtracted documents
        # Signed sums of the periods' offsets in the lists; their differences are the counts.
        self._at: Array = np.zeros(len(self._periods.bounds), np.int64)
        self._reached: dict[str, int] = {}

    def add(self, hits: Array, sign: int) -> None:
        """Add a list of distinct documents to the counts, or subtract it."""
        bounds, _, end, lasting, reached = self._periods
        self._listed += sign * len(hits)
        self._at += sign * hits.searchsorted(bounds)
        if len(lasting):
            docs = hits[find(hits, lasting)[1]]
            docs = docs[: int(docs.searchsorted(end))]
            days = zip(self._columns.start[docs].tolist(), self._columns.end[docs].tolist(), strict=True)
            for first, last in days:
                for name in reached(first, last):
                    self._reached[name] = self._reached.get(name, 0) + sign

    def counts(self) -> dict[str, int]:
        """Return the counts of the periods, without zeros."""
        sums = dict(self._reached)
        counted = (self._at[1:] - self._at[:-1])[::-1].tolist()
        for name, count in zip(self._periods.names, counted, strict=True):
            sums[name] = sums.get(name, 0) + count
        counts = {name: count for name, count in sums.items() if name and count}
        undated = self._listed - int(self._at[-2])
        if not self._undated:
            counts.pop(ESTIMATED_DATE, None)
        elif undated:
            counts[UNKNOWN] = undated
        return counts


FILTER_CACHE_SIZE = 256  # cached filters by dates or countries


class DateFilter(NamedTuple):
    """A date filter, as ranges of documents in date order."""

    ranges: list[Array]  # the start and end of each range of documents, uint32
    # Documents outside the ranges whose dates extend into the filter, or None
    lasting: Array | None
    bounds: Array | None  # the range, if it is the only one and nothing else passes; else None


class SegmentFilters:
    """The filters of a request for a segment."""

    def __init__(self, columns: Columns, filters: Filters) -> None:
        countries, languages, first_day, last_day, self.estimated, _ = filters
        self.columns = columns
        self.by_date = first_day is not None or last_day is not None
        self.by_country = bool(countries)
        self.by_language = bool(languages)
        self.language_mask = 0
        for code in languages:
            self.language_mask |= LANGUAGE_BITS.get(code, 0)
        if self.by_date:
            key = first_day, last_day, self.estimated
            self._dates = columns.cached_result(_date_filter, key, FILTER_CACHE_SIZE)
        if self.by_country:
            known = columns.country_ordinals
            self._ordinals = [known[code] for code in countries if code in known]
            if len(columns.countries.many):
                self._further = columns.cached_result(
                    _docs_with_further_countries, countries, FILTER_CACHE_SIZE
                )

    def filter_by_date(self, ids: Array) -> Places:
        """Return the indexes, in a sorted list, of the documents that pass the date filter."""
        ranges, lasting, bounds = self._dates
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

    def filter_by_country(self, ids: Array) -> Array:
        """Return the indexes of the documents that pass the country filter."""
        countries = self.columns.countries
        ordinals = countries.packed.take(ids).view(np.uint8)
        about = np.zeros(len(ordinals), np.bool_)
        for wanted in self._ordinals:
            about |= ordinals == wanted
        kept = about.view(np.uint32)  # four countries of a document
        if len(countries.many):
            kept[find(self._further, ids)[0]] = 1
        return kept.nonzero()[0]

    def filter_by_language(self, ids: Array, language: int) -> Places:
        """Return the indexes of the documents that pass the language filter."""
        if language:
            return ALL if language & self.language_mask else np.empty(0, np.intp)
        return (self.columns.languages[ids] & np.uint8(self.language_mask)).nonzero()[0]


def _docs_with_further_countries(columns: Columns, countries: frozenset[str]) -> Array:
    """Return the documents with one of ``countries`` after their first four countries."""
    ordinals = [columns.country_ordinals.get(code, 0) for code in countries]
    packed = columns.countries
    owners = packed.many_docs.repeat(np.diff(packed.many_at))
    return distinct(owners[np.isin(packed.many, ordinals)])


def _date_filter(columns: Columns, key: tuple[int | None, int | None, bool]) -> DateFilter:
    """Return the filter of a segment for a range of days.

    ``key`` is the first day, the last day, and whether estimated dates count.
    """
    first_day, last_day, estimated = key
    found, last_into = date_ranges(columns.segment, first_day, last_day, estimated=estimated)
    ranges = [np.array(one, np.uint32) for one in found or [(0, 0)]]
    lasting = np.array(last_into, np.uint32) if last_into else None
    return DateFilter(ranges, lasting, ranges[0] if len(ranges) == 1 and lasting is None else None)


MASKS = 16  # the languages of a document are a mask of four bits
HAVING = {code: [mask for mask in range(MASKS) if mask & bit] for code, bit in LANGUAGE_BITS.items()}


class LanguageCounts:
    """Counts the documents of a segment by language."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._by_mask = np.zeros(MASKS, np.int64)

    def add(self, ids: Array, sign: int, language: int) -> None:
        """Add documents to the counts, or subtract them.

        Args:
            ids: The documents.
            sign: 1 to add, -1 to subtract.
            language: The language mask that all these documents have, or 0 if they differ.
        """
        if language:
            self._by_mask[language] += sign * len(ids)
        else:
            self._by_mask += sign * np.bincount(values_of_docs(self._columns.languages, ids), minlength=MASKS)

    def counts(self) -> dict[str, int]:
        """Return the counts of the languages, without zeros."""
        masks = self._by_mask.tolist()
        counts = {code: sum([masks[mask] for mask in having]) for code, having in HAVING.items()}
        return {code: count for code, count in counts.items() if count}


class FacetRequest(NamedTuple):
    """The facets that a request counts."""

    facets: Sequence[FacetDefinition]  # the definitions of the facets to count
    month_year: int  # the year whose months are counted; EVERY_YEAR for the months of all years
    # The displayed values of each requested custom field
    labels: Mapping[FacetName, Mapping[str, str]]

    def counter(self, facet: FacetDefinition, filters: SegmentFilters) -> Any:
        """Return an object that counts a facet in a segment."""
        columns = filters.columns
        if facet.is_custom:
            from searcher.execution.arrays.custom_facets import CustomCounts  # few requests need it

            return CustomCounts(columns, facet.name, self.labels[facet.name])
        if facet.digits:
            year = 0 if facet.name == "year" else self.month_year
            return PeriodCounts(columns, year, estimated=filters.estimated)
        return {"country": CountryCounts, "language": LanguageCounts}[facet.name](columns)


class FacetCollector:
    """Counts the matches and facets of a request in a segment.

    A facet is counted with all filters except its own. ``passing`` is a mask of the documents that pass the
    filters on custom fields; ``duplicates`` collects matches with near duplicates.
    """

    def __init__(
        self,
        filters: SegmentFilters,
        request: FacetRequest,
        passing: Array | None = None,
        duplicates: ArrayDuplicateMatches | None = None,
    ) -> None:
        self.filters = filters
        self._columns = filters.columns
        self._passing = passing
        self._duplicates = duplicates
        self.total = 0
        self.counters: dict[FacetName, Any] = {}
        by_filter: dict[str, list[Any]] = {"date": [], "country": [], "language": []}
        self._custom: list[Any] = []
        for facet in request.facets:
            counter = self.counters[facet.name] = request.counter(facet, filters)
            (self._custom if facet.is_custom else by_filter[facet.narrowed_by]).append(counter)
        self._periods: list[PeriodCounts] = by_filter["date"]
        self._countries: list[CountryCounts] = by_filter["country"]
        self._languages: list[LanguageCounts] = by_filter["language"]

    def add(self, ids: Array, sign: int = 1, stored: Array | None = None, *, language: int = 0) -> Places:
        """Add a list of documents to the counts.

        Args:
            ids: The documents, sorted and distinct.
            sign: 1 to add, -1 to subtract.
            stored: The stored counts of the list by country number, or ``None`` if they are not stored.
            language: The language mask that all these documents have, or 0 if they differ.

        Returns:
            The indexes of the documents that pass all filters.
        """
        if self._passing is None:
            kept = self._add(ids, sign, stored, language)
        else:
            places = self._passing.take(ids).nonzero()[0]
            kept = places[self._add(ids.take(places), sign, None, language)]
        for counter in self._custom:
            counter.add(ids[kept], sign)
        return kept

    def _add(self, ids: Array, sign: int, stored: Array | None, language: int) -> Places:
        filters = self.filters
        spoken: Places = filters.filter_by_language(ids, language) if filters.by_language else ALL
        about = (
            _to_whole_list(spoken, filters.filter_by_country(ids[spoken])) if filters.by_country else spoken
        )
        kept = _to_whole_list(about, filters.filter_by_date(ids[about])) if filters.by_date else about
        for periods in self._periods:
            periods.add(ids[about], sign)
        for countries in self._countries:
            anywhere = kept
            if filters.by_country:
                anywhere = (
                    _to_whole_list(spoken, filters.filter_by_date(ids[spoken])) if filters.by_date else spoken
                )
            countries.add(ids[anywhere], sign, stored if anywhere is ALL else None)
        for languages in self._languages:
            in_any = kept
            if filters.by_language:
                in_any = filters.filter_by_country(ids) if filters.by_country else ALL
                in_any = (
                    _to_whole_list(in_any, filters.filter_by_date(ids[in_any])) if filters.by_date else in_any
                )
            languages.add(ids[in_any], sign, language)
        passing = ids[kept]
        self.total += sign * len(passing)
        if self._duplicates is not None and sign > 0:  # a subtracted document is in two lists
            self._duplicates.add(self._columns.number, passing)
        return kept


def _to_whole_list(places: Any, part: Places) -> Places:
    """Convert indexes in a part of a list to indexes in the list.

    ``places`` are the indexes of the part's elements in the list.
    """
    return part if places is ALL else places[part]
