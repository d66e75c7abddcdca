"""Collect the best documents without scoring most matches of large unions.

A segment has three zones, which are ranges of documents: with a stated date, an estimated date, and no date.
Documents are ranked by 32-bit scores (seven digits). So scores that differ only by the order of additions are
equal, and an engine with less precise scores ranks in the same order.

Counting: the size of a union is the sum of the sizes of its lists minus the sizes of their overlaps, so the
union is never built (:mod:`searcher.execution.arrays.facet_collector`).

Ranking: a score that enough documents certainly reach is a threshold, and documents with a lower upper bound
are not scored, as in MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995). The
bounds are the impacts of the postings, one byte each, computed when the segment is written (Anh, de Kretser
and Moffat, "Vector-space ranking with effective early termination", 2001). The remaining documents are scored
exactly.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.runtime import NamedTuple
from searcher.bm25 import dis_max
from searcher.execution.arrays import doc_sets
from searcher.execution.arrays.doc_sets import ALL, Array, find, union
from searcher.execution.arrays.duplicate_marks import find_outranked, find_repeated
from searcher.execution.arrays.posting_list import GROUPS, score_scale, score_threshold, sum_threshold
from searcher.query.model import DisjunctionMax, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.segment import Segment
    from searcher.engine import Sort
    from searcher.execution.arrays.doc_sets import Columns, Places
    from searcher.execution.arrays.duplicate_marks import ArrayDuplicateMatches
    from searcher.execution.arrays.facet_collector import FacetCollector
    from searcher.execution.arrays.posting_list import PostingList


class SegmentSearch(NamedTuple):
    """A search in a segment: its filters, counts and candidates."""

    columns: Columns  # the segment
    facets: FacetCollector  # counts the segment's matches
    top: TopDocs  # ranks the matches
    language: int  # the language mask common to all searched documents, or 0

    def collect(self, ids: Array, sign: int = 1, stored: Array | None = None) -> Places:
        """Count a list of documents; see :meth:`FacetCollector.add`."""
        return self.facets.add(ids, sign, stored, language=self.language)


_NONE = np.empty(0, np.float32)


class TopDocs:
    """Collects the ``count`` best documents of all segments."""

    def __init__(self, index: ArrayIndex, count: int, sort: Sort, *, estimated: bool) -> None:
        self._index = index
        self.count = count
        self.by_date = sort != "relevance"
        self._newest = sort == "newest"
        self._estimated = estimated
        # The rounded scores, the documents, and the exact scores of each call.
        self._found: list[tuple[Array, Array, Array]] = []
        self._best: Array = _NONE  # the highest rounded scores, at most ``count``
        self._new: list[Array] = []  # rounded scores not yet merged into these
        self._threshold = 0.0

    def add(self, columns: Columns, docs: Array, scores: Array) -> None:
        """Add the sorted candidates of a segment, none of which was added before."""
        if not self.count or not len(docs):
            return
        if columns.dead is not None and (dead := columns.dead.take(docs)).any():
            docs, scores = docs[~dead], scores[~dead]
        ranked = scores.astype(np.float32)
        if len(docs) > self.count:
            kept = self._best_of_zones(columns, docs, ranked)
            docs, scores, ranked = docs.take(kept), scores.take(kept), ranked.take(kept)
        self._found.append((ranked, docs + np.int64(columns.base) if columns.base else docs, scores))
        self._new.append(ranked)

    @property
    def threshold(self) -> float:
        """A score that at least ``count`` documents reach, rounded as for ranking."""
        if self._new:
            best = np.concatenate((self._best, *self._new))
            self._new.clear()
            if len(best) >= self.count:
                best.partition(len(best) - self.count)
                best = best[len(best) - self.count :]
                self._threshold = float(best[0])
            self._best = best
        return self._threshold

    def _best_of_zones(self, columns: Columns, docs: Array, ranked: Array) -> Array:
        """Return the best documents of each zone: with a stated date, with an estimated date, without a date.

        Documents with equal scores rank by document number.
        """
        if columns.segment.dated.last == columns.segment.documents:
            return _highest(ranked, self.count)
        parts = [
            _highest(ranked[first:last], self.count) + first if is_cut else np.arange(first, last)
            for first, last, is_cut in self._zones(columns, docs)
        ]
        return np.concatenate(parts)

    def _zones(self, columns: Columns, docs: Array) -> Iterator[tuple[int, int, bool]]:
        """Split sorted documents into the zones of a segment.

        The zones are the documents with a stated date, with an estimated date, and without a date.

        Yields:
            The start and the end of a zone in ``docs``, and whether it is enough to keep the best ``count``
            documents of the zone. It is not enough if there are no more, or if documents with equal scores do
            not rank by document number, because a dropped document might then rank higher.
        """
        ends = np.array(_zone_ends(columns.segment), np.uint32)
        for zone, (first, last) in enumerate(pairwise([0, *docs.searchsorted(ends).tolist()])):
            yield first, last, last - first > self.count and not self._is_unordered(zone)

    def _is_unordered(self, zone: Any) -> Any:
        """Return whether document numbers do not decide the rank of equal scores in a zone.

        This is only the case for the zone of estimated dates, if results are sorted by date and documents
        with an estimated date count as documents without a date.
        """
        return (zone % ZONES == ESTIMATED) & (self.by_date and not self._estimated)

    def add_by_date(self, columns: Columns, docs: Array) -> None:
        """Add sorted documents of a segment to a ranking by date.

        Documents without a date come last.
        """
        if self._newest:  # the order of documents in a zone
            zones = self._zones(columns, docs)
            docs = np.concatenate([docs[low : low + self.count if cut else high] for low, high, cut in zones])
        end = np.uint32(columns.segment.dated_zones(estimated=self._estimated)[-1].last)
        dated = int(docs.searchsorted(end))
        scores = np.full(len(docs), -1e9)
        days = columns.start.take(docs[:dated])
        scores[:dated] = days if self._newest else -days
        self.add(columns, docs, scores)

    def page(
        self, offset: int, limit: int, duplicates: ArrayDuplicateMatches | None = None
    ) -> list[tuple[int, float]]:
        """Return a page of documents, best first.

        Documents with equal scores are sorted newest first, then by id. Documents that a near duplicate
        outranks are removed, so the page may be incomplete.
        """
        end = min(self.count, sum([len(numbers) for _, numbers, _ in self._found]))
        if not end:
            return []
        grouped = tied = np.empty(0, np.intp)
        ranked, numbers, scores = self._found[0]
        if len(self._found) > 1:
            ranked, numbers, scores = map(np.concatenate, zip(*self._found, strict=True))
            by_number = numbers.argsort()
            ranked, numbers, scores = ranked.take(by_number), numbers.take(by_number), scores.take(by_number)
        if duplicates is not None:
            if len(ranked) > end:  # the better ones of a group are certain to be among the best documents
                near = (ranked >= np.partition(ranked, len(ranked) - end)[len(ranked) - end]).nonzero()[0]
                ranked, numbers, scores = ranked.take(near), numbers.take(near), scores.take(near)
            numbers = numbers.astype(np.intp)  # once, for all look-ups
            grouped, groups = duplicates.find_groups(numbers)
            if len(grouped):
                lower, tied = find_outranked(ranked.take(grouped), groups)
                ranked = ranked.copy()
                ranked[grouped.take(lower)] = -np.inf  # the last ones
                end -= len(lower) + len(tied)
        end = min(end, offset + limit)
        if offset >= end:
            return []
        if offset:  # only documents with scores that occur on the page are sorted
            one_each = ranked.copy() if len(tied) else ranked
            one_each[grouped.take(tied)] = -np.inf
            from_end = len(ranked) - end, len(ranked) - 1 - offset
            least, highest = np.partition(one_each, from_end)[[*from_end]]
            above = int(np.count_nonzero(one_each > highest))
            offset, end = offset - above, end - above
            near = ((ranked >= least) & (ranked <= highest)).nonzero()[0]
            ranked, numbers, scores = ranked.take(near), numbers.take(near), scores.take(near)
        if duplicates is not None and len(tied):  # the first of each group in the exact order is its hit
            order = self._order(ranked, numbers, 0, len(ranked))
            grouped, groups = duplicates.find_groups(numbers.take(order))
            order = np.delete(order, grouped.take(find_repeated(groups)))[offset:end]
        else:
            order = self._order(ranked, numbers, offset, end)
        exact = [0.0] * len(order) if self.by_date else scores.take(order).tolist()
        return list(zip(numbers.take(order).tolist(), exact, strict=True))

    def _order(self, ranked: Array, numbers: Array, offset: int, end: int) -> Array:
        """Return the indexes of the documents from rank ``offset`` up to ``end``."""
        order: Array = (-ranked).argsort(kind="stable")
        near = ranked.take(order[max(offset - 1, 0) : end + 1])
        is_tied = (near[1:] == near[:-1]).any()
        if not is_tied or self._index.in_order(int(numbers.min()), int(numbers.max())):
            return order[offset:end]
        days, ends = np.zeros(len(numbers), np.int32), []
        for segment, base in zip(self._index.segments, self._index.bases, strict=True):
            ends += [base + last for last in _zone_ends(segment)]
            if not self.by_date:  # otherwise, scores are days
                inside = ((numbers >= base) & (numbers < ends[-1])).nonzero()[0]
                days[inside] = segment.array("start").take(numbers.take(inside) - base)
        order = np.lexsort((numbers, -days, -ranked))
        zones = np.searchsorted(ends, numbers.take(order), "right")
        firsts = (doc_sets.is_first(ranked.take(order)) | doc_sets.is_first(days.take(order))).nonzero()[0]
        lasts = np.append(firsts[1:], len(order))
        among = (firsts < end) & (lasts > offset) & (lasts - firsts > 1)
        among &= (zones.take(firsts) != zones.take(lasts - 1)) | self._is_unordered(zones.take(firsts))
        for first, last in zip(firsts[among].tolist(), lasts[among].tolist(), strict=True):
            tied = order[first:last].tolist()
            order[first:last] = sorted(tied, key=lambda at: self._index.head(int(numbers[at]))[0])
        return order[offset:end]


def _highest(ranked: Array, count: int) -> Array:
    """Return the indexes of the ``count`` highest numbers.

    Of equal numbers, the first are taken.
    """
    size = len(ranked)
    if size <= GROUPS * 8:
        return (-ranked).argsort(kind="stable")[:count]
    least = np.partition(ranked, size - count)[size - count]
    above = (ranked > least).nonzero()[0]
    return np.concatenate((above, (ranked == least).nonzero()[0][: count - len(above)]))


ZONES, ESTIMATED = 3, 1  # the number of zones of a segment, and the index of that of estimated dates


def _zone_ends(segment: Segment) -> tuple[int, int, int]:
    return segment.dated.last, segment.estimated.last, segment.documents


SMALL_UNION = 12_000  # maximum postings of a union that is built
FIRST_SCORED = 64  # documents to score first if there are many candidates
MANY = 8  # up to this multiple of candidates, scoring all is cheaper than filtering
MARGIN = 1 - 2**-22  # a score nearer to a threshold may be equal to it after rounding


class Matches(Protocol):
    """The protocol for the matches of a part of an OR query."""

    @property
    def ids(self) -> Array:
        """The documents, sorted and distinct."""

    def scores_at(self, places: Places) -> Array:
        """Return the scores of the documents at some indexes of ``ids``."""


def overlaps(lists: Sequence[PostingList], documents: int, scale: float) -> list[tuple[Array, Array | None]]:
    """Return the documents that later lists share with earlier ones.

    Their counts are subtracted, so that each document counts once.

    Args:
        lists: The posting lists, sorted by length.
        documents: The number of documents of the segment.
        scale: Maps scores to 16 bits (see ``score_scale``).

    Returns:
        For each list that overlaps earlier ones, the sorted common documents, and the upper bounds of their
        scores in this and the earlier lists (scaled, uint16), or None if the bounds are not computed.
    """
    found: list[tuple[Array, Array | None]] = []
    bounds_of = np.zeros(documents, np.uint16)
    marked = earlier = 0  # the numbers of marked lists, and of documents in earlier lists
    for at, one in enumerate(lists):
        if at and doc_sets.is_search_faster(earlier, len(one.ids)):
            places = union([find(one.ids, other.ids)[1] for other in lists[:at]])
            found.append((one.ids[places], None))
        elif at:
            for other in lists[marked:at]:
                # A weight may be so small that its bound rounds to zero.
                bounds_of[other.ids] += np.maximum(other.bounds(scale).take(other.impacts), 1)
            marked = at
            before = bounds_of.take(one.ids)
            places = before.nonzero()[0]
            highest = before[places] + one.bounds(scale).take(one.impacts.take(places))
            found.append((one.ids.take(places), highest))
        earlier += len(one.ids)
    return [one for one in found if len(one[0])]


def search_union(
    search: SegmentSearch, query: Any, lists: Sequence[PostingList], others: Sequence[Matches]
) -> None:
    """Count and rank the matches of an OR query.

    A term that is repeated in the query has one posting list per repetition. Each adds to the score of a
    document, and to the upper bound of this score.

    Args:
        search: The search in a segment, which counts the matches and keeps the best ones.
        query: The OR query.
        lists: The posting lists of its terms.
        others: The matches of its other parts, such as phrases.
    """
    columns, top = search.columns, search.top
    subtract_deleted(search, lists)
    by_length = sorted(lists, key=lambda one: len(one.ids))
    scale = score_scale(by_length)
    threshold = top.threshold
    # Documents, upper bounds of their scores (the highest is valid), and the bounds' unit.
    bounded: list[tuple[Array, Array, float]] = []
    for one in by_length:
        part = search.collect(one.ids, stored=one.country_row)
        if top.count:
            impacts = one.impacts[part]
            threshold = max(threshold, score_threshold(one, part, impacts, top.count))
            bounded.append((one.ids[part], impacts, one.step))
    for ids, scaled in overlaps(by_length, columns.segment.documents, scale):
        part = search.collect(ids, -1)
        if scaled is None:
            bounded.append(_add_no_bounds(ids[part]))
        elif top.count:
            reached = sum_threshold(by_length, scaled[part], top.count) * _least_share(query)
            threshold = max(threshold, reached)
            bounded.append((ids[part], scaled[part], 1 / scale))
    if others:
        bounded.append(_add_no_bounds(_collect_others(search, by_length, others)))
    if top.count:
        docs, bounds = _docs_reaching(bounded, threshold * MARGIN)
        live = columns.live_places(docs)
        docs = _choose_candidates(query, docs[live], bounds[live], threshold * MARGIN, top.count)
        if len(docs):
            top.add(columns, docs, score_docs(query, docs))


def _add_no_bounds(docs: Array) -> tuple[Array, Array, float]:
    return docs, np.full(len(docs), np.inf), 1.0


def _docs_reaching(bounded: Iterable[tuple[Array, Array, float]], threshold: float) -> tuple[Array, Array]:
    """Return the documents with upper bounds that reach a threshold, and these bounds.

    Documents may be repeated.
    """
    found = [(np.empty(0, np.uint32), np.empty(0))]
    for docs, bounds, unit in bounded:
        least = ceil(threshold / unit) if unit else 0
        if least < 256**bounds.itemsize:
            places = (bounds >= least).nonzero()[0] if least > 0 else ALL
            found.append((docs[places], bounds[places] * unit))
    docs, bounds = map(np.concatenate, zip(*found, strict=True))
    return docs, bounds


def _collect_others(search: SegmentSearch, lists: Sequence[PostingList], others: Sequence[Matches]) -> Array:
    """Count the documents of ``others`` that are in none of the posting lists.

    Args:
        search: The search in a segment, which counts the matches.
        lists: The posting lists of an OR query.
        others: The matches of the other parts of the query, such as phrases.

    Returns:
        All documents of ``others`` that pass the filters, even those in a posting list.
    """
    docs = union([one.ids for one in others])
    part = search.collect(docs)
    listed = np.zeros(len(docs), np.bool_)
    for one in lists:
        listed[find(one.ids, docs)[0]] = True
    search.collect(docs[listed], -1)
    return docs[part]


def subtract_deleted(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Subtract the deleted documents of several lists from the counts."""
    if search.columns.dead is None:
        return
    deleted = [one.deleted for one in lists if len(one.deleted)]
    if deleted:
        search.collect(union(deleted), -1)


