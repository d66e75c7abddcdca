"""Find candidate pairs of near duplicates: documents whose sketches share a key.

A sketch is a row of hashes (keys) of a document; documents with similar texts have some equal keys.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.codec.duplicate_sets import KINDS, write_groups
from indexer.schema import LANGUAGES, SKETCH_KEYS, text_field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.codec.duplicate_sets import GroupKind, Groups
    from indexer.codec.layout import IndexFile
    from indexer.codec.segment import Segment

    Numbers = NDArray[Any]
    WordSet = list[tuple[GroupKind, list[int]]]


MAX_EXHAUSTIVE_ITEMS: Final = 16
"""The maximum number of documents with the same key for which all pairs are compared."""

NEIGHBOURS: Final = 2
"""With more documents, each is compared with the longest, and with this many that are next in length."""

MOSTLY: Final = 0.75
"""The share of frequent keys from which a document is also compared by its frequent keys."""

MAX_ENTRIES: Final = 1 << 21
"""The maximum number of keys held in memory at a time."""

_BLOCK: Final = 1 << 17  # keys that are read at a time: they stay in the processor's cache
_BITS: Final = 20  # with fewer bits, a thousand documents mark so many values that most keys are searched for
_LOW: Final = np.uint32((1 << _BITS) - 1)


class RecordReader(Protocol):
    """The protocol for reading stored records by number."""

    def read(self, numbers: Sequence[int], /) -> Iterator[bytes]:
        """Yield the stored records with the given numbers, which must be ascending."""


class ComparedSegment(Protocol):
    """A segment whose documents are compared.

    All documents of an index on a cluster form one segment.
    """

    @property
    def name(self) -> str:
        """The name of the segment."""

    @property
    def documents(self) -> int:
        """The number of documents, including deleted ones."""

    @property
    def fields(self) -> Container[str]:
        """The fields whose exact lengths are stored."""

    @property
    def records(self) -> RecordReader:
        """The stored records, with the numbers in the column ``stored_at``."""

    def array(self, name: str, /) -> Numbers:
        """Return a column as an array, such as ``sketches``."""

    def column(self, name: str, /) -> Sequence[int]:
        """Return a column: ``start``, ``end`` or ``stored_at``."""

    def head(self, doc: int, /) -> tuple[str, str | None]:
        """Return the id of a document, and its title if the store has it."""

    def read_record(self, doc: int, /) -> bytes:
        """Return the stored record of a document."""

    def release(self) -> None:
        """Drop the pages of the segment's files from memory."""


class GroupsBefore(Protocol):
    """The groups of the previous generation.

    Documents are identified by their numbers in the next generation.
    """

    @property
    def lost(self) -> set[int]:
        """The groups that lost a member."""

    @property
    def remaining_members(self) -> set[int]:
        """The other members of the groups that lost a member, for example by deletion."""

    def members(self, groups: Iterable[int]) -> set[int]:
        """Return the members of the given groups that are not deleted."""

    def groups_of(self, documents: Iterable[int]) -> set[int]:
        """Return the groups of the given documents."""


