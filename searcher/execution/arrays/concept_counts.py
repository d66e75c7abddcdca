"""How many documents have each concept: like an own field, but of these a document may have many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.own_values import values_of
from indexer.distinct import distinct
from indexer.named_tuple import NamedTuple
from indexer.schema import OWN, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from searcher.execution.arrays.columns import Columns

    Array = NDArray[Any]


class ConceptColumn(NamedTuple):
    """The concepts of one kind in the documents of a segment.

    Attributes:
        keys: The concepts as they are compared, ascending.
        ordinals: The places among these of the concepts of all documents, one behind the other.
        begins: Where those of each document begin, and where the last ends.
    """

    keys: list[str]
    ordinals: Array
    begins: Array


class ConceptCounts:
    """How many documents of one segment have each concept of a kind.

    Args:
        columns: The segment.
        name: The field of the concepts.
        labels: The concepts as they are compared, to their names.
    """

    def __init__(self, columns: Columns, name: str, labels: Mapping[str, str]) -> None:
        self._column = _concept_column(columns, name)
        self._labels = labels
        self._sums = np.zeros(len(self._column.keys), np.int64)
        self._without = 0

    def add(self, ids: Array, sign: int) -> None:
        """Count documents; with a sign of -1 take them away."""
        begins = self._column.begins
        first = begins.take(ids)
        counts = begins.take(ids + 1) - first
        ends = np.cumsum(counts)
        within = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - counts), counts)
        self._sums += sign * np.bincount(self._column.ordinals.take(within), minlength=len(self._sums))
        self._without += sign * int((counts == 0).sum())

    def counts(self) -> dict[str, int]:
        """Give the concepts that are counted, by their names."""
        found = self._sums.nonzero()[0]
        names = [self._labels[self._column.keys[place]] for place in found.tolist()]
        counted = dict(zip(names, self._sums[found].tolist(), strict=True))
        return counted | ({UNKNOWN: self._without} if self._without else {})


def _concept_column(columns: Columns, name: str) -> ConceptColumn:
    """Make a column of the posting lists of a field, when it is first counted."""
    known: ConceptColumn | None = columns.concepts.get(name)
    if known is None:
        segment = columns.segment
        values = values_of(segment, name)
        having = [distinct(columns.having(OWN, terms)) for _, terms in values]
        sizes = [len(ids) for ids in having]
        keys = np.concatenate([np.empty(0, np.uint32), *having]).astype(np.uint64) << np.uint64(32)
        keys |= np.repeat(np.arange(len(values), dtype=np.uint64), sizes)
        keys.sort()
        documents, ordinals = (keys >> np.uint64(32)).astype(np.int64), keys.astype(np.uint32)
        counts = np.bincount(documents, minlength=segment.documents)
        begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        known = columns.concepts[name] = ConceptColumn([value.key for value in values], ordinals, begins)
    return known
