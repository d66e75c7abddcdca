"""Counts totals and facets of one segment, by adding and subtracting lists of documents.

Counting is linear, so a union is never built: the count over its lists, less the count over the documents
that stand in more than one, is the count over the union.
"""

from __future__ import annotations

from datetime import date
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searcher.execution.columns import find
from searcher.execution.light import LANGUAGE_BITS
from searcher.execution.ranking import ORDINALS, RankedCountries
from searcher.execution.shapes import in_order
from searcher.execution.spans import dated_zones
from searcher.results import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from searcher.execution.narrowing import Narrowing, Part
    from searcher.execution.shapes import FacetName

FOLD_FROM = 12_000  # documents from which countries are counted two at a time
FOURTH = np.uint32(1 << 24)  # packed countries from here on are four at least
EVERYTHING = slice(None)


class Rows(NamedTuple):
    """Country counts of a list of documents, as far as the index has them.

    Attributes:
        stored: Stored counts of some lists, to be summed.
        more: Documents that are counted beside them.
        repeated: Documents that were counted once too often, an entry for each time.
    """

    stored: Sequence[npt.NDArray[Any]]
    more: npt.NDArray[Any] | None = None
    repeated: npt.NDArray[Any] | None = None


class Union(NamedTuple):
    """Lists of documents, some of which may stand in several of them.

    Attributes:
        lists: The documents of each list, sorted.
        rows: The stored country counts of each list, or None.
        ids: The lists, one behind the other.
        packed: The packed countries of ``ids``.
    """

    lists: Sequence[npt.NDArray[Any]]
    rows: Sequence[npt.NDArray[Any] | None]
    ids: npt.NDArray[Any]
    packed: npt.NDArray[Any]


