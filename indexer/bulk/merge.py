"""The sections of all runs merged, a range of terms at a time.

An entry becomes a number of 64 bits, the key, whose order is that of term, document and value; a sort of the
keys of all runs is the merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.inversion import POSITION_BITS, begins_of, sums_before
from indexer.bulk.limits import DOCUMENT_BITS, MAX_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.bulk.inversion import Section

    Numbers = NDArray[Any]

# A key: term within its range (16 bits, so that a range has no more terms), document (24), value (24).
_TERM_SHIFT = np.uint64(DOCUMENT_BITS + POSITION_BITS)
_DOCUMENT_SHIFT = np.uint64(POSITION_BITS)
_RANGE = 1 << 16


@dataclass(slots=True)
class Batch:
    """The entries of a range of terms, by term, document and value.

    Attributes:
        document_frequencies: In how many documents each term of the range occurs; 0 where it is of another
            field.
        postings: Where each posting begins in ``values``.
        documents: The document of each posting.
        values: The value of each entry (see :class:`indexer.bulk.inversion.Section`).
    """

    document_frequencies: Numbers
    postings: Numbers
    documents: Numbers
    values: Numbers


class SectionMerge:
    """Merges one section of all runs.

    Attributes:
        document_frequencies: In how many documents each term occurs.
    """

    def __init__(self, sections: Sequence[Section], terms: int, budget: int) -> None:
        """Count what there is.

        Args:
            sections: The section of each run.
            terms: How many terms the merged vocabulary has.
            budget: How many entries to hold at a time; a single term with more is held all the same.
        """
        self._sections = sections
        self._budget = budget
        entries = np.zeros(terms, dtype=np.int64)
        self.document_frequencies = np.zeros(terms, dtype=np.int64)
        self._terms: list[tuple[Numbers, Numbers, Numbers]] = []
        for section in sections:
            ranks, counts = section.terms.read(), section.counts.read()
            entries[ranks] += counts
            self.document_frequencies[ranks] += section.document_frequencies.read()
            self._terms.append((ranks, counts, sums_before(counts)))
        self._before = np.concatenate((np.zeros(1, np.int64), np.cumsum(entries)))

    def totals(self, first: int, last: int) -> tuple[int, int]:
        """Count the postings and the entries of a range of ranks."""
        return int(self.document_frequencies[first:last].sum()), int(self._before[last] - self._before[first])

    def batches(self, first: int, last: int) -> Iterator[Batch]:
        """Yield the entries of a range of ranks, part by part."""
        while first < last:
            bound = int(np.searchsorted(self._before, self._before[first] + self._budget, "right")) - 1
            end = min(max(bound, first + 1), first + _RANGE, last)
            yield self._batch(first, end)
            first = end

    def _batch(self, first: int, last: int) -> Batch:
        keys = np.empty(int(self._before[last] - self._before[first]), dtype=np.uint64)
        filled = 0
        for section, (ranks, counts, begins) in zip(self._sections, self._terms, strict=True):
            low, high = np.searchsorted(ranks, (first, last))
            start, end = int(begins[low]), int(begins[high])
            if start == end:
                continue
            part = keys[filled : filled + end - start]
            terms = ranks[low:high].astype(np.uint64) - np.uint64(first)
            part[:] = np.repeat(terms << _TERM_SHIFT, counts[low:high])
            part |= section.documents.read(start, end).astype(np.uint64) << _DOCUMENT_SHIFT
            part |= section.values.read(start, end)
            filled += end - start
        keys.sort(kind="stable")  # each part is in order, and this sort finds them and merges them
        # Where a posting begins, the key differs from the one before in a bit above its value.
        postings = begins_of((keys[1:] ^ keys[:-1]) >= np.uint64(1 << POSITION_BITS), len(keys))
        return Batch(
            document_frequencies=self.document_frequencies[first:last],
            postings=postings,
            documents=(keys[postings] >> _DOCUMENT_SHIFT).astype(np.uint32) & np.uint32(MAX_DOCUMENTS - 1),
            values=keys.astype(np.uint32) & np.uint32((1 << POSITION_BITS) - 1),
        )
