"""Counts totals and facets of one segment, by adding and subtracting lists of documents.

Counting is linear, so a union is never built: the count over its lists, less the count over the documents
that stand in more than one, is the count over the union.
"""

from __future__ import annotations

from datetime import date
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.columns import find
from searcher.execution.light import LANGUAGE_BITS

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.execution.narrowing import Narrowing, Part
    from searcher.execution.shapes import FacetName

FOLD_FROM = 12_000  # documents from which countries are counted two at a time
EVERYTHING = slice(None)


class Tally:
    """The counts of one request over one segment.

    Args:
        narrowing: The filters.
        facets: Which facets to count.
        month_year: The year whose months are counted, when ``month`` is among the facets.
    """

    def __init__(self, narrowing: Narrowing, facets: tuple[FacetName, ...], month_year: int) -> None:
        self._narrowing = narrowing
        self._columns = narrowing.columns
        self.total = 0
        self._undated = 0
        self._by_year = "year" in facets
        self._by_month = "month" in facets
        self._by_country = "country" in facets
        self._by_language = "language" in facets
        self._year_facet = self._by_year or self._by_month
        segment = self._columns.segment
        self._zones = (segment.dated, segment.estimated) if narrowing.estimated else (segment.dated,)
        self._dated_end = self._columns.estimated_end if narrowing.estimated else self._columns.dated_end
        self._listed = 0  # documents counted into the years
        # Where each zone's years begin in the lists: signed sums, whose differences are the years' counts.
        self._year_at = [np.zeros(len(zone.year_at), np.int64) for zone in self._zones]
        # One search finds the years and the dates of the filter, where that is one slice.
        self._cuts = narrowing.cuts if self._year_facet else None
        self._crossing_years: dict[int, int] = {}
        self._month_year = month_year
        self._countries = np.zeros(256, np.int64)
        if self._by_month:
            self._months = np.zeros(12, np.int64)
        if self._by_language:
            self._languages = np.zeros(16, np.int64)

    def add(
        self, ids: npt.NDArray[Any], sign: int = 1, row: npt.NDArray[Any] | None = None, *, language: int = 0
    ) -> Part:
        """Count a list of documents.

        Args:
            ids: Sorted, each once.
            sign: 1 to add, -1 to subtract.
            row: The list's stored country counts, or None.
            language: The one language mask of all these documents, when it is known; else 0.

        Returns:
            The places in the list that pass all filters.
        """
        narrowing = self._narrowing
        if narrowing.by_language and not (language & narrowing.language_mask):
            if self._by_language:
                self._count_languages(ids, self._pass_dates_and_countries(ids), sign, language)
            if language:
                return slice(0, 0)
            places = narrowing.in_languages(ids)
            kept = self._add_in_language(ids[places], sign, None)
            return places[kept]
        kept = self._add_in_language(ids, sign, row)
        if self._by_language:
            self._count_languages(ids, kept, sign, language)
        return kept

    @property
    def undated(self) -> int:
        """The documents without a usable date that pass the other filters."""
        return self._listed - int(self._year_at[-1][-1]) if self._year_facet else self._undated

    def facets(self) -> dict[FacetName, dict[str, int]]:
        """Return the counts of every facet asked for, zeros left out."""
        counts: dict[FacetName, dict[str, int]] = {}
        if self._by_year:
            counts["year"] = self._named_years()
        if self._by_month:
            counts["month"] = {
                f"{self._month_year:04d}-{at + 1:02d}": count
                for at, count in enumerate(self._months.tolist())
                if count
            }
        if self._by_country:
            row = self._countries.tolist()
            counted = row[2:]
            named = dict(compress(zip(self._columns.segment.countries, counted, strict=False), counted))
            if row[1]:
                named["unknown"] = row[1]
            counts["country"] = named
        if self._by_language:
            masks = self._languages.tolist()
            summed = {
                code: sum(count for mask, count in enumerate(masks) if mask & bit)
                for code, bit in LANGUAGE_BITS.items()
            }
            counts["language"] = {code: count for code, count in summed.items() if count}
        return counts

    def _pass_dates_and_countries(self, ids: npt.NDArray[Any]) -> Part:
        narrowing = self._narrowing
        if narrowing.by_country:
            places = narrowing.in_countries(ids)
            return places[narrowing.dated(ids[places])] if narrowing.by_date else places
        return narrowing.dated(ids) if narrowing.by_date else EVERYTHING

    def _add_in_language(self, ids: npt.NDArray[Any], sign: int, row: npt.NDArray[Any] | None) -> Part:
        narrowing = self._narrowing
        places: Part = EVERYTHING
        hits = ids
        if narrowing.by_country:
            places = narrowing.in_countries(ids)
            hits = ids[places]
        kept: Part = places
        size = len(hits)
        part: Part = EVERYTHING
        if self._cuts is not None:
            at = hits.searchsorted(self._cuts)
            part = slice(*at[-2:].tolist())
            self._count_years(hits, sign, at[:-2])
        else:
            if narrowing.by_date:
                part = narrowing.dated(hits)
            if self._year_facet:
                self._count_years(hits, sign, hits.searchsorted(self._columns.year_bounds[0]))
        if narrowing.by_date:
            kept = part if isinstance(places, slice) else places[part]
            size = part.stop - part.start if isinstance(part, slice) else len(part)
            if not self._year_facet:
                self._undated += sign * (len(hits) - int(hits.searchsorted(self._dated_end)))
        self.total += sign * size
        if self._by_country and len(ids):
            if narrowing.by_date:
                within = narrowing.dated(ids) if narrowing.by_country else kept
                self._count_countries(ids[within], sign)
            elif row is not None:
                self._countries[: len(row)] += row  # rows belong to lists, which are added, never subtracted
            else:
                self._count_countries(ids, sign)
        return kept

    # Years and months

    def _count_years(self, hits: npt.NDArray[Any], sign: int, at: npt.NDArray[Any]) -> None:
        self._listed += sign * len(hits)
        sums = self._year_at[0]
        if sign > 0:
            sums += at
        else:
            sums -= at
        if len(self._zones) > 1:
            self._year_at[1] += sign * hits.searchsorted(self._columns.year_bounds[1])
        if self._columns.has_crossing:
            self._count_crossing(hits, sign)
        if self._by_month:
            self._count_months(hits, sign)

    def _usable(self, docs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return docs[: int(docs.searchsorted(self._dated_end))]

    def _count_crossing(self, hits: npt.NDArray[Any], sign: int) -> None:
        """Count intervals in the years after the one in which they start."""
        docs = self._usable(hits[find(hits, self._columns.crossing)[1]])
        for doc in docs.tolist():
            first = date.fromordinal(int(self._columns.start[doc])).year
            last = date.fromordinal(int(self._columns.end[doc])).year
            for year in range(first + 1, last + 1):
                self._crossing_years[year] = self._crossing_years.get(year, 0) + sign

    def _count_months(self, hits: npt.NDArray[Any], sign: int) -> None:
        year = self._month_year
        firsts = [date(year, month, 1).toordinal() for month in range(1, 13)]
        firsts.append(firsts[-1] + 31)
        spans = hits[find(hits, self._columns.spans)[1]]
        for doc in self._usable(spans).tolist():
            start, end = int(self._columns.start[doc]), int(self._columns.end[doc])
            for month in range(12):
                if start < firsts[month] <= end:  # a month that the interval reaches after its first
                    self._months[month] += sign
        for zone in self._zones:
            days = self._columns.start[zone.first : zone.last]
            at = np.searchsorted(-days, -np.array(firsts[::-1]), side="right") + zone.first
            places = hits.searchsorted(at.astype(np.uint32))
            self._months += sign * np.diff(places)[::-1]

    def _named_years(self) -> dict[str, int]:
        names = self._columns.year_names
        at = self._year_at[0]
        counted = (at[1:] - at[:-1]).tolist()
        named = dict(compress(zip(names[0], counted, strict=True), counted))
        if len(self._zones) > 1:
            for name, count in zip(names[1], np.diff(self._year_at[1]).tolist(), strict=True):
                named[name] = named.get(name, 0) + count
        for year, count in self._crossing_years.items():
            name = f"{year:04d}"
            named[name] = named.get(name, 0) + count
        if len(self._zones) > 1 or self._crossing_years:
            named = {name: count for name, count in named.items() if count}
        unknown = self.undated
        if unknown:
            named["unknown"] = unknown
        return named

    # Countries and languages

    def _count_countries(self, ids: npt.NDArray[Any], sign: int) -> None:
        packed = self._columns.countries.take(ids)
        if len(ids) < FOLD_FROM:
            counts = np.bincount(packed.view(np.uint8), minlength=256)
        else:
            square = np.bincount(packed.view(np.uint16), minlength=1 << 16).reshape(256, 256)
            counts = square.sum(0) + square.sum(1)
        if sign > 0:
            self._countries += counts
        else:
            self._countries -= counts
        many = self._columns.many
        if self._columns.has_many:
            at, ordinals = self._columns.many_at, self._columns.many_countries
            for slot in find(ids, many)[0].tolist() if len(ids) else ():
                for ordinal in ordinals[at[slot] : at[slot + 1]].tolist():
                    self._countries[ordinal] += sign

    def _count_languages(self, ids: npt.NDArray[Any], kept: Part, sign: int, language: int) -> None:
        if language:
            self._languages[language] += sign * len(ids[kept])
        else:
            self._languages += sign * np.bincount(self._columns.languages[ids[kept]], minlength=16)
