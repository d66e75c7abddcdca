"""Top documents: thresholds that avoid scoring most matches, and the order of the rest.

They are ranked by seven digits of their scores, in 32 bits: sums of the same parts in another order are equal
then, and an engine whose scores have no more digits ranks alike.

Large unions over one segment: counted list by list, and scored where bounds reach the best scores.

Counting: the size of a union is the sum of the sizes of its lists less that of their overlaps, so the union
is never built (:mod:`searcher.execution.arrays.facet_collector`).

Ranking: a score that enough documents are known to reach is a threshold, and a document whose upper bound is
below it is not scored, as in MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations",
1995). The bounds are the impacts of the postings, a byte each, computed when the segment was written (Anh, de
Kretser and Moffat, "Vector-space ranking with effective early termination", 2001). What is left is scored
exactly.
"""

from __future__ import annotations

from itertools import groupby
from math import ceil
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from indexer.runtime import NamedTuple
from searcher.bm25 import dis_max
from searcher.execution.arrays.doc_sets import Array, find, is_searched, merge, scratch, union_of
from searcher.execution.arrays.filters import ALL
from searcher.execution.arrays.posting_list import scale_of
from searcher.query.model import DisjunctionMax, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import Sort
    from searcher.execution.arrays.country_facet import StoredCounts
    from searcher.execution.arrays.doc_sets import Columns
    from searcher.execution.arrays.facet_collector import FacetCollector
    from searcher.execution.arrays.filters import Places
    from searcher.execution.arrays.posting_list import PostingList


SMALL = 2048  # values that are partitioned as they stand
GROUPS = 32


def kth_largest(values: Array, k: int) -> int:
    """Find a number that at least ``k`` of the values reach, near the k-th largest; 0 for fewer values.

    Args:
        values: Unsigned numbers.
        k: At least one.
    """
    size = len(values)
    if size < k:
        return 0
    groups = GROUPS
    while groups < 2 * k:
        groups *= 2
    if size > SMALL and size >= 8 * groups:
        # The k-th largest of the maxima of disjoint groups: each maximum is a value of its own.
        width = size // groups
        values = values[: width * groups].reshape(groups, width).max(1)
        size = groups
    else:
        values = values.copy()
    values.partition(size - k)
    return int(values[size - k])


class SegmentSearch(NamedTuple):
    """The search of one segment.

    Attributes:
        columns: The segment.
        facets: Counts its matches.
        top: Ranks them.
        language: The one language mask of all documents that are searched, when it is known; else 0.
    """

    columns: Columns
    facets: FacetCollector
    top: TopDocs
    language: int

    def collect(self, ids: Array, sign: int = 1, stored: StoredCounts | None = None) -> Places:
        """Count a list of documents; arguments and result as of :meth:`FacetCollector.add`."""
        return self.facets.add(ids, sign, stored, language=self.language)


class TopDocs:
    """The best documents of all segments, gathered candidate by candidate.

    Args:
        index: The index, for ties.
        count: How many are wanted.
        sort: What is best.
        estimated: Whether estimated dates count as dates.

    Attributes:
        by_date: Whether documents are ordered by date, and have no score.
        threshold: A score that ``count`` documents are known to reach, as scores rank.
    """

    def __init__(self, index: ArrayIndex, count: int, sort: Sort, *, estimated: bool) -> None:
        self._index = index
        self.count = count
        self.by_date = sort != "relevance"
        self._newest = sort == "newest"
        self._estimated = estimated
        # Minus the score as it ranks, the document, its exact score: they sort as they are.
        self._found: list[tuple[float, int, float]] = []
        self.threshold = 0.0

    def add(self, columns: Columns, docs: Array, scores: Array) -> None:
        """Take candidates of one segment; those that are deleted are left out.

        Args:
            columns: The segment.
            docs: Its documents, sorted, each once over all calls.
            scores: Their exact scores.
        """
        if not self.count or not len(docs):
            return
        if columns.dead is not None and (dead := columns.dead.take(docs)).any():
            docs, scores = docs[~dead], scores[~dead]
        ranked = scores.astype(np.float32)
        if len(docs) > max(4 * self.count, 64):
            cut = np.partition(ranked, len(ranked) - self.count)[len(ranked) - self.count]
            kept = (ranked >= cut).nonzero()[0]
            kept = self._without_cut_ties(columns, docs, ranked, kept)
            docs, scores, ranked = docs[kept], scores[kept], ranked[kept]
        if columns.segment.dated.last == columns.segment.documents and len(docs) > self.count:
            # Equals rank by their number, and a stable order keeps them so: no more are needed.
            order = (-ranked).argsort(kind="stable")[: self.count]
            docs, scores, ranked = docs.take(order), scores.take(order), ranked.take(order)
        numbers = docs.tolist()
        if columns.base:
            numbers = [columns.base + number for number in numbers]
        self._found.extend(zip((-ranked).tolist(), numbers, scores.tolist(), strict=True))
        self._found.sort()
        if len(self._found) >= self.count:
            self.threshold = -self._found[self.count - 1][0]

    def add_by_date(self, columns: Columns, docs: Array) -> None:
        """Take documents of one segment, sorted, by their days; those without a date come last."""
        end = np.uint32(columns.segment.dated_zones(estimated=self._estimated)[-1].last)
        dated = int(docs.searchsorted(end))
        scores = np.full(len(docs), -np.inf)
        days = columns.start.take(docs[:dated])
        scores[:dated] = days if self._newest else -days
        self.add(columns, docs, scores)

    def page(self, offset: int) -> list[tuple[int, float]]:
        """Give the documents from ``offset`` on, best first; ties newer first, then by id."""
        numbers = [document for _, document, _ in self._found]
        if numbers and not self._index.in_order(min(numbers), max(numbers)):
            self._rank_ties()
        found = self._found[offset : self.count]
        return [(doc, 0.0 if self.by_date else score) for _, doc, score in found]

    def _without_cut_ties(self, columns: Columns, docs: Array, scores: Array, kept: Array) -> Array:
        """Drop ties at the cut that can never be shown: in a zone, equals rank by their number."""
        if len(kept) <= max(4 * self.count, 64):
            return kept
        segment = columns.segment
        cut = scores[kept].min()
        tied = kept[scores[kept] == cut]
        spared = [kept[scores[kept] > cut]]
        first = 0
        ends = [segment.dated.last, segment.estimated.last, segment.documents]
        for end in ends[:1] if self.by_date and not self._estimated else ends:
            last = int(np.searchsorted(docs[tied], end))
            spared.append(tied[first : min(last, first + self.count)])
            first = last
        return np.sort(np.concatenate([*spared, tied[first:]]))

    def _rank_ties(self) -> None:
        """Put documents of equal score in order: newer first, then by id."""
        ordered: list[tuple[float, int, float]] = []
        for _, group in groupby(self._found, key=itemgetter(0)):
            equal = list(group)
            ordered += sorted(equal, key=self._tie_break) if len(equal) > 1 else equal
            if len(ordered) >= self.count:
                break
        self._found = ordered

    def _tie_break(self, found: tuple[float, int, float]) -> tuple[int, str]:
        day, item_id = self._index.tie_break(found[1])
        return (0, item_id) if self.by_date else (day, item_id)