class Candidates:
    """The documents of an index, without deleted ones, to search for near duplicates.

    Document numbers continue from segment to segment.
    """

    def __init__(self, segments: Sequence[ComparedSegment], deleted: Sequence[Collection[int]]) -> None:
        self.segments = segments
        self.bases: list[int] = []
        self.documents = 0
        for segment in segments:
            self.bases.append(self.documents)
            self.documents += segment.documents
        gone = [base + doc for base, docs in zip(self.bases, deleted, strict=True) for doc in docs]
        self._deleted = np.array(sorted(gone), np.int64)

    def locate(self, document: int) -> tuple[ComparedSegment, int]:
        """Return the segment of a document, and its number in the segment."""
        at = bisect_right(self.bases, document) - 1
        return self.segments[at], document - self.bases[at]

    def lengths(self, documents: Numbers) -> Numbers:
        """Return the number of words in all ranked texts of each document."""
        found = np.zeros(len(documents), np.int64)
        for segment, own, docs in self._by_segment(documents):
            for field in map(text_field, LANGUAGES):
                if field in segment.fields:
                    found[own] += segment.array(f"{field}.lengths")[docs]
        return found

    def _by_segment(self, documents: Numbers) -> Iterator[tuple[ComparedSegment, Numbers, Numbers]]:
        """Yield each segment with the given documents in it.

        Yields:
            The segment, the positions of its documents in ``documents``, and the numbers of these documents
            in the segment.
        """
        for base, segment in zip(self.bases, self.segments, strict=True):
            own = np.flatnonzero((documents >= base) & (documents < base + segment.documents))
            if len(own):
                yield segment, own, documents[own] - base

    def pairs(self, documents: Numbers | None = None) -> Numbers:
        """Return distinct candidate pairs, as an array with two columns.

        The first column has the lower document number.

        Args:
            documents: Documents in ascending order. Only pairs with at least one of them are returned.
                ``None`` to return all pairs.
        """
        wanted = None if documents is None else distinct(self._rows(documents).ravel())
        entries = self.documents * SKETCH_KEYS
        parts = 1 if wanted is not None else 1 + entries // MAX_ENTRIES
        both = np.empty(0, np.uint64)
        frequent = [(np.empty(0, np.uint32), np.empty(0, np.int64))]
        for part in range(parts):
            keys, owners = self._entries(wanted, part, parts)
            runs = np.diff(_begins(keys), append=len(keys))
            sizes = np.repeat(runs, runs)
            few, many = (sizes > 1) & (sizes <= MAX_EXHAUSTIVE_ITEMS), sizes > MAX_EXHAUSTIVE_ITEMS
            near = _neighbours(keys[few], owners[few], MAX_EXHAUSTIVE_ITEMS - 1)
            found = [_encode_pairs(*pair) for pair in near]
            both = distinct(np.concatenate((both, *found)))  # most pairs share several keys
            frequent.append((keys[many], owners[many]))
        found = self._frequent_pairs(*map(np.concatenate, zip(*frequent, strict=True)))
        both = distinct(np.concatenate((both, *found)))
        pairs = np.stack((both >> np.uint64(32), both & np.uint64(0xFFFFFFFF)), axis=1).astype(np.int64)
        if documents is not None:
            pairs = pairs[among(pairs, documents).any(axis=1)]
        return pairs

    def _rows(self, documents: Numbers) -> Numbers:
        """Return the sketches of documents, each a row of keys."""
        found = np.zeros((len(documents), SKETCH_KEYS), np.uint32)
        for segment, own, docs in self._by_segment(documents):
            found[own] = segment.array("sketches").reshape(-1, SKETCH_KEYS)[docs]
        return found

    def _entries(self, wanted: Numbers | None, part: int, parts: int) -> tuple[Numbers, Numbers]:
        """Return an array of sketch keys and an array of the documents that have them, sorted by key.

        Only keys in ``wanted`` are included. If ``wanted`` is ``None``, only keys whose remainder after
        division by ``parts`` is ``part`` are included, to save memory. Deleted documents are left out.
        """
        keys, owners = [np.empty(0, np.uint32)], [np.empty(0, np.int64)]
        marked = np.zeros(1 << _BITS, bool)
        if wanted is not None:
            marked[wanted & _LOW] = True
        for base, segment in zip(self.bases, self.segments, strict=True):
            column = segment.array("sketches")
            if wanted is None:
                at = _positions_where(column, lambda keys: (keys != 0) & (keys % np.uint32(parts) == part))
            else:
                at = _positions_where(column, lambda keys: marked.take(keys & _LOW))
                at = at[among(column[at], wanted)]
            keys.append(column[at])
            owners.append(at // SKETCH_KEYS + base)
        key, owner = np.concatenate(keys), np.concatenate(owners)
        if len(self._deleted):
            live = ~among(owner, self._deleted)
            key, owner = key[live], owner[live]
        order = np.lexsort((owner, key))
        key, owner = key[order], owner[order]
        once = np.ones(len(key), bool)
        once[1:] = (key[1:] != key[:-1]) | (owner[1:] != owner[:-1])
        return key[once], owner[once]

    def _frequent_pairs(self, keys: Numbers, owners: Numbers) -> list[Numbers]:
        """Return pairs of documents with the same frequent key, each encoded as one number.

        To limit their number, a document is only paired with the longest document of a key and with its
        neighbours in the order of length. Two documents with enough rarer keys are not paired, because their
        rarer keys pair them.
        """
        if not len(keys):
            return []
        counts = np.bincount(owners, minlength=self.documents)
        some = np.flatnonzero(counts)
        rows = np.sort(self._rows(some), axis=1)
        distinct = (rows[:, 0] != 0) + ((rows[:, 1:] != rows[:, :-1]) & (rows[:, 1:] != 0)).sum(axis=1)
        common = np.zeros(self.documents, bool)
        common[some] = counts[some] >= MOSTLY * distinct
        order = np.lexsort((rows[np.searchsorted(some, owners), 0], -self.lengths(owners), keys))
        keys, owners = keys[order], owners[order]
        begins = _begins(keys)
        longest = np.repeat(owners[begins], np.diff(begins, append=len(keys)))
        others = longest != owners
        pairs = [(longest[others], owners[others]), *_neighbours(keys, owners, NEIGHBOURS)]
        kept = [common[one] | common[other] for one, other in pairs]
        return [_encode_pairs(one[own], other[own]) for (one, other), own in zip(pairs, kept, strict=True)]


def _positions_where(column: Numbers, chosen: Callable[[Numbers], Numbers]) -> Numbers:
    """Return the positions of the selected values of a column, which is read block by block.

    ``chosen`` is called with a block, and returns the mask of the selected values.
    """
    blocks = range(0, len(column), _BLOCK)
    found = [np.flatnonzero(chosen(column[first : first + _BLOCK])) + first for first in blocks]
    return np.concatenate((np.empty(0, np.int64), *found))


def among(values: Numbers, some: Numbers) -> Numbers:
    """Return a mask that is true for each of ``values`` that occurs in the sorted array ``some``."""
    if not len(some):
        return np.zeros(values.shape, bool)
    found: Numbers = some[np.minimum(np.searchsorted(some, values), len(some) - 1)] == values
    return found


def _begins(keys: Numbers) -> Numbers:
    """Return the position of the first of each series of equal keys in a sorted array."""
    return np.flatnonzero(np.diff(keys.astype(np.int64), prepend=-1))


def _neighbours(keys: Numbers, owners: Numbers, most: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield pairs of documents with equal keys: neighbours, then documents two apart, and so on.

    ``owners[i]`` is the document that has ``keys[i]``; keys are sorted. ``most`` is the maximum distance
    between the positions of two paired documents.
    """
    for apart in range(1, most + 1):
        at = np.flatnonzero(keys[apart:] == keys[:-apart])
        if not len(at):
            break
        yield owners[at], owners[at + apart]


def _encode_pairs(first: Numbers, second: Numbers) -> Numbers:
    """Encode each pair of documents as one number, with the lower document in the upper 32 bits."""
    low, high = np.minimum(first, second).astype(np.uint64), np.maximum(first, second).astype(np.uint64)
    joined: Numbers = (low << np.uint64(32)) | high
    return joined


def components(pairs: Numbers, size: int) -> Iterator[Numbers]:
    """Yield the pairs in batches of about ``size`` documents.

    Pairs that are connected, directly or through other pairs, are in the same batch.
    """
    documents, places = np.unique(pairs, return_inverse=True)
    one, other = places.reshape(-1, 2).T
    labels, before = np.arange(len(documents)), np.empty(0, np.int64)
    while not np.array_equal(labels, before):  # each document takes the lowest label near it, then its label
        before = labels
        lowest, labels = np.minimum(labels[one], labels[other]), labels.copy()
        for side in (before[one], before[other]):
            np.minimum.at(labels, side, lowest)
        labels = labels[labels]
    order = labels[one].argsort(kind="stable")
    of_pair = labels[one][order]
    until = np.cumsum(np.bincount(labels))  # the number of documents up to each label
    first = 0
    while first < len(order):
        done = until[of_pair[first] - 1] if of_pair[first] else 0
        last = int(of_pair.searchsorted(until.searchsorted(done + size), "right"))
        yield pairs[order[first:last]]
        first = last


class KeptGroups:
    """The groups of the previous generation, most of which the next generation keeps.

    Attributes:
        lost: The groups that lost a member.
        remaining_members: The members of these groups that are not deleted.
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
        self.remaining_members = self.members(self.lost)

    def members(self, groups: Iterable[int]) -> set[int]:
        """Return the members of the given groups that are not deleted."""
        chosen = among(self._groups, np.array(sorted(groups), np.int64))
        return {*self._documents[chosen].tolist()}

    def groups_of(self, documents: Iterable[int]) -> set[int]:
        """Return the groups of the given documents."""
        chosen = among(self._documents, np.array(sorted(documents), np.int64))
        return {*self._groups[chosen].tolist()}

    def are_unchanged(self, touched: Collection[int], found: WordSet) -> bool:
        """Return whether the recomputed groups equal those that they replace."""
        if not self.lost.isdisjoint(touched) or len(touched) != len(found):
            return False
        chosen = among(self._groups, np.array(sorted(touched), np.int64))
        members: dict[int, list[int]] = {}
        pairs = zip(self._groups[chosen].tolist(), self._documents[chosen].tolist(), strict=True)
        for group, document in pairs:
            members.setdefault(group, []).append(document)
        before = {(self._known.kind(group), frozenset(some)) for group, some in members.items()}
        return before == {(kind, frozenset(some)) for kind, some in found}

    def write(self, folder: Path, name: str, touched: Collection[int], found: WordSet) -> IndexFile | None:
        """Write the groups of the next generation: the recomputed ones, and the unchanged ones.

        Args:
            folder: The folder of the segments.
            name: The name of the file to write.
            touched: The numbers of the previous groups that are replaced.
            found: The recomputed groups.

        Returns:
            The written file, or ``None`` if there are no groups.
        """
        stays = ~among(self._groups, np.array(sorted(touched), np.int64))
        first = len(self._known)
        members = np.fromiter(chain.from_iterable(members for _, members in found), np.int64)
        numbers = np.repeat(np.arange(first, first + len(found)), [len(members) for _, members in found])
        kinds = [self._known.kinds(), np.array([KINDS.index(kind) for kind, _ in found], np.int64)]
        rows = np.append(self._documents[stays], members), np.append(self._groups[stays], numbers)
        if not len(rows[0]):
            return None
        order = np.argsort(rows[0], kind="stable")
        document, group = rows[0][order], rows[1][order]
        group, numbers = _renumber_groups(group)
        sizes = {segment.name: segment.documents for segment in self._segments}
        return write_groups(folder / name, document, group, np.concatenate(kinds)[numbers], sizes)


def _renumber_groups(groups: Numbers) -> tuple[Numbers, Numbers]:
    """Number groups in the order of their first members.

    Returns:
        The new number of each value of ``groups``, and the old number of each new group.
    """
    numbers, first, at = np.unique(groups, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.argsort(order)[at], numbers[order]