def _choose_candidates(query: Any, docs: Array, bounds: Array, threshold: float, wanted: int) -> Array:
    """Return the documents whose score may be among the best, sorted and without repeats.

    Args:
        query: The OR query.
        docs: The matching documents. If a document is repeated, its highest bound applies.
        bounds: The upper bound of the score of each element of ``docs``.
        threshold: A score that at least ``wanted`` documents reach. Documents with a lower bound are left
            out.
        wanted: The number of best documents to find.
    """
    count = max(FIRST_SCORED, 2 * wanted)
    if len(docs) <= MANY * count:
        return distinct(docs)
    order, docs, first = doc_sets.merge(docs)
    bounds = np.maximum.reduceat(bounds[order], first.nonzero()[0])
    docs = docs[first]
    if len(docs) <= count:
        return docs
    probed = np.sort(bounds.argpartition(len(docs) - count)[-count:])
    scores = score_docs(query, docs[probed])
    reached = np.partition(scores, count - wanted)[count - wanted]
    threshold = max(threshold, float(reached) * MARGIN)
    return docs[bounds >= threshold]


def score_docs(query: Any, docs: Array) -> Array:
    """Return the exact scores of sorted documents."""
    known: dict[int, Array] = {}  # scores of leaves by identity, since a query may repeat a leaf

    def column(leaf: Matches) -> Array:
        if id(leaf) not in known:
            rows, places = doc_sets.intersect(docs, leaf.ids)
            known[id(leaf)] = np.zeros(len(docs))
            known[id(leaf)][rows] = leaf.scores_at(places)
        return known[id(leaf)]

    return combine_scores(query, column)