STORED_TOP = 10  # frequent terms have the impact of their tenth best posting stored
PROBED = 64  # documents that are scored first where many could be among the best
MANY = 8  # times as many candidates are worth it: scoring fewer costs less than sieving them
MARGIN = 1 - 2**-22  # what is nearer to a threshold may be equal to it, as scores are ranked


class Matches(Protocol):
    """What a leaf of a union matches: a posting list, a phrase, or what has all of several parts."""

    @property
    def ids(self) -> Array:
        """The documents, sorted, each once."""

    def scores_at(self, places: Places) -> Array:
        """Give the scores of the documents at some places in ``ids``."""


class Overlap(NamedTuple):
    """The documents of one list that stand in an earlier list too.

    Attributes:
        ids: Sorted.
        bounds: The highest score that this list and those before it can give each, times the scale, uint16;
            None where it was not worked out.
    """

    ids: Array
    bounds: Array | None


def overlaps(lists: Sequence[PostingList], documents: int, scale: float) -> list[Overlap]:
    """Find what must be subtracted from the lists to count each document once.

    Args:
        lists: Ascending by length.
        documents: How many documents the segment has.
        scale: The factor that brings scores into 16 bits, see :func:`scale_of`.

    Returns:
        For each list but the first what it shares with the earlier ones, where it shares any.
    """
    found: list[Overlap] = []
    bounds_of = scratch(documents, np.uint16)
    marked: list[Array] = []  # the documents of each list that is marked
    earlier = 0
    try:
        for at, one in enumerate(lists):
            if at and is_searched(earlier, len(one.ids)):
                places = union_of([find(one.ids, other.ids)[1] for other in lists[:at]])
                found.append(Overlap(one.ids[places], None))
            elif at:
                for other in lists[len(marked) : at]:
                    spots = other.ids.astype(np.intp)
                    marked.append(spots)
                    # A weight may be so small that its bound rounds to nothing.
                    bounds = np.maximum(other.bounds(scale).take(other.impacts), 1)
                    bounds_of[spots] = bounds if len(marked) == 1 else bounds + bounds_of[spots]
                before = bounds_of.take(one.ids)
                places = before.nonzero()[0]
                highest = before[places] + one.bounds(scale).take(one.impacts.take(places))
                found.append(Overlap(one.ids.take(places), highest))
            earlier += len(one.ids)
    finally:
        for spots in marked:
            bounds_of[spots] = 0
    return [one for one in found if len(one.ids)]


