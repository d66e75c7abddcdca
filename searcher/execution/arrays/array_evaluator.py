"""Rank and count matches on numpy arrays, segment by segment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.optional_parts import WORD_COUNTS, optional_block
from indexer.schema import LANGUAGE_BITS, text_field
from searcher.engine import FACET_DEFINITIONS, Execution, sort_counts
from searcher.execution.arrays import top_docs
from searcher.execution.arrays.country_facet import IndexCountries
from searcher.execution.arrays.doc_sets import ALL, Array, Columns, Places, find, merge, union
from searcher.execution.arrays.facet_collector import FacetCollector, FacetRequest, SegmentFilters
from searcher.execution.arrays.posting_list import PostingList
from searcher.execution.arrays.query_tree import NOTHING, Scored, SegmentTree
from searcher.execution.arrays.top_docs import SMALL_UNION, SegmentSearch, TopDocs
from searcher.execution.date_ranges import month_year
from searcher.query.field_filters import where_filter
from searcher.query.model import COMPOUNDS, ConstantScore, DisjunctionMax, Everything, Or, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import Days, FacetName, Filters, ResultRequest, Where
    from searcher.execution.arrays.duplicate_marks import ArrayDuplicateMatches
    from searcher.execution.query_plan import Plan
    from searcher.query.model import Node

_DAY_BITS: Final = 22  # bits of a day; the last day is 3,652,059
FILTER_CACHE_SIZE = 16  # cached filters on custom fields, one byte per document


class ArrayEvaluator:
    """Executes query plans for an index.

    Threads may share an evaluator.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        zones = [zone for segment in index.segments for zone in segment.dated_zones(estimated=True)]
        years = sorted({year for zone in zones for year in zone.years}, reverse=True)
        self._columns = [
            Columns(segment, number, base, years)
            for number, (segment, base) in enumerate(zip(index.segments, index.bases, strict=True))
        ]
        self._languages = [code for code in LANGUAGE_BITS if index.statistics(text_field(code))[0]]
        self._countries = IndexCountries([segment.countries for segment in index.segments])

    def day_counts(self, documents: Sequence[int]) -> dict[Days | None, int]:
        """Count documents by first day, last day and whether these are estimated."""
        counts: dict[Days | None, int] = {}
        ids = np.sort(np.asarray(documents, np.int64))
        for columns in self._columns:
            segment = columns.segment
            ends = (0, segment.dated.last, segment.estimated.last, segment.documents)
            first, dated, any_date, last = ids.searchsorted([columns.base + end for end in ends])
            if last > any_date:
                counts[None] = counts.get(None, 0) + int(last - any_date)
            for begin, end, estimated in ((first, dated, False), (dated, any_date, True)):
                _add_by_days(counts, columns, ids[begin:end] - columns.base, estimated=estimated)
        return counts

    def words_by_days(self) -> dict[Days, int]:
        """Return the number of words in the texts of each stated date.

        Deleted documents do not count.
        """
        counts: dict[Days, int] = {}
        for columns in self._columns:
            segment, last = columns.segment, columns.segment.dated.last
            optional_block(segment.container, WORD_COUNTS, segment.documents)
            words = segment.container.array(WORD_COUNTS)[:last].astype(np.int64)
            if columns.dead is not None:
                words[columns.dead[:last]] = 0
            _add_by_days(counts, columns, slice(last), words, estimated=False)
        return counts

    def execute(
        self,
        plan: Plan,
        filters: Filters,
        wanted: ResultRequest,
        duplicates: ArrayDuplicateMatches | None = None,
        more: int = 0,
    ) -> Execution:
        """Find, rank and count the matches of a plan.

        Args:
            plan: The query, prepared for execution.
            filters: The filters.
            wanted: The page of hits and the facets to return.
            duplicates: Collects the matches that have near duplicates, or ``None`` if they are not needed.
            more: The number of documents to rank beyond the page.
        """
        sort, limit, offset, facets, *_ = wanted
        count = min(limit + offset + more, self._index.documents) if limit else 0
        estimated = filters.estimated
        node = plan.node
        is_unscored = isinstance(node, Everything) or (isinstance(node, ConstantScore) and not node.boost)
        if sort == "relevance" and is_unscored:
            sort, estimated = "newest", True  # the order of equal scores
        top = TopDocs(self._index, count, sort, estimated=estimated)
        languages: Collection[str] = self._languages
        if filters.languages and "language" not in facets:
            languages = filters.languages
        definitions = list(map(FACET_DEFINITIONS.__getitem__, facets))
        labels = {facet.name: self._index.own.labels(facet.name) for facet in definitions if facet.is_custom}
        request = FacetRequest(definitions, month_year(filters), labels)
        counted: list[FacetCollector] = []
        for columns in self._columns:
            if not plan.can_match(columns.number):
                continue
            where = filters.where
            passing = columns.cached_result(_field_filter_mask, where, FILTER_CACHE_SIZE) if where else None
            collector = FacetCollector(SegmentFilters(columns, filters), request, passing, duplicates)
            counted.append(collector)
            for language, node in _split_plan(plan, columns, languages):
                if top.by_date:
                    docs = _find_matches(columns, node)
                    top.add_by_date(columns, docs[collector.add(docs, language=language)])
                else:
                    _search(SegmentSearch(columns, collector, top, language), node, plan)
        total = sum([collector.total for collector in counted])
        sums: dict[FacetName, Mapping[str, int]] = {}
        by_place: Callable[[], Mapping[str, int] | None] = dict
        for facet in definitions:
            counters = [collector.counters[facet.name] for collector in counted]
            if facet.name == "country":
                sums[facet.name] = self._countries.counts(counters)
                by_place = partial(self._countries.by_place, counters)
            else:
                sums[facet.name] = sort_counts(facet.name, _sum_counts(counters))
        return Execution(total, top.page(offset, limit, duplicates), sums, by_place=by_place)

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> dict[int, float]:
        """Score documents by a weighted leaf."""
        found: dict[int, float] = {}
        for columns in self._columns:
            end = columns.base + columns.segment.documents
            inside = [number - columns.base for number in documents if columns.base <= number < end]
            docs = np.array(sorted(inside), np.uint32)
            docs = docs[columns.live_places(docs)]
            tree = SegmentTree(columns)
            is_leaf = type(leaf) not in COMPOUNDS
            matches = (tree.find_leaf(leaf, docs) if is_leaf else tree.evaluate(leaf)) if len(docs) else None
            if matches is not None:
                rows, places = find(matches.ids, docs)
                numbers = (docs[rows].astype(np.int64) + columns.base).tolist()
                found.update(zip(numbers, matches.scores_at(places).tolist(), strict=True))
        return found


