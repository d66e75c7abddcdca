"""Mark the matches that have near duplicates."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.arrays.doc_sets import Array


class GroupColumns:
    """The groups of near duplicates in an open index, as arrays sorted by group.

    Args:
        by_segment: For each segment, the documents in groups, and the group of each.
        bases: The index-wide number of each segment's first document.
        documents: The number of documents of the index.

    Attributes:
        documents: The documents in groups, sorted by group. The index of a document in this array, which is
            at least 1, is called its place.
        groups: For each place, the group of its document; -1 at place 0.
        firsts: The first place of each group, followed by the place after the last group.
        places: The place of each document of the index; 0 for documents without near duplicates.
        places_by_segment: For each segment, the part of ``places`` with its documents.
    """

    def __init__(self, by_segment: Sequence[tuple[Array, Array]], bases: list[int], documents: int) -> None:
        pairs = zip(by_segment, bases, strict=True)
        docs = [docs.astype(np.int64) + base for (docs, _), base in pairs]
        grouped = np.concatenate(docs)
        numbers = np.concatenate([numbers.astype(np.int64) for _, numbers in by_segment])
        order = numbers.argsort(kind="stable")
        self.documents = np.concatenate(([-1], grouped.take(order)))
        self.groups = np.concatenate(([-1], numbers.take(order)))
        self.firsts = self.groups.searchsorted(np.arange(int(self.groups[-1]) + 2))
        self.places = np.zeros(documents, np.intp)
        self.places[grouped.take(order)] = np.arange(1, len(order) + 1)
        ends = [*bases[1:], documents]
        self.places_by_segment = [self.places[first:end] for first, end in zip(bases, ends, strict=True)]

    def new_matches(self) -> ArrayDuplicateMatches:
        """Return an empty collection, to which matches can be added."""
        return ArrayDuplicateMatches(self)


class ArrayDuplicateMatches:
    """The matches of a request that are in a group of near duplicates."""

    def __init__(self, columns: GroupColumns) -> None:
        self._columns = columns
        self._marked = np.zeros(len(columns.groups), np.bool_)

    def add(self, number: int, docs: Array) -> None:
        """Add matches in a segment."""
        self._marked[self._columns.places_by_segment[number].take(docs)] = True

    @cached_property
    def below_hits(self) -> int:
        """The number of matches shown below the hit of their group."""
        self._marked[0] = False
        groups = self._columns.groups.take(self._marked.nonzero()[0])
        return int(np.count_nonzero(groups[1:] == groups[:-1]))

    def find_groups(self, documents: Array) -> tuple[Array, Array]:
        """Return the indexes of the documents that have near duplicates, and their groups."""
        places = self._columns.places.take(documents)
        grouped = places.nonzero()[0]
        return grouped, self._columns.groups.take(places.take(grouped))

    def same(self, documents: Sequence[int]) -> dict[int, list[int]]:
        """Map each document that has near duplicates among the matches to these near duplicates."""
        found = {document: self._others(document) for document in documents}
        return {document: others for document, others in found.items() if others}

    def _others(self, document: int) -> list[int]:
        columns = self._columns
        if not (place := columns.places.item(document)):
            return []
        first, end = columns.firsts[columns.groups.item(place) :][:2].tolist()
        members = columns.documents[first:end][self._marked[first:end]].tolist()
        return [member for member in members if member != document]


def find_repeated(groups: Array) -> Array:
    """Return the indexes at which a group occurs that also occurs earlier in the array."""
    first, places = np.empty(int(groups.max(initial=-1)) + 1, np.intp), np.arange(len(groups))
    first[groups[::-1]] = places[::-1]  # of repeated indexes, the last assignment is kept
    return (first.take(groups) != places).nonzero()[0]


def find_outranked(ranked: Array, groups: Array) -> tuple[Array, Array]:
    """Find the documents with a lower score than another document of their group.

    Returns:
        The indexes of these documents, and the indexes of the documents that share the highest score of their
        group with an earlier document of the group.
    """
    highest = np.full(int(groups.max()) + 1, -np.inf, ranked.dtype)
    np.maximum.at(highest, groups, ranked)
    is_best = ranked == highest.take(groups)
    best = is_best.nonzero()[0]
    return (~is_best).nonzero()[0], best.take(find_repeated(groups.take(best)))
