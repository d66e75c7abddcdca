"""The array evaluator: ranks and counts on numpy arrays, segment by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.schema import LANGUAGE_BITS
from searcher.engine import FACETS, Execution
from searcher.execution.arrays.country_facet import IndexCountries
from searcher.execution.arrays.doc_sets import Array, Columns, find, union_of
from searcher.execution.arrays.facet_collector import FacetCollector, language_counts
from searcher.execution.arrays.filters import SegmentFilters
from searcher.execution.arrays.posting_list import posting_lists
from searcher.execution.arrays.query_tree import NOTHING, SegmentTree
from searcher.execution.arrays.strategies import (
    SMALL_UNION,
    find_intersection,
    search_expanded,
    search_intersection,
    search_union,
)
from searcher.execution.arrays.top_docs import SegmentSearch, TopDocs
from searcher.execution.date_ranges import month_year
from searcher.execution.query_plan import Intersection, Union, is_union
from searcher.query.field_filters import where_filter
from searcher.query.model import DisjunctionMax, Or, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import FacetName, Filters, ResultRequest, Where
    from searcher.execution.arrays.duplicate_marks import ArrayDuplicateMatches
    from searcher.execution.query_plan import Part, Plan
    from searcher.query.model import Node

    Collect = Callable[[SegmentFilters, tuple[FacetName, ...], int], FacetCollector]

BUILT_IN = frozenset(FACETS)
FILTER_CACHE_SIZE = 16  # filters by own fields whose documents are kept, a byte for each


class ArrayEvaluator:
    """Evaluates plans over one index; threads may share it.

    Args:
        index: The index.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        zones = [zone for segment in index.segments for zone in segment.dated_zones(estimated=True)]
        years = sorted({year for zone in zones for year in zone.years}, reverse=True)
        self._columns = [
            Columns(segment, number, base, years)
            for number, (segment, base) in enumerate(zip(index.segments, index.bases, strict=True))
        ]
        self._countries = IndexCountries([segment.countries for segment in index.segments])

    def execute(
        self,
        plan: Plan,
        filters: Filters,
        wanted: ResultRequest,
        duplicates: ArrayDuplicateMatches | None = None,
    ) -> Execution:
        """Find, rank and count what matches a plan.

        Args:
            plan: The plan.
            filters: The filters.
            wanted: What is wanted of the matches.
            duplicates: Takes the matches that have near duplicates; None where nobody asks for them.
        """
        sort, limit, offset, facets, *_ = wanted
        count = min(limit + offset, self._index.documents) if limit else 0
        top = TopDocs(self._index, count, sort, estimated=filters.estimated)
        languages: Iterable[str] = LANGUAGE_BITS
        if filters.languages and "language" not in facets:
            languages = filters.languages
        year = month_year(filters) if "month" in facets else 0
        collect: Collect = FacetCollector
        if filters.where or not BUILT_IN.issuperset(facets):
            collect = self._custom_collector(filters.where, facets)
        counted: list[FacetCollector] = []
        for columns in self._columns:
            if not plan.can_match(columns.number):
                continue
            collector = collect(SegmentFilters(columns, filters), facets, year)
            collector.duplicates = duplicates
            counted.append(collector)
            search = SegmentSearch(columns, collector, top)
            for language, node in _parts(plan, columns, languages):
                if top.by_date:
                    docs = _find(columns, node)
                    top.add_by_date(columns, docs[collector.add(docs, language=language)])
                else:
                    _search(search, node, language)
        total = sum([collector.total for collector in counted])
        return Execution(total, top.page(offset), self._summed(counted, facets))

    def _summed(
        self, counted: Sequence[FacetCollector], facets: Sequence[FacetName]
    ) -> dict[FacetName, Mapping[str, int]]:
        """Sum up the facets of all segments."""
        sums: dict[FacetName, dict[str, int]] = counted[0].facets() if counted else {}
        for collector in counted[1:]:
            for name, counts in collector.facets().items():
                summed = sums[name]
                for value, count in counts.items():
                    summed[value] = summed.get(value, 0) + count
        found: dict[FacetName, Mapping[str, int]] = {name: sums.get(name, {}) for name in facets}
        if "year" in found and counted:
            years = counted[0].years
            for collector in counted[1:]:
                years.add_counts(collector.years)
            found["year"] = years.counts(undated=True)
        masks = [collector.languages for collector in counted if collector.languages is not None]
        if masks:
            found["language"] = language_counts(sum(masks[1:], masks[0]))
        if "country" in found:
            countries = [collector.countries for collector in counted]
            found["country"] = self._countries.ranked([one for one in countries if one is not None])
        return found

    def _custom_collector(self, where: Where, facets: tuple[FacetName, ...]) -> Collect:
        """Choose what collects under filters by own fields, or own fields."""
        from searcher.execution.arrays.custom_facets import CustomFacetCollector  # few questions have any

        labels = {name: self._index.own.labels(name) for name in facets if name not in BUILT_IN}

        def collect(filters: SegmentFilters, facets: tuple[FacetName, ...], year: int) -> FacetCollector:
            passing = _passing(filters.columns, where) if where else None
            return CustomFacetCollector(filters, facets, year, passing, labels)

        return collect

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> dict[int, float]:
        """Score some documents by a weighted leaf; documents that it does not match are left out."""
        found: dict[int, float] = {}
        for columns in self._columns:
            end = columns.base + columns.segment.documents
            inside = [number - columns.base for number in documents if columns.base <= number < end]
            docs = np.array(sorted(inside), np.uint32)
            docs = docs[columns.live_at(docs)]
            matches = SegmentTree(columns).leaf(leaf, docs) if len(docs) else None
            if matches is not None:
                rows, places = find(matches.ids, docs)
                numbers = (docs[rows].astype(np.int64) + columns.base).tolist()
                found.update(zip(numbers, matches.scores_at(places).tolist(), strict=True))
        return found


