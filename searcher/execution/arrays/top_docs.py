"""The best documents: thresholds that spare scoring most of them, and the order of what is left.

They are ranked by seven digits of their scores, in 32 bits: sums of the same parts in another order are equal
then, and an engine whose scores have no more digits ranks alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import Sort
    from searcher.execution.arrays.columns import Columns
    from searcher.execution.arrays.doc_sets import Array
    from searcher.execution.arrays.facet_collector import FacetCollector

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
        facets: What counts its matches.
        top: What ranks them.
    """

    columns: Columns
    facets: FacetCollector
    top: TopDocs


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
            kept = self._without_late_ties(columns, docs, ranked, kept)
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

    def _without_late_ties(self, columns: Columns, docs: Array, scores: Array, kept: Array) -> Array:
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
        ordered = self._found
        at = 0
        while at < len(ordered) and at < self.count:
            end = at + 1
            while end < len(ordered) and ordered[end][0] == ordered[at][0]:
                end += 1
            if end - at > 1:
                ordered[at:end] = sorted(ordered[at:end], key=self._tie_break)
            at = end

    def _tie_break(self, found: tuple[float, int, float]) -> tuple[int, str]:
        day, item_id = self._index.tie_break(found[1])
        return (0, item_id) if self.by_date else (day, item_id)
