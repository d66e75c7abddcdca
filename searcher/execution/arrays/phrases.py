"""Phrases over one segment: documents with all words, then those in which the words stand in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.codec.postings import ESCAPE, MARK_EVERY, OCCURRENCE_MASK
from searcher.execution.arrays.columns import Columns, find, marks
from searcher.execution.arrays.union import SEARCH_BELOW, SEARCH_RATIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from searcher.execution.arrays.lists import TermList

# Below this share of a longer list its offsets are summed from the nearest mark, not over the whole list.
FEW = 24
SHORT = 8192
PAIR = 2  # words of most phrases
READ_SINGLY = 32  # occurrences that are compared one by one in less time than arrays of them are made
ROW = 1 << 33  # parts the positions of a document from those of the next


def phrase_hits(
    columns: Columns, lists: Sequence[TermList], offsets: Sequence[int], slop: int
) -> tuple[npt.NDArray[Any], list[npt.NDArray[Any]]]:
    """Return the documents in which a phrase stands, sorted, and their places in each list.

    Args:
        columns: The segment.
        lists: A list for each word, the same one twice for a repeated word.
        offsets: The place of each word after the first one's.
        slop: How much farther each next word may stand, plus one.
    """
    docs, places = together(columns, lists)
    if not len(docs):
        return docs, places
    if len(lists) == PAIR:
        least = offsets[1] - offsets[0]
        rows = _neighbours(lists, places, least, least + slop - 1)
        return docs.take(rows), [one.take(rows) for one in places]
    reached = _Occurrences(*_positions(lists[0], places[0]))
    for at in range(1, len(lists)):
        if not len(reached.positions):
            return docs[:0], [one[:0] for one in places]
        gap = offsets[at] - offsets[at - 1]
        reached = reached.followed(_Occurrences(*_positions(lists[at], places[at])), gap, gap + slop - 1)
    rows = reached.counts.nonzero()[0]
    return docs.take(rows), [one.take(rows) for one in places]


def _neighbours(
    lists: Sequence[TermList], places: list[npt.NDArray[Any]], least: int, most: int
) -> npt.NDArray[Any]:
    """Return which documents have the second word so far behind the first."""
    (begins, counts), (next_begins, next_counts) = map(_offsets, lists, places)
    first, second = (one.postings for one in lists)
    distance = second.positions_at(next_begins)
    distance -= first.positions_at(begins)
    kept = distance == least if least == most else (distance >= least) & (distance <= most)
    # Only where the first occurrences stand elsewhere, and one of the words occurs again, is more to be read.
    rest = (~kept).nonzero()[0]
    if len(rest):
        here, there = counts.take(rest), next_counts.take(rest)
        several = ((here | there) > 1).nonzero()[0]
        if len(several):
            rest, here, there = rest.take(several), here.take(several), there.take(several)
            before = _Occurrences(here, first.positions_at(_spread(begins.take(rest), here)))
            after = _Occurrences(there, second.positions_at(_spread(next_begins.take(rest), there)))
            if len(before.positions) + len(after.positions) <= READ_SINGLY:
                kept[rest] = before.singly_followed(after, least, most)
            else:
                kept[rest] = before.followed(after, least, most).counts > 0
    rows: npt.NDArray[Any] = kept.nonzero()[0]
    return rows


class _Occurrences(NamedTuple):
    """Occurrences of a word in some documents.

    Attributes:
        counts: How many each document has.
        positions: Where they stand, document by document, ascending.
    """

    counts: npt.NDArray[Any]
    positions: npt.NDArray[Any]

    def followed(self, word: _Occurrences, least: int, most: int) -> _Occurrences:
        """Return the occurrences of the next word that stand so far behind one of these."""
        documents = len(self.counts)
        if documents == len(self.positions) == len(word.positions) and self.counts.all():
            distance = word.positions - self.positions
            kept = distance == least if least == most else (distance >= least) & (distance <= most)
            return _Occurrences(kept, word.positions[kept])
        if least == most:
            rows = np.arange(0, documents * ROW, ROW)
            here = np.repeat(rows, self.counts) + self.positions
            wanted = np.repeat(rows, word.counts) + (word.positions - least)
            kept = here.take(here.searchsorted(wanted), mode="clip") == wanted
            places = word.counts.cumsum() - 1
            reached = kept.cumsum()[places]
            reached[1:] -= reached[:-1].copy()
            return _Occurrences(reached, word.positions[kept])
        # Every occurrence of the next word beside every one of this word in the same document.
        owner = np.repeat(np.arange(len(word.counts)), word.counts)
        before = self.counts.astype(np.int64)
        pairs = before.take(owner)
        ends = pairs.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        mine = (before.cumsum() - before).take(owner)
        inner = np.arange(total) + np.repeat(mine - (ends - pairs), pairs)
        which = np.repeat(np.arange(len(owner)), pairs)
        distance = word.positions.take(which) - self.positions.take(inner)
        kept = np.zeros(len(owner), np.bool_)
        kept[which[(distance >= least) & (distance <= most)]] = True
        return _Occurrences(np.bincount(owner[kept], minlength=len(self.counts)), word.positions[kept])

    def singly_followed(self, word: _Occurrences, least: int, most: int) -> list[bool]:
        """Return in which documents the next word stands so far behind, of few occurrences one by one."""
        before, after = self.positions.tolist(), word.positions.tolist()
        found = []
        start = next_start = 0
        for count, next_count in zip(self.counts.tolist(), word.counts.tolist(), strict=True):
            end, next_end = start + count, next_start + next_count
            here, there = before[start:end], after[next_start:next_end]
            found.append(any(least <= later - earlier <= most for earlier in here for later in there))
            start, next_start = end, next_end
        return found


def together(columns: Columns, lists: Sequence[TermList]) -> tuple[npt.NDArray[Any], list[npt.NDArray[Any]]]:
    """Return the documents that are in all lists, and their places in each."""
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]))
    docs = lists[order[0]].ids
    places: dict[int, npt.NDArray[Any]] = {}
    for at in order[1:]:
        mine, there = _met(columns, docs, lists[at].ids)
        docs = docs.take(mine)
        places = {other: spots.take(mine) for other, spots in places.items()} or {order[0]: mine}
        places[at] = there
    if not places:
        places[order[0]] = np.arange(len(docs))
    return docs, [places[at] for at in range(len(lists))]


def _met(
    columns: Columns, docs: npt.NDArray[Any], ids: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the places of common documents in a list and in one that is not shorter."""
    if len(docs) < SEARCH_BELOW or SEARCH_RATIO * len(docs) < len(ids):
        return find(ids, docs)
    scratch = marks(columns.segment.documents, np.uint32)
    spots = docs.astype(np.intp)
    try:
        scratch[spots] = np.arange(1, len(docs) + 1, dtype=np.uint32)
        numbers = scratch.take(ids)
    finally:
        scratch[spots] = 0
    there = numbers.nonzero()[0]
    return numbers.take(there).astype(np.intp) - 1, there


def _positions(one: TermList, places: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return how many positions each of some postings has, and all positions, posting by posting."""
    begins, counts = _offsets(one, places)
    return counts, one.postings.positions_at(_spread(begins, counts))


def _spread(begins: npt.NDArray[Any], counts: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return all numbers of some runs, run by run, from where each begins and how many it has."""
    ends = counts.cumsum(dtype=np.int64)
    total = int(ends[-1])
    if total == len(counts):
        return begins
    ends -= counts
    spread: npt.NDArray[Any] = np.repeat(begins - ends, counts)
    spread += np.arange(total)
    return spread


def _offsets(one: TermList, places: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return where the positions of some postings begin, and how many each has."""
    field = one.postings
    first, last = one.bounds()
    if last - first <= SHORT or len(places) * FEW > last - first:
        spots = one.spots_at(places)
        counts = field.occurrences(first, last) if one.escaped else field.counts[first:last] & OCCURRENCE_MASK
        here = counts.take(spots)
        begins = counts.cumsum(dtype=np.int64).take(spots)
        begins -= here
        begins += one.first_position
        return begins, here
    numbers = one.postings_at(places)
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
