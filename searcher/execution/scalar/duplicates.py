"""The matches that have near duplicates, found one document at a time."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.grouping import IndexGroups


class Matching:
    """The matches of one request that have near duplicates.

    Args:
        groups: The groups of the index.
    """

    def __init__(self, groups: IndexGroups) -> None:
        self._groups = groups
        self._group_of: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def add(self, number: int, hits: Sequence[int]) -> None:
        """Take the matches of a segment, ascending."""
        docs, groups = self._groups.by_segment[number]
        base = self._groups.index.bases[number]
        at = 0
        for doc in hits:
            at = bisect_left(docs, doc, at)
            if at < len(docs) and docs[at] == doc:
                self._group_of[base + doc] = groups[at]
                self._members.setdefault(groups[at], []).append(base + doc)

    @property
    def beneath(self) -> int:
        """How many there are less the groups that they are in: those that are no hits."""
        return len(self._group_of) - len(self._members)

    def groups(self, top: list[tuple[int, float]]) -> list[int]:
        """Give the number of the group of each of some matches; -1 where it has none."""
        return [self._group_of.get(document, -1) for document, _ in top]

    def members(self, groups: Sequence[int]) -> dict[int, list[int]]:
        """List the matches of some groups."""
        return {group: self._members[group] for group in groups}
