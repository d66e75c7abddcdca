"""Keep the register and its changes during a write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.codec.layout import SealedFile
from indexer.item import SourceLines
from indexer.runtime import NamedTuple
from indexer.store.register import LINES, STARTS, encode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class RegisterState(NamedTuple):
    """The content of a register; see :class:`RegisterChanges`."""

    former: dict[str, str]
    places: dict[str, tuple[SourceLines, ...]]
    deleted: dict[str, str]
    gone: set[tuple[str, str]]
    corrected: dict[str, str]


class RegisterChanges:
    """The register of the next generation.

    Args:
        lines: The register lines of the base generation.

    Attributes:
        former: Maps former ids of items to their present ones.
        places: Maps ids to the other locations of their items.
        deleted: Maps keys of deleted items to their ids.
        gone: Names of sources with the ids of the items that they no longer have.
        corrected: Maps ids to the manually corrected fields, separated by spaces; for records that are not
            items, to their source after a mark.
        now: All of these.
        before: Those of the base generation.
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
        """Whether the register differs from that of the base generation."""
        return self.now != self.before

    def formers(self, item_id: str) -> list[str]:
        """Return the ids that an item had before, or has in other sources."""
        return self._formers.get(item_id, [])

    @staticmethod
    def deleted_key(digest: int) -> str:
        """Return the key that identifies a deleted item in any source."""
        return f"#{digest:016x}"

    def rename(self, former: str, item_id: str) -> None:
        """Add another id of an item."""
        if former != item_id and self.former.get(former) != item_id:
            if (other := self.former.get(former)) is not None:
                self._formers[other].remove(former)
            self.former[former] = item_id
            self._formers.setdefault(item_id, []).append(former)

    def add_place(self, item_id: str, place: SourceLines) -> bool:
        """Add or replace a source location of an item; return whether it is new."""
        before = self.places.get(item_id, ())
        others = [one for one in before if one.file != place.file]
        self.places[item_id] = tuple(sorted((*others, place)))
        return len(others) == len(before)

    def drop_places(self, item_id: str, files: Iterable[str] | None = None) -> None:
        """Remove some of the other source locations of an item, or all."""
        left_out = frozenset(one.file for one in self.places.get(item_id, ())) if files is None else {*files}
        left = tuple([one for one in self.places.pop(item_id, ()) if one.file not in left_out])
        if left:
            self.places[item_id] = left

    def merge(self, item_id: str, other: str) -> None:
        """Merge an item into another one, which gets all ids of both."""
        for former in [item_id, *self.formers(item_id)]:
            self.rename(former, other)
        self.forget(item_id)

    def forget(self, item_id: str) -> None:
        """Remove all facts about an item."""
        for former in self._formers.pop(item_id, ()):
            del self.former[former]
        self.places.pop(item_id, None)
        self.corrected.pop(item_id, None)

    def write(self, folder: Path, name: str) -> SealedFile | None:
        """Write the register of the next generation.

        Args:
            folder: The folder of the segments.
            name: The name of the file.

        Returns:
            The entry for the table of contents; None if the register is empty.
        """
        if not (lines := self._lines()):
            return None
        import numpy as np

        from indexer.codec.layout_writer import ContainerWriter

        with ContainerWriter(folder / f"{name}.items") as writer:
            starts = np.cumsum([0, *map(len, lines)], dtype=np.uint64)
            writer.add(LINES, "u1", np.frombuffer(b"".join(lines), np.uint8))
            writer.add(STARTS, "u8", starts)
            return SealedFile(name, writer.finish({}), "items")

    def _lines(self) -> list[bytes]:
        rows: list[list[Any]] = [["d", *pair] for pair in self.deleted.items()]
        rows += [["g", *pair] for pair in self.gone]
        rows += [["c", *pair] for pair in self.corrected.items()]
        for former, item_id in self.former.items():
            rows += (["f", former, item_id], ["i", item_id, former])
        rows += [["p", item_id, *place] for item_id, places in self.places.items() for place in places]
        return sorted([encode(row).encode() for row in rows])
