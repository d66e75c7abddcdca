"""Phrases over one segment: documents that have all words, then those in which the words stand in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.postings import ESCAPE, MARK_EVERY, OCCURRENCE_MASK
from searcher.execution.columns import Columns, find, marks
from searcher.execution.union import SEARCH_BELOW, SEARCH_RATIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from searcher.execution.lists import TermList

# Below this share of a list its offsets are summed from the nearest mark instead of over the whole list.
FEW = 24


def phrase_hits(
    columns: Columns, lists: Sequence[TermList], offsets: Sequence[int], slop: int
) -> npt.NDArray[Any]:
    """Return the documents in which a phrase stands, sorted.

    Args:
        columns: The segment.
        lists: A list for each word, the same one twice for a repeated word.
        offsets: The place of each word after the first one's.
        slop: How much farther each next word may stand, plus one.
    """
    docs, places = _together(columns, lists)
    if not len(docs):
        return docs
    rows = np.arange(len(docs))
    owner, position = _positions(lists[0], places[0], rows)
    for at in range(1, len(lists)):
        gap = offsets[at] - offsets[at - 1]
        next_owner, next_position = _positions(lists[at], places[at], rows)
        reached = (owner.astype(np.int64) << 32) + position
        wanted = (next_owner.astype(np.int64) << 32) + next_position
        kept = np.zeros(len(wanted), np.bool_)
        for extra in range(slop):
            target = wanted - (gap + extra)
            kept |= reached.take(reached.searchsorted(target), mode="clip") == target
        owner, position = next_owner[kept], next_position[kept]
        if not len(owner):
            return docs[:0]
    return docs[np.unique(owner)]


def _together(
    columns: Columns, lists: Sequence[TermList]
) -> tuple[npt.NDArray[Any], list[npt.NDArray[Any]]]:
    """Return the documents that are in all lists, and their places in each."""
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]))
    docs = lists[order[0]].ids
    places: dict[int, npt.NDArray[Any]] = {order[0]: np.arange(len(docs))}
    for at in order[1:]:
        ids = lists[at].ids
        if len(docs) < SEARCH_BELOW or SEARCH_RATIO * len(docs) < len(ids):
            mine, there = find(ids, docs)
        else:
            scratch = marks(columns.segment.documents, np.uint32)
            spots = docs.astype(np.intp)
            try:
                scratch[spots] = np.arange(1, len(docs) + 1, dtype=np.uint32)
                numbers = scratch[ids]
            finally:
                scratch[spots] = 0
            there = numbers.nonzero()[0]
            mine = numbers[there].astype(np.intp) - 1
        docs = docs[mine]
        places = {other: spots[mine] for other, spots in places.items()}
        places[at] = there
    return docs, [places[at] for at in range(len(lists))]


def _positions(
    one: TermList, places: npt.NDArray[Any], rows: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return every position of some postings as (row, position), ascending."""
    field = one.postings
    numbers = one.postings_at(places)
    offsets, counts = _offsets(one, numbers)
    if int(counts.max(initial=1)) == 1:
        return rows, field.positions[offsets].astype(np.int64)
    owner = np.repeat(rows, counts)
    ends = counts.cumsum()
    inner = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
    return owner, field.positions[np.repeat(offsets, counts) + inner].astype(np.int64)


def _offsets(one: TermList, numbers: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return where the positions of some postings begin, and how many each has."""
    field = one.postings
    first, last = one.bounds()
    if len(numbers) * FEW > last - first:
        counts = field.occurrences(first, last)
        ends = counts.cumsum()
        start = int(field.marks[first // MARK_EVERY])
        before = first - first % MARK_EVERY
        if before < first:
            start += int(field.occurrences(before, first).sum())
        spots = numbers - first
        here = counts[spots]
        return ends[spots] - here + start, here
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
