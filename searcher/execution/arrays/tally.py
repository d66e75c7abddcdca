"""Counts totals and facets of one segment, by adding and subtracting lists of documents.

Counting is linear, so a union is never built: the count over its lists, less the count over the documents
that stand in more than one, is the count over the union.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.schema import LANGUAGE_BITS
from searcher.engine import in_order
from searcher.execution.arrays.country_counts import CountryCounts
from searcher.execution.arrays.year_counts import YearCounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from searcher.engine import FacetName
    from searcher.execution.arrays.country_counts import Rows, Union
    from searcher.execution.arrays.narrowing import Narrowing, Part

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
        self._columns = columns = narrowing.columns
        self.total = 0
        self._undated = 0
        self._facets = facets
        self._years: YearCounts | None = None
        # One search finds the years and the dates of the filter, where that is one slice.
        self._cuts: npt.NDArray[Any] | None = None
        if "year" in facets or "month" in facets:
            year = month_year if "month" in facets else 0
            self._years = YearCounts(columns, year, estimated=narrowing.estimated)
            self._cuts = narrowing.cuts
        self._countries = CountryCounts(columns) if "country" in facets else None
        self._languages = np.zeros(16, np.int64) if "language" in facets else None

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
            if self._languages is not None:
                self._count_languages(ids, self._pass_dates_and_countries(ids), sign, language)
            if language:
                return slice(0, 0)
            places = narrowing.in_languages(ids)
            kept = self._add_in_language(ids[places], sign, None)
            return places[kept]
        kept = self._add_in_language(ids, sign, rows)
        if self._languages is not None:
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
        if self._languages is not None:
            self._languages[language] += len(docs[part])
        if self._countries is not None:
            if self._narrowing.by_date:
                union = union.cut([self._narrowing.dated(one) for one in union.lists])
            self._countries.add_union(union)
        return part

    @property
    def takes_rows(self) -> bool:
        """Whether stored country counts are of use: countries are counted, whatever the date."""
        return self._countries is not None and not self._narrowing.by_date

    @property
    def undated(self) -> int:
        """The documents without a usable date that pass the other filters."""
        return self._undated if self._years is None else self._years.undated

    def facets(self) -> dict[FacetName, Mapping[str, int]]:
        """Return the counts of every facet asked for, zeros left out, each facet in the order it is shown."""
        counts: dict[FacetName, Mapping[str, int]] = {}
        if self._years is not None:
            if "year" in self._facets:
                counts["year"] = self._years.years()
            if "month" in self._facets:
                counts["month"] = self._years.months()
        if self._countries is not None:
            counts["country"] = self._countries.ranked()
        if self._languages is not None:
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
        if self._countries is not None and len(ids):
            if narrowing.by_date:
                within = narrowing.dated(ids) if narrowing.by_country else kept
                self._countries.add(ids[within], sign, None if packed is None else packed[within])
            elif rows is not None:
                self._countries.add_rows(rows)
            else:
                self._countries.add(ids, sign, packed)
        return kept

    def _add_hits(self, hits: npt.NDArray[Any], sign: int) -> Part:
        """Count what the other filters let through; return which of it the date filter does too."""
        part: Part = EVERYTHING
        size = len(hits)
        years = self._years
        by_date = self._narrowing.by_date
        if self._cuts is not None and years is not None:
            at = hits.searchsorted(self._cuts)
            low, high = at[-2:].tolist()
            part = slice(low, high)
            years.add(hits, sign, at[:-2])
        else:
            if by_date:
                part = self._narrowing.dated(hits)
            if years is not None:
                years.add(hits, sign, hits.searchsorted(self._columns.year_bounds[0]))
        if by_date:
            size = part.stop - part.start if isinstance(part, slice) else len(part)
            if years is None:
                end = self._columns.estimated_end if self._narrowing.estimated else self._columns.dated_end
                self._undated += sign * (len(hits) - int(hits.searchsorted(end)))
        self.total += sign * size
        return part

    def _count_languages(self, ids: npt.NDArray[Any], kept: Part, sign: int, language: int) -> None:
        assert self._languages is not None
        if language:
            self._languages[language] += sign * len(ids[kept])
        else:
            self._languages += sign * np.bincount(self._columns.languages[ids[kept]], minlength=16)