class Tally:
    """The counts of one request over one segment.

    Args:
        narrowing: The filters.
        facets: Which facets to count.
        month_year: The year whose months are counted, when ``month`` is among the facets.
    """

    def __init__(self, narrowing: Narrowing, facets: tuple[FacetName, ...], month_year: int) -> None:
        self._narrowing = narrowing
        self._columns = columns = narrowing.columns
        self.total = 0
        self._undated = 0
        self._by_year = "year" in facets
        self._by_month = "month" in facets
        self._by_country = "country" in facets
        self._by_language = "language" in facets
        self._year_facet = self._by_year or self._by_month
        self._dated_end = columns.estimated_end if narrowing.estimated else columns.dated_end
        self._listed = 0  # documents counted into the years
        # Where each zone's years begin in the lists: signed sums, whose differences are the years' counts.
        self._year_at: npt.NDArray[Any] | None = None
        self._estimated_at: npt.NDArray[Any] | None = None
        # One search finds the years and the dates of the filter, where that is one slice.
        self._cuts = narrowing.cuts if self._year_facet else None
        # Years that are counted by where they begin in a list, and by nothing else.
        self._plain_years = not (narrowing.estimated or columns.has_crossing or self._by_month)
        self._crossing_years: dict[int, int] = {}
        self._month_year = month_year
        self._countries: npt.NDArray[Any] | None = None
        if self._by_month:
            self._months = np.zeros(12, np.int64)
        if self._by_language:
            self._languages = np.zeros(16, np.int64)

    def add(
        self, ids: npt.NDArray[Any], sign: int = 1, rows: Rows | None = None, *, language: int = 0
    ) -> Part:
        """Count a list of documents.

        Args:
            ids: Sorted, each once.
            sign: 1 to add, -1 to subtract.
            rows: The list's stored country counts, or None.
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
        kept = self._add_in_language(ids, sign, rows)
        if self._by_language:
            self._count_languages(ids, kept, sign, language)
        return kept

    def is_placed(self, language: int) -> bool:
        """Whether a country filter stands, and nothing beside it that ``add_placed`` does not know."""
        narrowing = self._narrowing
        return (
            narrowing.by_country
            and narrowing.one_slice
            and language > 0
            and (not narrowing.by_language or bool(language & narrowing.language_mask))
        )

    def placed(self, ids: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the places of the documents that are about the countries, and all packed countries."""
        packed = self._columns.countries.take(ids)
        return self._narrowing.among(ids, packed), packed

    def add_placed(self, docs: npt.NDArray[Any], union: Union, *, language: int) -> Part:
        """Count a union of lists of which the documents in the countries asked for are known.

        Args:
            docs: These documents, sorted.
            union: The lists.
            language: The one language mask of all documents.

        Returns:
            The places in ``docs`` that pass all filters.
        """
        part = self._add_hits(docs, 1)
        if self._by_language:
            self._languages[language] += len(docs[part])
        if self._by_country:
            self._add_union(union)
        return part

    def _add_union(self, union: Union) -> None:
        """Count the countries of the documents that stand in any of some lists."""
        lists, rows, ids, packed = union
        if self._narrowing.by_date:
            first = 0
            spans = []
            for one in lists:
                part = self._narrowing.dated(one)
                spans.append(slice(first + part.start, first + part.stop))
                first += len(one)
            ids = np.concatenate([ids[span] for span in spans])
            packed = np.concatenate([packed[span] for span in spans])
        ordered = ids.copy()
        ordered.sort()
        repeated = ordered[1:][ordered[1:] == ordered[:-1]]
        if any(row is not None for row in rows) and not self._narrowing.by_date:
            more = [one for one, row in zip(lists, rows, strict=True) if row is None]
            stored = [row for row in rows if row is not None]
            self._add_rows(Rows(stored, np.concatenate(more) if more else None, repeated))
            return
        self._count_countries(ids, 1, packed)
        if len(repeated):
            self._count_countries(repeated, -1)

    @property
    def takes_rows(self) -> bool:
        """Whether stored country counts are of use: countries are counted, whatever the date."""
        return self._by_country and not self._narrowing.by_date

    @property
    def undated(self) -> int:
        """The documents without a usable date that pass the other filters."""
        if not self._year_facet:
            return self._undated
        at = self._estimated_at if self._narrowing.estimated else self._year_at
        return self._listed - int(at[-1]) if at is not None else 0

    def facets(self) -> dict[FacetName, Mapping[str, int]]:
        """Return the counts of every facet asked for, zeros left out, each facet in the order it is shown."""
        counts: dict[FacetName, Mapping[str, int]] = {}
        if self._by_year:
            counts["year"] = self._named_years()
        if self._by_month:
            counts["month"] = {
                f"{self._month_year:04d}-{at + 1:02d}": count
                for at, count in enumerate(self._months.tolist())
                if count
            }
        if self._by_country:
            counts["country"] = self._ranked_countries()
        if self._by_language:
            masks = self._languages.tolist()
            summed = {
                code: sum(count for mask, count in enumerate(masks) if mask & bit)
                for code, bit in LANGUAGE_BITS.items()
            }
            counts["language"] = in_order("language", {code: n for code, n in summed.items() if n})
        return counts

    def _pass_dates_and_countries(self, ids: npt.NDArray[Any]) -> Part:
        narrowing = self._narrowing
        if narrowing.by_country:
            places, _ = narrowing.in_countries(ids)
            return places[narrowing.dated(ids[places])] if narrowing.by_date else places
        return narrowing.dated(ids) if narrowing.by_date else EVERYTHING

    def _add_in_language(self, ids: npt.NDArray[Any], sign: int, rows: Rows | None) -> Part:
        narrowing = self._narrowing
        places: Part = EVERYTHING
        hits = ids
        packed = None
        if narrowing.by_country:
            places, packed = narrowing.in_countries(ids)
            hits = ids.take(places)
        part = self._add_hits(hits, sign)
        kept: Part = part if isinstance(places, slice) else places[part]
        if self._by_country and len(ids):
            if narrowing.by_date:
                within = narrowing.dated(ids) if narrowing.by_country else kept
                self._count_countries(ids[within], sign, None if packed is None else packed[within])
            elif rows is not None:
                self._add_rows(rows)
            else:
                self._count_countries(ids, sign, packed)
        return kept

    def _add_hits(self, hits: npt.NDArray[Any], sign: int) -> Part:
        """Count what the other filters let through; return which of it the date filter does too."""
        part: Part = EVERYTHING
        size = len(hits)
        by_date = self._narrowing.by_date
        if self._cuts is not None:
            at = hits.searchsorted(self._cuts)
            low, high = at[-2:].tolist()
            part = slice(low, high)
            self._count_years(hits, sign, at[:-2])
        else:
            if by_date:
                part = self._narrowing.dated(hits)
            if self._year_facet:
                self._count_years(hits, sign, hits.searchsorted(self._columns.year_bounds[0]))
        if by_date:
            size = part.stop - part.start if isinstance(part, slice) else len(part)
            if not self._year_facet:
                self._undated += sign * (len(hits) - int(hits.searchsorted(self._dated_end)))
        self.total += sign * size
        return part

    # Years and months

    def _count_years(self, hits: npt.NDArray[Any], sign: int, at: npt.NDArray[Any]) -> None:
        self._listed += sign * len(hits)
        self._year_at = _added(self._year_at, at, sign)
        if self._plain_years:
            return
        if self._narrowing.estimated:
            at = hits.searchsorted(self._columns.year_bounds[1])
            self._estimated_at = _added(self._estimated_at, at, sign)
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
        for zone in dated_zones(self._columns.segment, estimated=self._narrowing.estimated):
            days = self._columns.start[zone.first : zone.last]
            at = np.searchsorted(-days, -np.array(firsts[::-1]), side="right") + zone.first
            places = hits.searchsorted(at.astype(np.uint32))
            self._months += sign * np.diff(places)[::-1]

    def _named_years(self) -> dict[str, int]:
        names = self._columns.year_names
        named: dict[str, int] = {}
        if self._year_at is not None:
            named = _of_years(names[0], self._year_at)
        if self._estimated_at is not None:
            for name, count in _of_years(names[1], self._estimated_at).items():
                named[name] = named.get(name, 0) + count
        for year, count in self._crossing_years.items():
            name = f"{year:04d}"
            named[name] = named.get(name, 0) + count
        if self._estimated_at is not None or self._crossing_years:
            named = in_order("year", {name: count for name, count in named.items() if count})
        unknown = self.undated
        if unknown:
            named[UNKNOWN] = unknown
        return named

    # Countries and languages

    def _ranked_countries(self) -> Mapping[str, int]:
        if self._countries is None:
            return {}
        columns = self._columns
        ranks = columns.country_ranks
        keys = self._countries[2 : 2 + len(ranks)] << 8
        keys |= ranks
        keys.sort()
        keys = keys[int(keys.searchsorted(ORDINALS)) :]
        return RankedCountries(columns.places, keys[::-1].tolist(), int(self._countries[1]))

    def _count_countries(
        self, ids: npt.NDArray[Any], sign: int, packed: npt.NDArray[Any] | None = None
    ) -> None:
        if packed is None:
            packed = self._columns.countries.take(ids)
        if len(ids) < FOLD_FROM:
            counts = np.bincount(packed.view(np.uint8), minlength=ORDINALS)
        else:
            square = np.bincount(packed.view(np.uint16), minlength=1 << 16).reshape(256, 256)
            counts = square.sum(0) + square.sum(1)
        self._add_countries(counts, sign)
        if self._columns.has_many:
            self._count_many(ids, packed, sign)

    def _count_many(self, ids: npt.NDArray[Any], packed: npt.NDArray[Any], sign: int) -> None:
        """Count the fifth and later countries of documents, in whatever order these are."""
        assert self._countries is not None
        full = ids.take((packed >= FOURTH).nonzero()[0])
        at, ordinals = self._columns.many_at, self._columns.many_countries
        for slot in find(self._columns.many, full)[1].tolist():
            for ordinal in ordinals[at[slot] : at[slot + 1]].tolist():
                self._countries[ordinal] += sign

    def _add_rows(self, rows: Rows) -> None:
        """Count countries by stored counts, which belong to lists that are added, never subtracted."""
        for row in rows.stored:
            self._add_countries(row, 1)
        if rows.more is not None and len(rows.more):
            self._count_countries(rows.more, 1)
        if rows.repeated is not None and len(rows.repeated):
            self._count_countries(rows.repeated, -1)

    def _add_countries(self, counts: npt.NDArray[Any], sign: int) -> None:
        if self._countries is None:
            if sign > 0 and len(counts) == ORDINALS:  # as just counted, and nobody else's
                self._countries = counts
                return
            self._countries = np.zeros(ORDINALS, np.int64)
        if sign > 0:
            self._countries[: len(counts)] += counts
        else:
            self._countries -= counts

    def _count_languages(self, ids: npt.NDArray[Any], kept: Part, sign: int, language: int) -> None:
        if language:
            self._languages[language] += sign * len(ids[kept])
        else:
            self._languages += sign * np.bincount(self._columns.languages[ids[kept]], minlength=16)


def _added(sums: npt.NDArray[Any] | None, values: npt.NDArray[Any], sign: int) -> npt.NDArray[Any]:
    """Return the sums with some values added or subtracted; without sums the values are the first ones."""
    if sums is None:
        return values if sign > 0 else -values
    if sign > 0:
        sums += values
    else:
        sums -= values
    return sums


def _of_years(names: list[str], at: npt.NDArray[Any]) -> dict[str, int]:
    """Return the counts of the years of a zone, oldest first, zeros left out."""
    counted = (at[1:] - at[:-1])[::-1].tolist()
    return dict(compress(zip(names, counted, strict=True), counted))
