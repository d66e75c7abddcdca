"""Count the values of custom fields and concepts, and compare numbers, with arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.word_arrays import distinct, ranges
from indexer.codec.custom_values import annotated_values, numbers_of, values_of
from indexer.codec.optional_parts import WORD_COUNTS
from indexer.custom_fields import is_concept
from indexer.runtime import NamedTuple
from indexer.schema import OWN, UNKNOWN
from searcher.execution.arrays.doc_sets import values_of_docs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.codec.segment import Segment
    from searcher.execution.arrays.doc_sets import Array, Columns
    from searcher.query.model import Numbers


COLUMN_CACHE_SIZE: Final = 16  # maximum number of fields with cached values


class CustomColumn(NamedTuple):
    """The values of a custom field, or the concepts of a kind, in a segment."""

    keys: list[str]  # the comparison keys of the values, ascending
    # The indexes of values in the keys, from 1: one per document, 0 for no value; for concepts,
    # the concatenated indexes of all documents
    ordinals: Array
    # For concepts, the offset at which each document's indexes begin, and the end; None for other
    # fields
    begins: Array | None = None


class CustomCounts:
    """Counts the documents of a segment by the value of a field, or by concept.

    ``labels`` maps the form in which values are compared to the displayed value: ``ap`` to ``AP``.
    """

    def __init__(self, columns: Columns, name: str, labels: Mapping[str, str]) -> None:
        make = _concept_column if is_concept(name) else _custom_column
        self._keys, self._ordinals, self._begins = columns.cached_result(make, name, COLUMN_CACHE_SIZE)
        self._labels = labels
        self._sums = np.zeros(len(self._keys) + 1, np.int64)

    def add(self, ids: Array, sign: int) -> None:
        """Add documents to the counts, or subtract them if ``sign`` is -1."""
        if self._begins is None:
            ordinals = values_of_docs(self._ordinals, ids)
        else:
            first = self._begins.take(ids)
            counts = self._begins.take(ids + 1) - first
            ordinals = self._ordinals.take(ranges(first, counts))
            self._sums[0] += sign * int((counts == 0).sum())
        self._sums += sign * np.bincount(ordinals, minlength=len(self._sums))

    def counts(self) -> dict[str, int]:
        """Return the counts of the values that are displayed."""
        found = self._sums.nonzero()[0]
        shown = [self._labels[self._keys[at - 1]] if at else UNKNOWN for at in found.tolist()]
        return dict(zip(shown, self._sums[found].tolist(), strict=True))


def _concept_column(columns: Columns, name: str) -> CustomColumn:
    """Build the column for a kind of concept from posting lists."""
    keys, docs, indexes = _values(columns, name)
    pairs = distinct(docs.astype(np.uint64) << np.uint64(32) | (indexes + 1).astype(np.uint64))
    counts = np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=columns.segment.documents)
    begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    return CustomColumn(keys, pairs.astype(np.uint32), begins)


def _custom_column(columns: Columns, name: str) -> CustomColumn:
    """Build the column of a custom field from posting lists."""
    keys, docs, indexes = _values(columns, name)
    ordinals = np.zeros(columns.segment.documents, np.uint16 if len(keys) < 1 << 16 else np.uint32)
    ordinals[docs] = indexes + 1
    return CustomColumn(keys, ordinals)


def _values(columns: Columns, name: str) -> tuple[list[str], Array, Array]:
    """Return the values of a field, the documents with a value, and the index of each document's value.

    A document may be repeated if its value has several spellings.
    """
    segment = columns.segment
    if (annotated := annotated_values(segment, name)) is not None:
        sizes = [len(docs) for _, docs in annotated]
        docs = np.array([doc for _, docs in annotated for doc in docs], np.uint32)
        return [key for key, _ in annotated], docs, np.arange(len(sizes)).repeat(sizes)
    values = values_of(segment, name)
    if not values:
        return [], np.empty(0, np.uint32), np.empty(0, np.intp)
    docs, places = _postings(segment, range(values[0].terms.start, values[-1].terms.stop))
    value_of = np.arange(len(values)).repeat([len(value.terms) for value in values])
    return [value.key for value in values], docs, value_of.take(places)


def _postings(segment: Segment, terms: range) -> tuple[Array, Array]:
    """Return the documents of consecutive terms, and the index of each document's term."""
    postings = segment.postings(OWN)
    sizes = np.array(postings.document_frequencies(terms))
    whole = (sizes == 0).nonzero()[0]  # values that all documents have, which have no postings
    every = np.tile(np.arange(segment.documents, dtype=np.uint32), len(whole))
    places = np.concatenate((whole.repeat(segment.documents), np.arange(len(terms)).repeat(sizes)))
    return np.concatenate((every, postings.documents_of(terms))), places


def documents_between(columns: Columns, leaf: Numbers) -> Array:
    """Return the sorted documents with a number in an interval, in a custom field."""
    if leaf.field == "length":
        segment = columns.segment
        counts = segment.optional_array(WORD_COUNTS)
        return ((counts >= leaf.first) & (counts <= leaf.last)).nonzero()[0]
    docs, numbers = columns.cached_result(_numbers, leaf.field, COLUMN_CACHE_SIZE)
    return distinct(docs[(numbers >= leaf.first) & (numbers <= leaf.last)])


def _numbers(columns: Columns, name: str) -> tuple[Array, Array]:
    """Return the documents with a custom field, and the values as numbers."""
    segment = columns.segment
    terms = segment.keyword_terms(OWN, name)
    if not terms:
        return np.empty(0, np.uint32), np.empty(0)
    docs, places = _postings(segment, terms)
    return docs, np.array(numbers_of(segment, terms)).take(places)