def score_rows(query: Any, below: Sequence[Matches], rows: Array, size: int) -> Array:
    """Return the exact scores of all documents that match an OR query.

    Args:
        query: The OR query.
        below: The leaves of the query: terms, and other matches such as those of phrases. A leaf may be
            repeated.
        rows: For each match of each leaf, the index of the document in the result.
        size: The number of documents in the result.
    """
    known: dict[int, Array] = {}
    first = 0
    for leaf in below:
        last = first + len(leaf.ids)
        if id(leaf) not in known:
            known[id(leaf)] = np.zeros(size)
            known[id(leaf)][rows[first:last]] = leaf.scores_at(ALL)
        first = last
    return combine_scores(query, lambda leaf: known[id(leaf)])


def combine_scores(query: Any, column: Callable[[Any], Array]) -> Array:
    """Combine the scores of the leaves of an OR query.

    ``column`` is a function that returns the scores of a leaf, one per document (0 if the document does not
    match). These scores are not modified.
    """
    if not isinstance(query, (Or, DisjunctionMax)):
        return column(query)
    columns = [combine_scores(part, column) for part in query.parts]
    best = total = columns[0]
    for scores in columns[1:]:
        total = total + scores
        if isinstance(query, DisjunctionMax):
            best = np.maximum(best, scores)
    if isinstance(query, DisjunctionMax):
        total = dis_max(best, total, query.tie_breaker)
    elif query.twice:
        total = total + total * (np.minimum.reduce(columns) > 0)
    return total


def _least_share(query: Any) -> float:
    """Return the least ratio of a document's score to the sum of its leaves' scores."""
    if not isinstance(query, (Or, DisjunctionMax)):
        return 1.0
    share = min(map(_least_share, query.parts))
    if isinstance(query, DisjunctionMax):  # the minimum is reached if all parts have equal scores
        share *= dis_max(1.0, len(query.parts), query.tie_breaker) / len(query.parts)
    return share
