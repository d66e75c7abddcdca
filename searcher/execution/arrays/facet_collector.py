"""Count the total and the facets of one segment, by adding and subtracting lists of documents.

Counting is linear, so a union need not be built: the count over its lists, minus the count over the documents
in more than one list, is the count over the union.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGE_BITS
from searcher.execution.arrays.country_facet import CountryCounts
from searcher.execution.arrays.doc_sets import ALL, of_docs
from searcher.execution.arrays.filters import PeriodCounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.engine import FacetDefinition, FacetName
    from searcher.execution.arrays.doc_sets import Array, Columns, Places
    from searcher.execution.arrays.duplicate_marks import ArrayDuplicateMatches
    from searcher.execution.arrays.filters import SegmentFilters

MASKS = 16  # the languages of a document are a mask of four bits
HAVING = {code: [mask for mask in range(MASKS) if mask & bit] for code, bit in LANGUAGE_BITS.items()}


class LanguageCounts:
    """The number of documents of one segment in each language."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._by_mask = np.zeros(MASKS, np.int64)

    def add(self, ids: Array, sign: int, language: int) -> None:
        """Count documents; with a sign of -1 subtract them.

        Args:
            ids: The documents.
            sign: 1 or -1.
            language: The common language mask of all documents, if known; else 0.
        """
        if language:
            self._by_mask[language] += sign * len(ids)
        else:
            self._by_mask += sign * np.bincount(of_docs(self._columns.languages, ids), minlength=MASKS)

    def counts(self) -> dict[str, int]:
        """Return the counts of the languages, without zeros."""
        masks = self._by_mask.tolist()
        counts = {code: sum([masks[mask] for mask in having]) for code, having in HAVING.items()}
        return {code: count for code, count in counts.items() if count}


class FacetRequest(NamedTuple):
    """The facets of one request."""

    facets: Sequence[FacetDefinition]  # the definitions of the facets to count
    month_year: int  # the year whose months are counted; EVERY_YEAR for the months of all years
    # The displayed values of each custom field among the facets
    labels: Mapping[FacetName, Mapping[str, str]]

    def counter(self, facet: FacetDefinition, filters: SegmentFilters) -> Any:
        """Return the counter of a facet in one segment."""
        columns = filters.columns
        if facet.is_custom:
            from searcher.execution.arrays.custom_facets import CustomCounts  # few questions count any

            return CustomCounts(columns, facet.name, self.labels[facet.name])
        if facet.digits:
            year = 0 if facet.name == "year" else self.month_year
            return PeriodCounts(columns, year, estimated=filters.estimated)
        return {"country": CountryCounts, "language": LanguageCounts}[facet.name](columns)


class FacetCollector:
    """The counts of one request over one segment.

    A facet is counted under all filters except its own, as in its definition. ``passing`` is the mask of the
    documents that pass the filters by custom fields; ``duplicates`` collects those with near duplicates.
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
        narrowed: dict[str, list[Any]] = {"date": [], "country": [], "language": []}
        self._custom: list[Any] = []
        for facet in request.facets:
            counter = self.counters[facet.name] = request.counter(facet, filters)
            (self._custom if facet.is_custom else narrowed[facet.narrowed_by]).append(counter)
        self._periods: list[PeriodCounts] = narrowed["date"]
        self._countries: list[CountryCounts] = narrowed["country"]
        self._languages: list[LanguageCounts] = narrowed["language"]

    def add(self, ids: Array, sign: int = 1, stored: Array | None = None, *, language: int = 0) -> Places:
        """Count a list of documents.

        Args:
            ids: The documents, sorted and distinct.
            sign: 1 to add, -1 to subtract.
            stored: The stored country counts of the list by ordinal, or None.
            language: The common language mask of all documents, if known; else 0.

        Returns:
            The indexes in the list of the documents that pass all filters.
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
        if filters.by_language and not (language & filters.language_mask):
            if self._languages:
                self._count_languages(ids[self._in_other_filters(ids)], sign, language)
            if language:
                return slice(0, 0)
            places = filters.in_languages(ids)
            return places[self._add_in_language(ids[places], sign, None)]
        kept = self._add_in_language(ids, sign, stored)
        if self._languages:
            self._count_languages(ids[kept], sign, language)
        return kept

    def _in_other_filters(self, ids: Array) -> Places:
        """Return the documents that pass the filters by date and country."""
        filters = self.filters
        if filters.by_country:
            places = filters.in_countries(ids)
            return places[filters.dated(ids[places])] if filters.by_date else places
        return filters.dated(ids) if filters.by_date else ALL

    def _add_in_language(self, ids: Array, sign: int, stored: Array | None) -> Places:
        filters = self.filters
        places: Places = ALL
        hits = ids
        if filters.by_country:
            places = filters.in_countries(ids)
            hits = ids.take(places)
        part = self._add_hits(hits, sign)
        kept: Places = part if isinstance(places, slice) else places[part]
        for countries in self._countries if len(ids) else ():
            if filters.by_date:
                within = filters.dated(ids) if filters.by_country else kept
                countries.add(ids[within], sign)
            else:
                countries.add(ids, sign, stored)
        return kept

    def _add_hits(self, hits: Array, sign: int) -> Places:
        """Count documents that pass the other filters; return those that also pass the date filter."""
        part: Places = ALL
        years = None
        if self.filters.cuts is not None:  # one search finds the years and the dates
            at = hits.searchsorted(self.filters.cuts)
            part, years = slice(*at[-2:].tolist()), at[:-2]
        elif self.filters.by_date:
            part = self.filters.dated(hits)
        for periods in self._periods:
            periods.add(hits, sign, years if periods.of_years else None)
        passing = hits[part]
        self.total += sign * len(passing)
        if self._duplicates is not None and sign > 0:  # a subtracted document is in two lists
            self._duplicates.add(self._columns.number, passing)
        return part

    def _count_languages(self, passing: Array, sign: int, language: int) -> None:
        for languages in self._languages:
            languages.add(passing, sign, language)
