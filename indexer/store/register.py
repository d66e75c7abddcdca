"""Read and change the register: data about items that are not in their records.

Each generation stores its register in a file, unless the register is empty. Each line is a JSON array that
begins with a letter. Lines are in byte order, for lookup by binary search:

- ``["f", FORMER, ID]`` and ``["i", ID, FORMER]``: an id that the item had before, or has in another source;
- ``["p", ID, FILE, FIRST, LAST]``: another source location of the item;
- ``["d", KEY, ID]``: a key that identifies a deleted item;
- ``["g", SOURCE, ID]``: an item that its source no longer contained when the source was last read;
- ``["c", ID, FIELDS]``: the names of the manually corrected fields of an item. For a record that is marked as
not an item, FIELDS is ``item `` and the name of its source.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final

from indexer.annotations import NO_ANNOTATIONS
from indexer.codec.line_table import LineTable, annotation_lines, encode, write_lines
from indexer.errors import message
from indexer.item import SourceLines
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from indexer.annotations import Annotations
    from indexer.codec.layout import IndexFile

NO_ITEM: Final = "item "  # instead of fields: the record is not an item; its source follows


class Register(LineTable):
    """An open register.

    Threads may share it.
    """

    cell_types: ClassVar[Mapping[str, tuple[type, ...]]] = {
        "f": (str, str),
        "i": (str, str),
        "p": (str, str, int, int),
        "d": (str, str),
        "g": (str, str),
        "c": (str, str),
    }

    def current(self, former: str) -> str | None:
        """Return the current id of the item with a former id, or ``None`` if no item had the id."""
        return next((cells[1] for cells in self.lines_of("f", former)), None)

    def ids_with_prefix(self, prefix: str, most: int) -> list[str]:
        """Return the current ids of at most ``most`` items with a former id that has a prefix."""
        return [cells[1] for cells in islice(self.lines_from(encode(["f", prefix])[:-2]), most)]

    def former(self, item_id: str) -> tuple[str, ...]:
        """Return the former ids of an item, and its ids in other sources."""
        return tuple([cells[1] for cells in self.lines_of("i", item_id)])

    def places(self, item_id: str) -> tuple[SourceLines, ...]:
        """Return the source locations of an item that are not in ``NewsItem.source``.

        An item has several locations if several files contain it.
        """
        return tuple([SourceLines(*cells[1:]) for cells in self.lines_of("p", item_id)])

    def excludes(self, item_id: str) -> bool:
        """Return whether a correction marks the record with the given id as not a news item."""
        return any(cells[1].startswith(NO_ITEM) for cells in self.lines_of("c", item_id))

    def check(self, is_live: Callable[[str], bool]) -> str:
        """Return a message about the first contradiction in the register, or an empty string.

        Args:
            is_live: Returns whether an id is that of an item of the index that is not deleted.
        """
        former: set[tuple[str, str]] = set()
        renamed: set[tuple[str, str]] = set()
        for kind, *cells in self.walk():
            item_id = cells[0] if kind in "ipc" else cells[1]
            live = is_live(item_id)
            if live == (kind == "d" or (kind == "c" and cells[1].startswith(NO_ITEM))):
                return message("check.item_here" if live else "check.item_not_here", id=item_id)
            former.update([(cells[0], cells[1])] if kind == "f" else ())
            renamed.update([(cells[1], cells[0])] if kind == "i" else ())
        return "" if former == renamed else message("check.contradictory_ids")


class RegisterState(NamedTuple):
    """The content of a register, described in :class:`RegisterChanges`."""

    former: dict[str, str]
    places: dict[str, tuple[SourceLines, ...]]
    deleted: dict[str, str]
    gone: set[tuple[str, str]]
    corrected: dict[str, str]


class RegisterChanges:
    """The changes of a write to the register.

    Attributes:
        former: Maps former ids to current ids.
        places: Maps ids to the source locations of their items that are not in ``NewsItem.source``.
        deleted: Maps keys of deleted items (ids and digests of contents) to their ids.
        gone: Pairs of a source and the id of an item that the source no longer has.
        corrected: Maps an id to the manually corrected fields, separated by spaces. The id of a record that
            is marked as not an item is mapped to ``item `` and the name of its source.
        now: The whole register of the next generation.
        before: The whole register of the previous generation.
        changed_items: The ids of items that this write changes.
    """

    def __init__(self, lines: Iterable[list[Any]] = ()) -> None:
        self.changed_items: set[str] = set()
        self.now = RegisterState({}, {}, {}, set(), {})
        self.former, self.places, self.deleted, self.gone, self.corrected = self.now
        for kind, key, *rest in lines:
            match kind:
                case "f":
                    self.former[key] = rest[0]
                case "p":
                    self.places[key] = (*self.places.get(key, ()), SourceLines(*rest))
                case "d":
                    self.deleted[key] = rest[0]
                case "g":
                    self.gone.add((key, rest[0]))
                case "c":
                    self.corrected[key] = rest[0]
        self._formers: dict[str, list[str]] = {}
        for former, item_id in self.former.items():
            self._formers.setdefault(item_id, []).append(former)
        self.before = RegisterState._make([part.copy() for part in self.now])

    @property
    def changed(self) -> bool:
        """Whether the register has changed since the previous generation."""
        return self.now != self.before

    def formers(self, item_id: str) -> list[str]:
        """Return the former ids of an item, and its ids in other sources."""
        return self._formers.get(item_id, [])

    @staticmethod
    def deleted_key(digest: int) -> str:
        """Return the key by which a deleted item is recognised in any source, made from its digest."""
        return f"#{digest:016x}"

    def rename(self, former: str, item_id: str) -> None:
        """Add a former id of an item."""
        if former != item_id and self.former.get(former) != item_id:
            if (other := self.former.get(former)) is not None:
                self._formers[other].remove(former)
            self.former[former] = item_id
            self._formers.setdefault(item_id, []).append(former)

    def add_place(self, item_id: str, place: SourceLines) -> bool:
        """Add a source location of an item, or replace the one in the same file.

        Returns:
            Whether the location is new.
        """
        before = self.places.get(item_id, ())
        others = [one for one in before if one.file != place.file]
        self.places[item_id] = tuple(sorted((*others, place)))
        return len(others) == len(before)

    def drop_places(self, item_id: str, files: Iterable[str] | None = None) -> None:
        """Remove source locations of an item, but not the one in ``NewsItem.source``.

        Only locations in ``files`` are removed; ``None`` removes all.
        """
        left_out = frozenset(one.file for one in self.places.get(item_id, ())) if files is None else {*files}
        left = tuple([one for one in self.places.pop(item_id, ()) if one.file not in left_out])
        if left:
            self.places[item_id] = left

    def merge(self, item_id: str, other: str) -> None:
        """Merge an item into the item ``other``, which gets its id and former ids as former ids."""
        for former in [item_id, *self.formers(item_id)]:
            self.rename(former, other)
        self.forget(item_id)

    def forget(self, item_id: str) -> None:
        """Remove the former ids, source locations and corrected fields of an item from the register."""
        for former in self._formers.pop(item_id, ()):
            del self.former[former]
        self.places.pop(item_id, None)
        self.corrected.pop(item_id, None)

    def write(self, folder: Path, name: str) -> IndexFile | None:
        """Write the register of the next generation, and return its file, or ``None`` if it is empty."""
        lines = self._lines()
        return write_lines(lines, folder, name, "items") if lines else None

    def _lines(self) -> list[bytes]:
        rows: list[list[Any]] = [["d", *pair] for pair in self.deleted.items()]
        rows += [["g", *pair] for pair in self.gone]
        rows += [["c", *pair] for pair in self.corrected.items()]
        for former, item_id in self.former.items():
            rows += (["f", former, item_id], ["i", item_id, former])
        rows += [["p", item_id, *place] for item_id, places in self.places.items() for place in places]
        return sorted([encode(row).encode() for row in rows])


class AnnotationChanges:
    """The changes of a write to the annotations.

    Args:
        read: Reads the annotations of the previous generation, by the ids of their items.

    Attributes:
        changes: The new annotations of items, by id.
    """

    def __init__(self, read: Callable[[], Mapping[str, Annotations]] = dict) -> None:
        self._read = read
        self.changes: dict[str, Annotations] = {}

    @cached_property
    def _before(self) -> dict[str, Annotations]:
        return dict(self._read())  # few writes need them

    def of(self, item_id: str) -> Annotations:
        """Return the annotations of an item."""
        changed = self.changes.get(item_id)
        return self._before.get(item_id, NO_ANNOTATIONS) if changed is None else changed

    def set(self, item_id: str, annotations: Annotations) -> bool:
        """Set the annotations of an item, and return whether they have changed."""
        differs = annotations != self.of(item_id)
        if differs:
            self.changes[item_id] = annotations
            if annotations == self._before.get(item_id, NO_ANNOTATIONS):
                del self.changes[item_id]
        return differs

    def replace(self, annotations: Mapping[str, Annotations]) -> None:
        """Set the annotations of all items.

        Items that are not in ``annotations`` lose theirs.
        """
        for item_id in [*self._before, *self.changes, *annotations]:
            self.set(item_id, annotations.get(item_id, NO_ANNOTATIONS))

    def every(self) -> Iterator[tuple[str, Annotations]]:
        """Yield the id and the annotations of each annotated item."""
        found = self._before | self.changes
        return ((item_id, one) for item_id, one in found.items() if one != NO_ANNOTATIONS)

    def write(self, folder: Path, name: str, ending: str) -> IndexFile | None:
        """Write the annotations of the next generation, and return their file, or ``None`` without any."""
        lines = sorted(line for item_id, one in self.every() for line in annotation_lines(item_id, one))
        return write_lines(lines, folder, name, ending) if lines else None
