"""Items of a cluster that are compared with each other: they stand in the place of a segment."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.cluster.mapping import length_field
from indexer.cluster.sketches import read_keys
from indexer.cluster.walk import walk
from indexer.schema import LANGUAGES, SKETCH_KEYS, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.cluster.client import Cluster
    from indexer.codec.groups import GroupKind

    Numbers = NDArray[Any]

TOGETHER: Final = 500  # records that are read in one request
MOST_KEYS: Final = 4_000  # keys that are looked for in one request
MOST_READ: Final = 4_096  # records that are held beside those of a request
_LENGTH: Final = text_field(LANGUAGES[0])  # the field that holds the length of all texts of an item
_LENGTHS: Final = tuple([length_field(text_field(language)) for language in LANGUAGES])
_COLUMNS: Final = ("sketch", "start", "end", *_LENGTHS)


class ComparedItems:
    """Items with what is compared of them first; what is new is added, the rest is fetched as it is needed.

    Args:
        cluster: The cluster.

    Attributes:
        index: The index of the items, once all that was added is there.
        name: A name for them all.
        fields: What holds their lengths.
        ids: Their ids.
        groups: The groups of those that are in one, with the kinds.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.index = ""
        self.name = "items"
        self.fields = (_LENGTH,)
        self.ids: list[str] = []
        self.groups: dict[int, tuple[int, GroupKind]] = {}
        self._keys = array("I")
        self._lengths = array("I")
        self._days = {"start": array("I"), "end": array("I")}
        self._arrays: dict[str, Numbers] = {}
        self._numbers: dict[str, int] = {}  # of ids, once any are fetched
        self._asked: set[int] = set()
        self._records: dict[int, bytes] = {}

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.ids)

    @property
    def records(self) -> ComparedItems:
        """What reads records: this."""
        return self

    def add(self, item_id: str, keys: Numbers, length: int, start: int, end: int) -> int:
        """Add an item; give its number.

        Args:
            item_id: Its id.
            keys: Its sketch.
            length: The words that it is ranked by.
            start: Its first day, 0 without a date.
            end: Its last day.
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
        """Give the sketches or the lengths."""
        if name not in self._arrays:
            values = self._keys if name == "sketches" else self._lengths
            self._arrays[name] = np.array(values, np.uint32)
        return self._arrays[name]

    def column(self, name: str) -> Sequence[int]:
        """Give the first or the last days; or where each is stored, which is anywhere."""
        return self._days.get(name) or range(len(self.ids))

    def head(self, number: int) -> tuple[str, None]:
        """Give the id of an item; its title is not read."""
        return self.ids[number], None

    def keys(self, number: int) -> Numbers:
        """Give the sketch of an item."""
        first = number * SKETCH_KEYS
        return np.array(self._keys[first : first + SKETCH_KEYS], np.uint32)

    def stored(self, number: int) -> bytes:
        """Read the record of an item."""
        if number not in self._records:
            self.hold([number])
        return self._records[number]

    def hold(self, numbers: Sequence[int]) -> None:
        """Read the records of items that will be asked for, and let go of others."""
        some = numbers[:MOST_READ]
        if len(self._records) > MOST_READ:
            self._records.clear()
        missing = [number for number in some if number not in self._records]
        self._records.update(zip(missing, self.read(missing), strict=True))

    def read(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Yield the records of items, in their order; few are held."""
        for first in range(0, len(numbers), TOGETHER):
            some = [self.ids[number] for number in numbers[first : first + TOGETHER]]
            hits = walk(self._cluster, self.index, {"terms": {"id": some}}, ("id", "record"))
            found = {hit["_source"]["id"]: hit["_source"]["record"].encode() for hit in hits}
            yield from [found[item_id] for item_id in some]

    def fetch_sharing(self, numbers: Numbers) -> None:
        """Fetch the items that share a key with some."""
        rows = self.array("sketches").reshape(-1, SKETCH_KEYS)[numbers]
        wanted = {*rows.ravel().tolist()} - self._asked - {0}
        self._asked |= wanted
        keys = np.array(sorted(wanted), np.uint32).view(np.int32).tolist()
        for first in range(0, len(keys), MOST_KEYS):
            self._fetch({"terms": {"sketch": keys[first : first + MOST_KEYS]}})

    def in_groups(self, groups: Iterable[int]) -> set[int]:
        """Fetch the items of groups; give their numbers."""
        wanted, found = sorted(groups), set[int]()
        for first in range(0, len(wanted), MOST_KEYS):
            found.update(self._fetch({"terms": {"group": wanted[first : first + MOST_KEYS]}}))
        return found

    def _fetch(self, query: dict[str, Any]) -> list[int]:
        if len(self._numbers) < len(self.ids):
            self._numbers = {item_id: number for number, item_id in enumerate(self.ids)}
        numbers = []
        hits = walk(self._cluster, self.index, query, ("id", "group", "kind"), columns=_COLUMNS)
        for hit in hits:
            source, columns = hit["_source"], hit.get("fields", {})
            number = self._numbers.get(source["id"])
            if number is None:
                lengths = [columns[name][0] for name in _LENGTHS if name in columns]
                start, end = (columns.get(name, [0])[0] for name in ("start", "end"))
                keys = read_keys(columns.get("sketch", ()))
                number = self._numbers[source["id"]] = self.add(source["id"], keys, sum(lengths), start, end)
            if "group" in source:
                self.groups[number] = source["group"], source["kind"]
            numbers.append(number)
        return numbers