def _passing(columns: Columns, where: Where) -> Array:
    """Tell which documents filters by own fields let through; a few are kept, as people ask on."""
    if where not in columns.where:
        if len(columns.where) >= FILTER_CACHE_SIZE:
            columns.where.clear()
        passing = np.zeros(columns.segment.documents, np.bool_)
        node = where_filter(where)
        if node is not None:
            passing[SegmentTree(columns).evaluate(node).ids] = True
        columns.where[where] = passing
    found: Array = columns.where[where]
    return found


def _parts(plan: Plan, columns: Columns, languages: Iterable[str]) -> list[tuple[int, Part]]:
    """Give the parts of a plan that are searched one by one, each with its language or 0.

    Where every document is of one language alone, no document stands in two languages' lists: each is counted
    and ranked by itself, and its language is known. A small union of phrases and alternatives takes longer in
    parts than whole.
    """
    if plan.whole is None:
        return []
    whole = isinstance(plan.whole, (Or, DisjunctionMax)) and plan.postings <= SMALL_UNION
    if columns.segment.mixed or whole or not plan.by_language:
        return [(0, plan.whole)]
    parts = [(LANGUAGE_BITS[code], plan.part(LANGUAGE_BITS[code])) for code in languages]
    return [(bit, part) for bit, part in parts if part is not None]


def _search(search: SegmentSearch, node: Part, language: int) -> None:
    """Search a part of a plan: the one choice of a strategy."""
    columns, facets, top = search
    if isinstance(node, Union):  # plain words: most questions, answered without building the union
        lists = posting_lists(columns, node.terms)
        if lists:
            search_union(search, lists, language)
    elif isinstance(node, Intersection):  # required words: counted and scored from where their lists meet
        search_intersection(search, node, language)
    elif is_union(node):  # expanded words, and phrases: their lists are read as those of plain words
        bound = SegmentTree(columns).bound(node)
        if bound is not None:
            search_expanded(search, bound, language)
    else:  # everything else, as it stands
        matches = SegmentTree(columns).evaluate(node)
        live = columns.live_at(matches.ids)
        ids, scores = matches.ids[live], matches.scores[live]
        part = facets.add(ids)
        top.add(columns, ids[part], scores[part])


def _find(columns: Columns, node: Part) -> Array:
    """Find what matches a part of a plan, where nothing is ranked."""
    lists: list[Any]
    if isinstance(node, Union):
        lists = posting_lists(columns, node.terms)
    elif isinstance(node, Intersection):
        return find_intersection(columns, node)
    else:
        bound = SegmentTree(columns).bound(node)
        lists = list(leaves(bound)) if bound is not None else []
    docs = union_of([one.ids for one in lists]) if lists else NOTHING.ids
    found: Array = docs[columns.live_at(docs)]
    return found