def _add_by_days(
    counts: dict[Any, int], columns: Columns, docs: Places, values: Array | None = None, *, estimated: bool
) -> None:
    """Count documents by the first and the last day of their date.

    For each document, its value in ``values`` is added to ``counts``. Without ``values``, 1 is added.
    """
    pairs = columns.start[docs].astype(np.int64) << _DAY_BITS | columns.end[docs]
    distinct, at = np.unique(pairs, return_inverse=True)
    for pair, total in zip(distinct.tolist(), np.bincount(at.ravel(), values).tolist(), strict=True):
        days = pair >> _DAY_BITS, pair & (1 << _DAY_BITS) - 1, estimated
        counts[days] = counts.get(days, 0) + int(total)


def _sum_counts(counters: Iterable[Any]) -> dict[str, int]:
    """Add up the counts of a facet over all segments."""
    sums: dict[str, int]
    sums, *others = [counter.counts() for counter in counters] or [{}]
    for counts in others:
        for value, count in counts.items():
            sums[value] = sums.get(value, 0) + count
    return sums


def _field_filter_mask(columns: Columns, where: Where) -> Array:
    """Return a mask of the documents that pass the filters on custom fields."""
    passing = np.zeros(columns.segment.documents, np.bool_)
    node = where_filter(where)
    if node is not None:
        passing[SegmentTree(columns).evaluate(node).ids] = True
    return passing


