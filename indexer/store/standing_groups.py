"""The groups of the generation before, by the numbers of the next one, as arrays: there may be very many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.groups import KINDS, write_rows
from indexer.store.candidates import among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.codec.groups import GroupKind, Groups, GroupsEntry
    from indexer.codec.segment import Segment

    Numbers = NDArray[Any]
    Found = list[tuple[GroupKind, list[int]]]


class StandingGroups:
    """Groups that may stay as they are.

    Args:
        segments: The segments of the next generation.
        deleted: The deleted documents of each.
        known: The groups of the generation before.

    Attributes:
        lost: The groups that have lost a member.
        left: The live members of these.
    """

    def __init__(
        self, segments: Sequence[Segment], deleted: Sequence[Collection[int]], known: Groups
    ) -> None:
        self._known = known
        self._segments = segments
        documents, groups, lost = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        base, names = 0, set()
        for segment, gone in zip(segments, deleted, strict=True):
            own, of = (part.astype(np.int64) for part in known.arrays(segment.name))
            live = ~among(own, np.array(sorted(gone), np.int64))
            documents.append(base + own[live])
            groups.append(of[live])
            lost.append(of[~live])
            base += segment.documents
            names.add(segment.name)
        lost += [known.arrays(name)[1].astype(np.int64) for name in known.segments if name not in names]
        self._documents, self._groups = np.concatenate(documents), np.concatenate(groups)
        self.lost = {*np.concatenate(lost).tolist()}
        self.left = self.members(self.lost)

    def members(self, groups: Iterable[int]) -> set[int]:
        """Give the live members of groups."""
        chosen = among(self._groups, np.array(sorted(groups), np.int64))
        return {*self._documents[chosen].tolist()}

    def groups_of(self, documents: Iterable[int]) -> set[int]:
        """Give the groups that some documents are in."""
        chosen = among(self._documents, np.array(sorted(documents), np.int64))
        return {*self._groups[chosen].tolist()}

    def are(self, touched: Collection[int], found: Found) -> bool:
        """Tell whether the groups that were touched were found again as they were."""
        if not self.lost.isdisjoint(touched) or len(touched) != len(found):
            return False
        before = {(self._known.kind(group), frozenset(self.members([group]))) for group in touched}
        return before == {(kind, frozenset(members)) for kind, members in found}

    def write(self, folder: Path, name: str, touched: Collection[int], found: Found) -> GroupsEntry | None:
        """Write the groups of the next generation: those that were not touched, and those that were found.

        Args:
            folder: Where the segments lie.
            name: The name of the file, without its ending.
            touched: The groups that stand no more.
            found: The kind and the members of those in their place.
        """
        stays = ~among(self._groups, np.array(sorted(touched), np.int64))
        first = len(self._known)
        documents = [self._documents[stays], *(np.array(members, np.int64) for _, members in found)]
        groups = [self._groups[stays]]
        groups += [np.full(len(members), first + at) for at, (_, members) in enumerate(found)]
        kinds = [self._known.kinds(), np.array([KINDS.index(kind) for kind, _ in found], np.int64)]
        rows = np.concatenate(documents), np.concatenate(groups)
        if not len(rows[0]):
            return None
        order = np.argsort(rows[0], kind="stable")
        document, group = rows[0][order], rows[1][order]
        group, numbers = _renumbered(group)
        sizes = {segment.name: segment.documents for segment in self._segments}
        return write_rows(folder / name, document, group, np.concatenate(kinds)[numbers], sizes)


def _renumbered(groups: Numbers) -> tuple[Numbers, Numbers]:
    """Number groups in the order in which they first appear; give the number before of each new one."""
    order = np.argsort(groups, kind="stable")
    begins = np.flatnonzero(np.diff(groups[order], prepend=-1))
    first = order[begins]  # where each group first appears, by the number that it had
    numbers = groups[first[np.argsort(first)]]
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    renumbered = np.empty(len(groups), np.int64)
    renumbered[order] = np.repeat(rank, np.diff(begins, append=len(groups)))
    return renumbered, numbers
