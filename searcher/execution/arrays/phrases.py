"""Phrases over one segment: documents with all words, then those in which the words stand in their places."""

from __future__ import annotations

from operator import sub
from typing import TYPE_CHECKING

import numpy as np

from indexer.codec.postings import ESCAPE, MARK_EVERY, OCCURRENCE_MASK
from indexer.named_tuple import NamedTuple
from searcher.execution.arrays.doc_sets import Array, meet_all
from searcher.execution.arrays.posting_list import posting_lists, sum_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.arrays.columns import Columns
    from searcher.execution.arrays.posting_list import PostingList
    from searcher.execution.weighted import WeightedPhrase

# Below this share of a longer list its offsets are summed from the nearest mark, not over the whole list.
FEW = 24
SHORT = 8192
PAIR = 2  # words of most phrases
ROW = 1 << 33  # parts the positions of a document from those of the next


class PhraseMatches(NamedTuple):
    """The documents in which a phrase stands.

    Attributes:
        ids: These, sorted, uint32.
        lists: The posting list of each term.
        places: The places of the documents in each list.
    """

    ids: Array
    lists: Sequence[PostingList]
    places: Sequence[Array]

    def scores_at(self, at: Array | slice) -> Array:
        """Compute the exact scores of the documents at some places in ``ids``, float64."""
        return sum_scores(self.lists, [spots[at] for spots in self.places])


def find_phrase(columns: Columns, phrase: WeightedPhrase, among: Array | None = None) -> PhraseMatches | None:
    """Find the documents in which a phrase stands, deleted ones left out; None where there are none.

    Args:
        columns: The segment.
        phrase: The phrase.
        among: Documents to look at, sorted; None for all.
    """
    lists = posting_lists(columns, phrase.terms)
    if len(lists) < len(phrase.terms) or not lists[0].postings.has_positions:
        return None
    of_terms = [one.ids for one in lists]
    docs, places = meet_all(of_terms if among is None else [*of_terms, among], columns.segment.documents)
    if not len(docs):
        return None
    places = places[: len(lists)]
    distances = [(gap, gap + phrase.slop - 1) for gap in map(sub, phrase.offsets[1:], phrase.offsets)]
    if len(lists) == PAIR:
        rows = _pairs(lists, places, *distances[0])
    else:
        reached = _occurrences(lists[0], places[0])
        for at, (least, most) in enumerate(distances, start=1):
            if len(reached.positions):
                reached = reached.followed(_occurrences(lists[at], places[at]), least, most)
        rows = reached.counts.nonzero()[0]
    rows = rows[columns.live_at(docs.take(rows))]
    return PhraseMatches(docs.take(rows), lists, [one.take(rows) for one in places]) if len(rows) else None


def _pairs(lists: Sequence[PostingList], places: Sequence[Array], least: int, most: int) -> Array:
    """Find which documents have the second term so far behind the first."""
    (begins, counts), (next_begins, next_counts) = map(_offsets, lists, places)
    first, second = (one.postings for one in lists)
    distance = second.positions_at(next_begins)
    distance -= first.positions_at(begins)
    kept = distance == least if least == most else (distance >= least) & (distance <= most)
    # Only where the first occurrences stand elsewhere, and one of the terms occurs again, is more to be read.
    rest = (~kept & ((counts | next_counts) > 1)).nonzero()[0]
    if len(rest):
        here, there = counts.take(rest), next_counts.take(rest)
        before = _Occurrences(here, first.positions_at(_spread(begins.take(rest), here)))
        after = _Occurrences(there, second.positions_at(_spread(next_begins.take(rest), there)))
        kept[rest] = before.followed(after, least, most).counts > 0
    rows: Array = kept.nonzero()[0]
    return rows


class _Occurrences(NamedTuple):
    """Occurrences of a term in some documents.

    Attributes:
        counts: How many each document has.
        positions: Their positions, document by document, ascending.
    """

    counts: Array
    positions: Array

    def followed(self, term: _Occurrences, least: int, most: int) -> _Occurrences:
        """Give the occurrences of the next term, one a document at least, that stand so far behind these."""
        documents = len(self.counts)
        if documents == len(self.positions) == len(term.positions) and self.counts.all():
            distance = term.positions - self.positions
            kept = (distance >= least) & (distance <= most)
            return _Occurrences(kept, term.positions[kept])
        rows = np.arange(0, documents * ROW, ROW)
        here = rows.repeat(self.counts) + self.positions
        there = rows.repeat(term.counts) + term.positions
        distance = there - here.take(here.searchsorted(there - most), mode="clip")
        kept = (distance >= least) & (distance <= most)
        starts = term.counts.cumsum(dtype=np.intp) - term.counts
        return _Occurrences(np.add.reduceat(kept, starts, dtype=np.intp), term.positions[kept])


def _occurrences(one: PostingList, places: Array) -> _Occurrences:
    begins, counts = _offsets(one, places)
    return _Occurrences(counts, one.postings.positions_at(_spread(begins, counts)))


def _spread(begins: Array, counts: Array) -> Array:
    """Give all numbers of some runs, run by run, from where each begins and how many it has."""
    ends = counts.cumsum(dtype=np.int64)
    total = int(ends[-1])
    if total == len(counts):
        return begins
    ends -= counts
    spread: Array = np.repeat(begins - ends, counts)
    spread += np.arange(total)
    return spread


def _offsets(one: PostingList, places: Array) -> tuple[Array, Array]:
    """Find where the positions of some postings begin, and how many each has."""
    field = one.postings
    first, last = one.first, one.last
    if last - first <= SHORT or len(places) * FEW > last - first:
        spots = one.spots_at(places)
        counts = field.occurrences(first, last) if one.escaped else field.counts[first:last] & OCCURRENCE_MASK
        here = counts.take(spots)
        begins = counts.cumsum(dtype=np.int64).take(spots)
        begins -= here
        begins += one.first_position
        return begins, here
    numbers = one.spots_at(places) + one.first
    inner = numbers % MARK_EVERY
    windows = (numbers - inner)[:, None] + np.arange(MARK_EVERY)
    bytes_ = field.counts.take(windows, mode="clip")
    counts = (bytes_ & OCCURRENCE_MASK).astype(np.int64)
    for row, column in np.argwhere(bytes_ == ESCAPE).tolist():
        if windows[row, column] <= numbers[row]:
            counts[row, column] = field.count_of(int(windows[row, column]))[1]
    here = counts[np.arange(len(numbers)), inner]
    counts[np.arange(MARK_EVERY) >= inner[:, None]] = 0
    return field.marks[numbers // MARK_EVERY].astype(np.int64) + counts.sum(1), here
