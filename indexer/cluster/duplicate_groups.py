"""Group the near duplicates of a cluster index, comparing new items with similar ones."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.cluster.bulk_requests import walk
from indexer.cluster.mapping import length_field
from indexer.schema import LANGUAGES, SKETCH_KEYS, text_field
from indexer.store.duplicate_candidates import Candidates
from indexer.store.duplicate_grouping import all_groups, changed_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt
    from numpy.typing import NDArray

    from indexer.cluster.client import Cluster
    from indexer.codec.duplicate_sets import GroupKind
    from indexer.documents import Document

    Numbers = npt.NDArray[Any]
    WordSet = list[tuple[GroupKind, list[int]]]
    Place = tuple[int, GroupKind]  # the group of an item: its number and its kind


def encode_keys(keys: NDArray[Any]) -> list[int]:
    """Return sketch keys as a cluster stores them: as signed 32-bit numbers, without 0 (padding)."""
    found: list[int] = keys[keys != 0].view(np.int32).tolist()
    return found


MAX_HELD: Final = 2_000  # records that are read before pairs are compared


def items_to_regroup(
    items: ComparedItems, lost: set[int], before: tuple[int, int], *, are_new: bool
) -> tuple[dict[int, Place | None], tuple[int, int]]:
    """Return the items whose group of near duplicates changes.

    Args:
        items: The added items, which also fetches items from the cluster.
        lost: The groups that have lost a member.
        before: The number of groups, and the lowest unused group number.
        are_new: Whether the index contains only the added items.

    Returns:
        The new group of each item whose group changes (``None`` if the item leaves its group), and a pair
        that replaces ``before``.
    """
    items.lost = lost
    touched, found = set[int](), []
    if are_new:
        found = all_groups(Candidates([items], [()]))
    else:
        touched, found = changed_groups(_FetchedCandidates(items), items, [True])
    after: dict[int, Place | None] = {
        number: None for number, (group, _) in items.groups.items() if group in touched
    }
    count, unused = before
    free = set(touched)
    for kind, members in found:
        # A group keeps the number of the former group with most of its members.
        had = Counter(items.groups[one][0] for one in members if one in items.groups)
        group = next((group for group, _ in had.most_common() if group in free), unused)
        free.discard(group)
        unused += group == unused
        after.update((one, (group, kind)) for one in members)
    places = {one: place for one, place in after.items() if items.groups.get(one) != place}
    return places, (count - len(touched) + len(found), unused)


class _FetchedCandidates(Candidates):
    """Finds the pairs of items to compare, and fetches their items from the cluster."""

    def __init__(self, items: ComparedItems) -> None:
        super().__init__([items], [()])
        self._items = items

    def pairs(self, documents: Numbers | None = None) -> Numbers:
        """Return pairs of items that may be near duplicates, of which at least one is in ``documents``."""
        assert documents is not None
        self._items.fetch_sharing(documents)
        self.documents = self._items.documents
        found = super().pairs(documents)
        self._items.load([*dict.fromkeys(found.ravel().tolist())][:MAX_HELD])
        return found


RECORD_BATCH_SIZE: Final = 500  # records per request
MAX_KEYS: Final = 4_000  # keys per request
MAX_READ: Final = 4_096  # records in memory in addition to those of a request
_LENGTH: Final = text_field(LANGUAGES[0])  # the field with the length of all texts of an item
_LENGTHS: Final = tuple([length_field(text_field(language)) for language in LANGUAGES])
_COLUMNS: Final = ("sketch", "start", "end", *_LENGTHS)


class ComparedItems:
    """The data of items to compare: new items, and items that are fetched from the cluster when needed.

    It has the interface of a segment with all these items, in which an item is a document.

    Attributes:
        index: The index of the items, set after all added items were sent.
        name: The name of this segment, a constant.
        fields: The fields whose lengths are stored.
        ids: The ids of the items.
        groups: For each item in a group, the group and its kind.
        lost: The groups that lost a member.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.index = ""
        self.name = "items"
        self.fields = (_LENGTH,)
        self.ids: list[str] = []
        self.groups: dict[int, tuple[int, GroupKind]] = {}
        self.lost: set[int] = set()
        self._keys = array("I")
        self._lengths = array("I")
        self._days = {"start": array("I"), "end": array("I")}
        self._arrays: dict[str, Numbers] = {}
        self._numbers: dict[str, int] = {}  # the items by id; filled by the first fetch
        self._fetched_keys: set[int] = set()
        self._records: dict[int, bytes] = {}

    @property
    def documents(self) -> int:
        """The number of items."""
        return len(self.ids)

    @property
    def records(self) -> ComparedItems:
        """The reader of stored records, which is this object."""
        return self

    def add_new(self, document: Document, body: dict[str, Any], keys: Numbers) -> None:
        """Add a new item, given its document, its body without the sketch, and the keys of its sketch."""
        length = sum([body.get(name, 0) for name in _LENGTHS])
        self.add(document.id, keys, length, document.start, document.end)

    def add(self, item_id: str, keys: Numbers, length: int, start: int, end: int) -> int:
        """Add an item, and return its number.

        Args:
            item_id: The id of the item.
            keys: The keys of the sketch, by which similar items are found (:mod:`indexer.bulk.sketches`).
            length: The length of the text.
            start: The first possible day of the date; 0 if there is no date.
            end: The last possible day of the date; 0 if there is no date.
        """
        row = np.zeros(SKETCH_KEYS, np.uint32)
        row[: len(keys)] = keys
        self._keys.frombytes(row.tobytes())
        self._lengths.append(length)
        self._days["start"].append(start)
        self._days["end"].append(end)
        self._arrays.clear()
        self.ids.append(item_id)
        return len(self.ids) - 1

    def array(self, name: str) -> Numbers:
        """Return the sketches or the lengths of all items."""
        if name not in self._arrays:
            values = self._keys if name == "sketches" else self._lengths
            self._arrays[name] = np.array(values, np.uint32)
        return self._arrays[name]

    def column(self, name: str) -> Sequence[int]:
        """Return the first day, the last day or the record number (the item's number) of each item."""
        return self._days.get(name) or range(len(self.ids))

    def head(self, number: int) -> tuple[str, None]:
        """Return the id of an item, and ``None``, because its title is not loaded."""
        return self.ids[number], None

    def release(self) -> None:
        """Do nothing, because items are not read from files."""

    def read_record(self, number: int) -> bytes:
        """Return the record of an item."""
        if number not in self._records:
            self.load([number])
        return self._records[number]

    def load(self, numbers: Sequence[int]) -> None:
        """Load the records of items into memory; if it has too many records, remove them first."""
        some = numbers[:MAX_READ]
        if len(self._records) > MAX_READ:
            self._records.clear()
        missing = [number for number in some if number not in self._records]
        self._records.update(zip(missing, self.read(missing), strict=True))

    def read(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Yield the records of items in order, in batches."""
        for first in range(0, len(numbers), RECORD_BATCH_SIZE):
            some = [self.ids[number] for number in numbers[first : first + RECORD_BATCH_SIZE]]
            hits = walk(self._cluster, self.index, {"terms": {"id": some}}, ("id", "record"))
            found = {hit["_source"]["id"]: hit["_source"]["record"].encode() for hit in hits}
            yield from [found[item_id] for item_id in some]

    def fetch_sharing(self, numbers: Numbers) -> None:
        """Fetch the items that share a sketch key with any of the given items."""
        rows = self.array("sketches").reshape(-1, SKETCH_KEYS)[numbers]
        wanted = {*rows.ravel().tolist()} - self._fetched_keys - {0}
        self._fetched_keys |= wanted
        self._fetch("sketch", np.array(sorted(wanted), np.uint32).view(np.int32).tolist())

    @property
    def remaining_members(self) -> set[int]:
        """The items that remain in the groups that lost a member."""
        return self.members(self.lost)

    def members(self, groups: Iterable[int]) -> set[int]:
        """Fetch the members of the given groups, and return their numbers."""
        return {*self._fetch("group", sorted(groups))}

    def groups_of(self, documents: Iterable[int]) -> set[int]:
        """Return the groups of the given items."""
        return {self.groups[one][0] for one in documents if one in self.groups}

    def _fetch(self, field: str, values: Sequence[int]) -> list[int]:
        """Fetch the items that have any of the given values in a field, and return their numbers."""
        if len(self._numbers) < len(self.ids):
            self._numbers = {item_id: number for number, item_id in enumerate(self.ids)}
        numbers = []
        queries = ({"terms": {field: values[at : at + MAX_KEYS]}} for at in range(0, len(values), MAX_KEYS))
        fields = ("id", "group", "kind")
        pages = (walk(self._cluster, self.index, query, fields, columns=_COLUMNS) for query in queries)
        for hit in chain.from_iterable(pages):
            source, columns = hit["_source"], hit.get("fields", {})
            number = self._numbers.get(source["id"])
            if number is None:
                lengths = [columns[name][0] for name in _LENGTHS if name in columns]
                start, end = (columns.get(name, [0])[0] for name in ("start", "end"))
                keys = np.array(columns.get("sketch", ()), np.int32).view(np.uint32)
                number = self._numbers[source["id"]] = self.add(source["id"], keys, sum(lengths), start, end)
            if "group" in source:
                self.groups[number] = source["group"], source["kind"]
            numbers.append(number)
        return numbers
