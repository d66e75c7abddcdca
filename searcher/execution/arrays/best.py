"""The best documents: thresholds that spare scoring most of them, and the order of what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.ties import tie_key

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.array_index import ArrayIndex

SMALL = 2048  # values that are partitioned as they stand
GROUPS = 32


def kth_largest(values: npt.NDArray[Any], k: int) -> int:
    """Return a number that at least ``k`` of the values reach, near the k-th largest; 0 for fewer values.

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


class Best:
    """The best documents of all segments, gathered candidate by candidate.

    Args:
        index: The index, for ties.
        count: How many are wanted.
    """

    def __init__(self, index: ArrayIndex, count: int) -> None:
        self._index = index
        self.count = count
        self._found: list[tuple[float, int]] = []  # (minus the score, document): they sort as they are
        self.threshold = 0.0  # a score that `count` documents are known to reach

    def add(self, base: int, docs: npt.NDArray[Any], scores: npt.NDArray[Any]) -> None:
        """Take candidates of one segment.

        Args:
            base: The segment's base.
            docs: Its documents, sorted, each once over all calls.
            scores: Their exact scores.
        """
        if not self.count or not len(docs):
            return
        if len(docs) > max(4 * self.count, 64):
            cut = np.partition(scores, len(scores) - self.count)[len(scores) - self.count]
            kept = (scores >= cut).nonzero()[0]
            kept = self._spare_ties(base, docs, scores, kept)
            docs, scores = docs[kept], scores[kept]
        if self._index.dated_alone and len(docs) > self.count:
            # Equals rank by their number, and a stable order keeps them so: no more are needed.
            order = (-scores).argsort(kind="stable")[: self.count]
            docs, scores = docs.take(order), scores.take(order)
        numbers = docs.tolist()
        if base:
            numbers = [base + number for number in numbers]
        self._found.extend(zip((-scores).tolist(), numbers, strict=True))
        self._found.sort()
        if len(self._found) >= self.count:
            self.threshold = -self._found[self.count - 1][0]

    def page(self, offset: int) -> list[tuple[int, float]]:
        """Return the documents from ``offset`` on, best first; ties newer first, then by id."""
        if not self._index.dated_alone:
            _rank_ties(self._index, self._found, self.count)
        return [(doc, -score) for score, doc in self._found[offset : self.count]]

    def _spare_ties(
        self, base: int, docs: npt.NDArray[Any], scores: npt.NDArray[Any], kept: npt.NDArray[Any]
    ) -> npt.NDArray[Any]:
        """Drop ties at the cut that can never be shown: in a zone, equals rank by their number."""
        if len(kept) <= max(4 * self.count, 64):
            return kept
        segment, _ = self._index.locate(base)
        cut = scores[kept].min()
        tied = kept[scores[kept] == cut]
        spared = [kept[scores[kept] > cut]]
        first = 0
        for end in (segment.dated.last, segment.estimated.last, segment.documents):
            last = int(np.searchsorted(docs[tied], end))
            spared.append(tied[first : min(last, first + self.count)])
            first = last
        return np.sort(np.concatenate(spared))


def _rank_ties(index: ArrayIndex, ordered: list[tuple[float, int]], count: int) -> None:
    """Put documents of equal score in order: newer first, then by id."""
    at = 0
    while at < len(ordered) and at < count:
        end = at + 1
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        if end - at > 1:
            ordered[at:end] = sorted(ordered[at:end], key=lambda pair: tie_key(index, pair[1]))
        at = end