def search_sieved(
    search: SegmentSearch,
    query: Any,
    lists: Sequence[PostingList],
    others: Sequence[Matches],
) -> None:
    """Count and rank a union.

    Args:
        search: The search of the segment.
        query: ``Or`` and ``DisjunctionMax`` nodes of posting lists, and of what other parts match.
        lists: The lists in it, as often as they stand in it: each time one adds to a score and its bound.
        others: What other parts of it match: phrases, and what has all of several.
    """
    columns, top = search.columns, search.top
    subtract_deleted(search, lists)
    by_length = sorted(lists, key=lambda one: len(one.ids))
    scale = scale_of(by_length)
    kept = [(one, search.collect(one.ids, stored=one.stored_counts)) for one in by_length]
    impacts = [one.impacts[part] for one, part in kept] if top.count else []
    threshold = top.threshold * MARGIN
    for (one, part), of_list in zip(kept, impacts, strict=False):
        threshold = max(threshold, reached_by(one, part, of_list, top.count) * MARGIN)
    candidates: list[Array] = []
    bounds: list[Array] = []  # of a candidate's bounds the highest holds
    for ids, scaled in overlaps(by_length, columns.segment.documents, scale):
        part = search.collect(ids, -1)
        shared = ids[part]
        if scaled is None:
            candidates.append(shared)
            bounds.append(np.full(len(shared), np.inf))
        else:
            passing = scaled[part]
            places = (passing >= int(threshold * scale)).nonzero()[0]
            candidates.append(shared.take(places))
            bounds.append(passing.take(places) / scale)
    if others:
        docs = union_of([one.ids for one in others])
        part = search.collect(docs)
        listed = np.zeros(len(docs), np.bool_)
        for one in by_length:
            listed[find(one.ids, docs)[0]] = True
        search.collect(docs[listed], -1)
        candidates.append(docs[part])
        bounds.append(np.full(len(candidates[-1]), np.inf))
    for (one, part), of_list in zip(kept, impacts, strict=False):
        least = ceil(threshold / one.step) if one.step else 0
        if least <= 255:
            places = (of_list >= least).nonzero()[0]
            candidates.append(one.ids[part].take(places))
            bounds.append(of_list.take(places) * one.step)
    if top.count and candidates:
        docs, highest = np.concatenate(candidates), np.concatenate(bounds)
        live = columns.live_at(docs)
        docs = _sieved(query, docs[live], highest[live], threshold, top.count)
        if len(docs):
            top.add(columns, docs, scores_of(query, docs))


def subtract_deleted(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Subtract the deleted documents of a union of lists, which is counted with them.

    Args:
        search: The search of the segment.
        lists: The lists.
    """
    deleted = [one.deleted for one in lists if len(one.deleted)]
    if deleted:
        search.collect(union_of(deleted), -1)


def _sieved(query: Any, docs: Array, bounds: Array, threshold: float, wanted: int) -> Array:
    """Give the documents that may be among the best, sorted, each once.

    Args:
        query: The union.
        docs: Candidates, some of them several times.
        bounds: The highest score of each; it holds where it is the highest of a document's bounds.
        threshold: A score that enough documents reach.
        wanted: How many of the best are wanted.
    """
    count = max(PROBED, 2 * wanted)
    if len(docs) <= MANY * count:
        return np.unique(docs)
    order, docs, first = merge(docs)
    bounds = np.maximum.reduceat(bounds[order], first.nonzero()[0])
    docs = docs[first]
    if len(docs) <= count:
        return docs
    probed = np.sort(bounds.argpartition(len(docs) - count)[-count:])
    scores = scores_of(query, docs[probed])
    reached = np.partition(scores, count - wanted)[count - wanted]
    threshold = max(threshold, float(reached) * MARGIN)
    kept: Array = docs[bounds >= threshold]
    return kept


def scores_of(query: Any, docs: Array) -> Array:
    """Compute the exact scores of some documents, sorted."""

    def column(leaf: Matches) -> Array:
        rows, places = find(leaf.ids, docs)
        scores = np.zeros(len(docs))
        scores[rows] = leaf.scores_at(places)
        return scores

    return combined(query, column)


def combined(query: Any, column: Callable[[Any], Array]) -> Array:
    """Combine the scores of the leaves of a union.

    Args:
        query: ``Or`` and ``DisjunctionMax`` nodes.
        column: Leaf to its scores in some documents, 0 where it does not match; they are left as they are.
    """
    if not isinstance(query, (Or, DisjunctionMax)):
        return column(query)
    columns = [combined(part, column) for part in query.parts]
    best = total = columns[0]
    for scores in columns[1:]:
        total = total + scores
        if isinstance(query, DisjunctionMax):
            best = np.maximum(best, scores)
    return dis_max(best, total, query.tie_breaker) if isinstance(query, DisjunctionMax) else total


def reached_by(one: PostingList, part: Places, impacts: Array, count: int) -> float:
    """Give a score that ``count`` documents of a filtered list reach by it alone; below 0 where it has fewer.

    An impact of i, rounded up, says that the share tf / (tf + norm) is more than (i - 1) / 255 by the mean
    length of the segment, and by that of the index more than ``low`` times that.

    Args:
        one: The list.
        part: The places in it that pass the filters.
        impacts: Their impacts.
        count: How many.
    """
    impact = one.tenth_impact() if part is ALL and count <= STORED_TOP else 0
    return ((impact or kth_largest(impacts, count)) - 1) * one.step * one.low / one.high
