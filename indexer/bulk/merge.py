"""The runs of a build brought together, a range of terms at a time, in the order of the finished segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.inversion import PLACE_BITS, PLACE_MASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.bulk.spill import Spilled

    Numbers = NDArray[Any]

# A key: term within its range (16 bits), document (24), place (24).
DOCUMENT_BITS = 24
MAX_DOCUMENTS = 1 << DOCUMENT_BITS
_TERM_SHIFT = np.uint64(DOCUMENT_BITS + PLACE_BITS)
_DOCUMENT_SHIFT = np.uint64(PLACE_BITS)
_RANGE = 1 << 16


@dataclass(slots=True)
class SpilledSection:
    """A section of a run on disk (see :class:`indexer.bulk.inversion.Section`).

    Attributes:
        first: Arrival number of the run's first document.
        ranks: The rank of each term in the whole build, ascending.
        counts: How many entries each term has.
        frequencies: In how many documents of the run each stands.
        documents: The document in the run, for each entry.
        places: What is known of each entry.
    """

    first: int
    ranks: Numbers
    counts: Numbers
    frequencies: Numbers
    documents: Spilled
    places: Spilled


@dataclass(slots=True)
class Batch:
    """The entries of a range of terms, by term, document and place.

    Attributes:
        first: Rank of the range's first term.
        last: The rank behind its last term.
        frequencies: In how many documents each term of the range stands; 0 for terms of other fields.
        postings: Where each posting begins in ``places``.
        documents: The document of each posting.
        places: What is known of each entry.
    """

    first: int
    last: int
    frequencies: Numbers
    postings: Numbers
    documents: Numbers
    places: Numbers


class SectionMerge:
    """Merges one section of all runs."""

    def __init__(
        self, sections: Sequence[SpilledSection], terms: int, new_numbers: Numbers, budget: int
    ) -> None:
        """Count what there is.

        Args:
            sections: The section of each run.
            terms: How many terms the merged vocabulary has.
            new_numbers: The document number in the segment of each arrival number.
            budget: How many entries to hold at a time; a single term with more is held all the same.
        """
        self._sections = sections
        self._new = new_numbers
        self._budget = budget
        entries = np.zeros(terms, dtype=np.int64)
        self._frequencies = np.zeros(terms, dtype=np.int64)
        self._begins = []
        for section in sections:
            entries[section.ranks] += section.counts
            self._frequencies[section.ranks] += section.frequencies
            begins = np.zeros(len(section.ranks) + 1, dtype=np.uint32)
            np.cumsum(section.counts, out=begins[1:])
            self._begins.append(begins)
        self._before = np.concatenate((np.zeros(1, np.int64), np.cumsum(entries)))

    def totals(self, first: int, last: int) -> tuple[int, int]:
        """Return how many postings and how many entries the terms of a range of ranks have."""
        return int(self._frequencies[first:last].sum()), int(self._before[last] - self._before[first])

    def batches(self, first: int, last: int) -> Iterator[Batch]:
        """Yield the entries of a range of ranks, bit by bit."""
        while first < last:
            bound = int(np.searchsorted(self._before, self._before[first] + self._budget, "right")) - 1
            end = min(max(bound, first + 1), first + _RANGE, last)
            yield self._batch(first, end)
            first = end

    def _batch(self, first: int, last: int) -> Batch:
        keys = np.empty(int(self._before[last] - self._before[first]), dtype=np.uint64)
        filled = 0
        for section, begins in zip(self._sections, self._begins, strict=True):
            low, high = np.searchsorted(section.ranks, (first, last))
            start, end = int(begins[low]), int(begins[high])
            if start == end:
                continue
            part = keys[filled : filled + end - start]
            terms = section.ranks[low:high].astype(np.uint64) - np.uint64(first)
            part[:] = np.repeat(terms << _TERM_SHIFT, section.counts[low:high])
            documents = self._new[section.first :][section.documents.read(start, end)]
            part |= documents.astype(np.uint64) << _DOCUMENT_SHIFT
            part |= section.places.read(start, end)
            filled += end - start
        keys.sort()
        # Where a posting begins, the key differs from the one before in a bit above its place.
        postings = np.flatnonzero((keys[1:] ^ keys[:-1]) >= np.uint64(1 << PLACE_BITS))
        postings += 1
        postings = np.concatenate((np.zeros(min(len(keys), 1), np.int64), postings))
        return Batch(
            first=first,
            last=last,
            frequencies=self._frequencies[first:last],
            postings=postings,
            documents=(keys[postings] >> _DOCUMENT_SHIFT).astype(np.uint32) & np.uint32(MAX_DOCUMENTS - 1),
            places=keys.astype(np.uint32) & np.uint32(PLACE_MASK),
        )
