"""The register: facts about items that are kept outside their records, since segments never change.

It is a sealed file of each generation, absent if it would be empty. Each line is a JSON array that begins
with a letter. Lines are in byte order, so that a lookup is a binary search:

- ``["f", FORMER, ID]`` and ``["i", ID, FORMER]``: an id that the item had before, or has in another source;
- ``["p", ID, FILE, FIRST, LAST]``: another source location of the item;
- ``["d", KEY, ID]``: a key that identifies a deleted item, so that it stays deleted;
- ``["g", SOURCE, ID]``: an item that its source no longer contained when it was last read;
- ``["c", ID, FIELDS]``: an item with manual corrections and the corrected fields, or ``item `` and the
  source for a record that was marked as not an item.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import message
from indexer.item import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.layout import Container
    from indexer.codec.segment import Segment

LINES: Final = "lines"
STARTS: Final = "starts"  # the start of each line, and the end of the last
MAX_LINE_BYTES: Final = 1 << 20  # bytes
NO_ITEM: Final = "item "  # instead of fields: the record is not an item; its source follows
_SHAPES: Final = {
    "f": (str, str),
    "i": (str, str),
    "p": (str, str, int, int),
    "d": (str, str),
    "g": (str, str),
    "c": (str, str),
}
encode: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Register:
    """An open register; threads may share it.

    Args:
        container: The file.

    Raises:
        IndexFolderError: The file is not a register.
    """

    def __init__(self, container: Container) -> None:
        kinds = container.kind(LINES), container.kind(STARTS)
        if kinds != ("u1", "u8") or not container.count(STARTS):
            raise container.damaged("its table")
        self.container = container
        self._starts = container.pages(STARTS)
        self._bytes = container.raw_view(LINES)

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._starts) - 1

    def current(self, former: str) -> str | None:
        """Return the current id of the item that had another id."""
        return next((cells[1] for cells in self._beginning("f", former)), None)

    def beginning(self, beginning: str, most: int) -> list[str]:
        """Return the current ids of the first few items that had an id with a prefix."""
        return [cells[1] for cells in islice(self._walk(encode(["f", beginning])[:-2]), most)]

    def former(self, item_id: str) -> tuple[str, ...]:
        """Return the ids that an item had before, or has in other sources."""
        return tuple([cells[1] for cells in self._beginning("i", item_id)])

    def places(self, item_id: str) -> tuple[SourceLines, ...]:
        """Return the other source locations of an item."""
        return tuple([SourceLines(*cells[1:]) for cells in self._beginning("p", item_id)])

    def excludes(self, item_id: str) -> bool:
        """Return whether the record with an id was marked as not an item."""
        return any(cells[1].startswith(NO_ITEM) for cells in self._beginning("c", item_id))

    def walk(self) -> Iterator[list[Any]]:
        """Yield all lines, decoded.

        Raises:
            IndexFolderError: A line is invalid or out of order.
        """
        previous = b""
        for number in range(len(self)):
            line = self._line(number)
            if line <= previous:
                raise self.container.damaged(LINES)
            previous = line
            yield self._decoded(line)

    def check(self, segments: Sequence[Segment]) -> str:
        """Check the register for contradictions in itself and with the segments; return the first one found.

        Raises:
            IndexFolderError: A line is invalid or out of order.
        """
        former: set[tuple[str, str]] = set()
        renamed: set[tuple[str, str]] = set()
        for kind, *cells in self.walk():
            item_id = cells[0] if kind in "ipc" else cells[1]
            found = [(segment, segment.find_id(item_id)) for segment in segments]
            live = any(doc >= 0 and not segment.is_deleted(doc) for segment, doc in found)
            if live == (kind == "d" or (kind == "c" and cells[1].startswith(NO_ITEM))):
                return message("check.item_here" if live else "check.item_not_here", id=item_id)
            former.update([(cells[0], cells[1])] if kind == "f" else ())
            renamed.update([(cells[1], cells[0])] if kind == "i" else ())
        return "" if former == renamed else message("check.contradictory_ids")

    def _beginning(self, kind: str, key: str) -> Iterator[list[Any]]:
        return self._walk(encode([kind, key])[:-1] + ",")

    def _walk(self, start: str) -> Iterator[list[Any]]:
        """Yield the cells after the letter of all lines with a prefix."""
        wanted = start.encode()
        number = bisect_left(range(len(self)), wanted, key=self._line)
        while number < len(self) and (line := self._line(number)).startswith(wanted):
            yield self._decoded(line)[1:]
            number += 1

    def _line(self, number: int) -> bytes:
        first, last = self._starts[number], self._starts[number + 1]
        if not first <= last <= min(len(self._bytes), first + MAX_LINE_BYTES):
            raise self.container.damaged(STARTS)
        self.container.touch(LINES, first, last)
        return bytes(self._bytes[first:last])

    def _decoded(self, line: bytes) -> list[Any]:
        try:
            cells: list[Any] = json.loads(line)
            kind, *rest = cells
            sound = [*map(type, rest)] == [*_SHAPES[kind]]
        except (ValueError, TypeError, KeyError, RecursionError):
            sound = False
        if not sound:
            raise self.container.damaged(LINES)
        return cells
