"""Counts totals and facets of one segment, by adding and subtracting lists of documents.

Counting is linear, so a union need not be built: the count over its lists, less the count over the documents
that stand in more than one, is the count over the union.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from indexer.schema import LANGUAGE_BITS
from searcher.execution.arrays.country_facet import CountryCounts, StoredCounts
from searcher.execution.arrays.filters import ALL, PeriodCounts, periods_of
from searcher.execution.arrays.posting_list import stored_counts
from searcher.execution.date_ranges import EVERY_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.engine import FacetName
    from searcher.execution.arrays.doc_sets import Array
    from searcher.execution.arrays.duplicate_marks import ArrayDuplicateMatches
    from searcher.execution.arrays.filters import Places, SegmentFilters
    from searcher.execution.arrays.posting_list import PostingList

MASKS = 16  # a document's languages are a mask of four bits
HAVING = {code: [mask for mask in range(MASKS) if mask & bit] for code, bit in LANGUAGE_BITS.items()}


def language_counts(by_mask: Array) -> dict[str, int]:
    """Give how many documents have each language, zeros left out, of how many have each mask of languages."""
    masks = by_mask.tolist()
    counts = {code: sum([masks[mask] for mask in having]) for code, having in HAVING.items()}
    return {code: count for code, count in counts.items() if count}


class FacetCollector:
    """The counts of one request over one segment.

    Args:
        filters: The filters.
        facets: Which facets to count.
        month_year: The year whose months are counted, when ``month`` is among the facets; EVERY_YEAR for all.

    Attributes:
        total: Documents that pass all filters.
        duplicates: Takes those of them that have near duplicates, where somebody asks for them.
        years: How many documents fall in each year.
        languages: How many documents have each mask of languages, None where nobody asks for that.
    """

    duplicates: ArrayDuplicateMatches | None = None

    def __init__(self, filters: SegmentFilters, facets: tuple[FacetName, ...], month_year: int) -> None:
        self.filters = filters
        self._columns = filters.columns
        self.total = 0
        self.years = PeriodCounts(
            filters.columns, periods_of(filters.columns, 0, estimated=filters.estimated)
        )
        self._months: PeriodCounts | None = None
        self._every_month = month_year == EVERY_YEAR
        if "month" in facets:
            months = periods_of(filters.columns, month_year, estimated=filters.estimated)
            self._months = PeriodCounts(filters.columns, months)
        self._countries = CountryCounts(filters.columns) if "country" in facets else None
        self.languages = np.zeros(MASKS, np.int64) if "language" in facets else None

    def add(
        self, ids: Array, sign: int = 1, stored: StoredCounts | None = None, *, language: int = 0
    ) -> Places:
        """Count a list of documents.

        Args:
            ids: Sorted, each once.
            sign: 1 to add, -1 to subtract.
            stored: The list's stored country counts, or None.
            language: The one language mask of all these documents, when it is known; else 0.

        Returns:
            The places in the list that pass all filters.
        """
        filters = self.filters
        if filters.by_language and not (language & filters.language_mask):
            if self.languages is not None:
                self._count_languages(ids, self._in_other_filters(ids), sign, language)
            if language:
                return slice(0, 0)
            places = filters.in_languages(ids)
            return places[self._add_in_language(ids[places], sign, None)]
        kept = self._add_in_language(ids, sign, stored)
        if self.languages is not None:
            self._count_languages(ids, kept, sign, language)
        return kept

    def takes_countries(self, language: int) -> bool:
        """Whether a country filter stands, and nothing beside it that ``add_in_countries`` does not know."""
        filters = self.filters
        return (
            filters.by_country
            and filters.one_slice
            and language > 0
            and (not filters.by_language or bool(language & filters.language_mask))
        )

    def add_in_countries(
        self, docs: Array, lists: Sequence[PostingList], ids: Array, packed: Array, *, language: int
    ) -> Places:
        """Count a union of lists of which the documents in the countries asked for are known.

        Args:
            docs: These documents, sorted.
            lists: The lists.
            ids: Their documents, one list behind the other.
            packed: The packed countries of ``ids``.
            language: The one language mask of all documents.

        Returns:
            The places in ``docs`` that pass all filters.
        """
        part = self._add_hits(docs, 1)
        if self.languages is not None:
            self.languages[language] += len(docs[part])
        if self._countries is not None:
            if self.filters.by_date:
                starts = accumulate([len(one.ids) for one in lists], initial=0)
                spans = [self.filters.dated(one.ids) for one in lists]
                cuts = [
                    slice(at + span.start, at + span.stop) for at, span in zip(starts, spans, strict=False)
                ]
                ids = np.concatenate([ids[cut] for cut in cuts])
                packed = np.concatenate([packed[cut] for cut in cuts])
            ordered = np.sort(ids)
            again = ordered[1:] == ordered[:-1]
            stored = stored_counts(lists, ordered[1:], again) if self.takes_stored else None
            if stored is not None:
                self._countries.add_stored(stored)
            else:
                self._countries.add(ids, 1, packed)
                self._countries.add(ordered[1:][again], -1)
        return part

    @property
    def takes_stored(self) -> bool:
        """Whether stored country counts are of use: countries are counted, whatever the date."""
        return self._countries is not None and not self.filters.by_date

    @property
    def countries(self) -> tuple[int, Array] | None:
        """The segment's number, and its counts by the ordinals of countries; None where it counted none."""
        if self._countries is None or self._countries.sums is None:
            return None
        return self._columns.number, self._countries.sums

    def facets(self) -> dict[FacetName, dict[str, int]]:
        """Give the counts of months and own fields as far as they are asked for, zeros left out."""
        counts: dict[FacetName, dict[str, int]] = {}
        if self._months is not None:
            counts["month"] = self._months.counts(undated=self._every_month)
        return counts

    def _in_other_filters(self, ids: Array) -> Places:
        """Find what the filters by date and country let through."""
        filters = self.filters
        if filters.by_country:
            places, _ = filters.in_countries(ids)
            return places[filters.dated(ids[places])] if filters.by_date else places
        return filters.dated(ids) if filters.by_date else ALL

    def _add_in_language(self, ids: Array, sign: int, stored: StoredCounts | None) -> Places:
        filters = self.filters
        places: Places = ALL
        hits = ids
        packed = None
        if filters.by_country:
            places, packed = filters.in_countries(ids)
            hits = ids.take(places)
        part = self._add_hits(hits, sign)
        kept: Places = part if isinstance(places, slice) else places[part]
        if self._countries is not None and len(ids):
            if filters.by_date:
                within = filters.dated(ids) if filters.by_country else kept
                self._countries.add(ids[within], sign, None if packed is None else packed[within])
            elif stored is not None:
                self._countries.add_stored(stored)
            else:
                self._countries.add(ids, sign, packed)
        return kept

    def _add_hits(self, hits: Array, sign: int) -> Places:
        """Count what the other filters let through; give which of it the date filter does too."""
        part: Places = ALL
        if self.filters.cuts is not None:  # one search finds the years and the dates
            at = hits.searchsorted(self.filters.cuts)
            part = slice(*at[-2:].tolist())
            self.years.add(hits, sign, at[:-2])
        else:
            if self.filters.by_date:
                part = self.filters.dated(hits)
            self.years.add(hits, sign)
        if self._months is not None:
            self._months.add(hits, sign)
        passing = hits[part]
        self.total += sign * len(passing)
        if self.duplicates is not None and sign > 0:  # what is taken away stands in two lists
            self.duplicates.add(self._columns.number, passing)
        return part

    def _count_languages(self, ids: Array, kept: Places, sign: int, language: int) -> None:
        assert self.languages is not None
        if language:
            self.languages[language] += sign * len(ids[kept])
        else:
            self.languages += sign * np.bincount(self._columns.languages[ids[kept]], minlength=MASKS)