def _split_plan(plan: Plan, columns: Columns, languages: Collection[str]) -> list[tuple[int, Node]]:
    """Split a plan into queries that are searched one after another.

    Each query is paired with a language mask, which is 0 for any language. If every document has only one
    language, the matches in different languages are disjoint, so that each language can be counted and ranked
    separately. A small union of phrases and alternatives is not split, because it is faster as a whole.
    """
    node = plan.node
    if columns.segment.mixed or not plan.by_language:
        return [(0, node)]
    bits = [bit for code in languages if (bit := LANGUAGE_BITS[code]) in plan.languages]
    # A union in one language, if searched separately, needs no language filter.
    if len(bits) > 1 and isinstance(node, (Or, DisjunctionMax)) and plan.postings <= SMALL_UNION:
        return [(0, node)]
    return [(bit, plan.parts[bit]) for bit in bits]


def _search(search: SegmentSearch, node: Node, plan: Plan) -> None:
    """Count and rank the matches of one part of a plan."""
    columns, tree = search.columns, SegmentTree(search.columns)
    # Unions of terms, the most common unions, are not built; their lists are read.
    matches = tree.find(node) if plan.by_language else tree.evaluate(node)
    if isinstance(matches, Scored):
        live = columns.live_places(matches.ids)
        matches = Scored(matches.ids[live], matches.scores[live])
    if matches is not None:
        _search_matches(search, matches)


def _find_matches(columns: Columns, node: Node) -> Array:
    """Return the matches of one part of a plan, without ranking."""
    bound = SegmentTree(columns).find(node)
    lists: list[Any] = leaves(bound) if bound is not None else []
    docs = union([one.ids for one in lists]) if lists else NOTHING.ids
    return docs[columns.live_places(docs)]


def _search_matches(search: SegmentSearch, query: Any) -> None:
    """Count and rank the matches of an OR query, or of a single term or phrase."""
    below: list[Any] = leaves(query)
    postings = sum([len(leaf.ids) for leaf in below if isinstance(leaf, PostingList)])
    if isinstance(query, PostingList) or postings > SMALL_UNION:
        lists = [leaf for leaf in below if isinstance(leaf, PostingList)]
        others = [leaf for leaf in below if not isinstance(leaf, PostingList)]
        top_docs.search_union(search, query, lists, others)
    elif isinstance(query, (Or, DisjunctionMax)):
        _search_whole(search, query, below)
    else:
        part = search.collect(query.ids)
        if search.top.count:
            search.top.add(search.columns, query.ids[part], query.scores_at(part))


def _search_whole(search: SegmentSearch, query: Any, below: Sequence[Any]) -> None:
    """Compute all matches of a union, and score those that pass the filters."""
    columns, top = search.columns, search.top
    order, ordered, first = merge(np.concatenate([leaf.ids for leaf in below]))
    docs = ordered[first]
    live = columns.live_places(docs)
    docs = docs[live]
    part = search.collect(docs)
    passing = docs[part]
    if not top.count:
        return
    if len(order) > SMALL_UNION:
        top.add(columns, passing, top_docs.score_docs(query, passing))
        return
    at = first.cumsum() - 1
    if isinstance(query, Or) and len(query.parts) == len(below):  # the sum of the scores of its leaves
        # Added in the same order as elsewhere, since the last bit depends on the order.
        shares = np.concatenate([leaf.scores_at(ALL) for leaf in below]).take(order)
        scores = np.bincount(at, shares)
        if query.twice:
            scores[np.bincount(at, shares > 0) == len(below)] *= 2
    else:
        rows = np.empty(len(order), np.intp)
        rows[order] = at
        scores = top_docs.score_rows(query, below, rows, len(first.nonzero()[0]))
    top.add(columns, passing, scores[live][part])
