"""The register: facts about items that records do not hold, since segments never change.

It is one sealed file a generation, absent where there is nothing to know. Each line is an array of JSON, the
first of its cells a letter, and lines stand in the order of their bytes, so that a question finds a few by
halving:

- ``["f", FORMER, ID]`` and ``["i", ID, FORMER]``: an id that the item had before, or has in another source;
- ``["p", ID, FILE, FIRST, LAST]``: another place where the item stands;
- ``["d", KEY, ID]``: a key by which an item is known that was deleted and has to stay so;
- ``["g", SOURCE, ID]``: an item that its source no longer held when it was last read;
- ``["c", ID, FIELDS]``: an item that is corrected by hand, with the fields, or ``item `` and the source of
  what is none.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from indexer.item import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.layout import Container
    from indexer.codec.segment import Segment

LINES: Final = "lines"
STARTS: Final = "starts"  # where each line starts, and where the last one ends
MAX_LINE_BYTES: Final = 1 << 20  # bytes
NO_ITEM: Final = "item "  # in the place of fields: it is none; behind it stands its source
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
        container: Its file.

    Raises:
        IndexFolderError: The file is no register.
    """

    def __init__(self, container: Container) -> None:
        kinds = container.kind(LINES), container.kind(STARTS)
        if kinds != ("u1", "u8") or not container.count(STARTS):
            raise container.damaged("its table")
        self.container = container
        self._starts = container.pages(STARTS)
        self._bytes = container.raw_view(LINES)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._starts) - 1

    def current(self, former: str) -> str | None:
        """Find the id that an item has now which had another one."""
        return next((cells[1] for cells in self._beginning("f", former)), None)

    def beginning(self, beginning: str, most: int) -> list[str]:
        """List the ids now of the first few items that had one that begins so."""
        return [cells[1] for cells in islice(self._walk(encode(["f", beginning])[:-2]), most)]

    def former(self, item_id: str) -> tuple[str, ...]:
        """List the ids that an item had before, or has in other sources."""
        return tuple([cells[1] for cells in self._beginning("i", item_id)])

    def places(self, item_id: str) -> tuple[SourceLines, ...]:
        """List the other places where an item stands."""
        return tuple([SourceLines(*cells[1:]) for cells in self._beginning("p", item_id)])

    def leaves_out(self, item_id: str) -> bool:
        """Tell whether somebody said that what has an id is no item."""
        return any(cells[1].startswith(NO_ITEM) for cells in self._beginning("c", item_id))

    def walk(self) -> Iterator[list[Any]]:
        """Yield all lines, decoded.

        Raises:
            IndexFolderError: One is none of ours, or they stand in no order.
        """
        previous = b""
        for number in range(len(self)):
            line = self._line(number)
            if line <= previous:
                raise self.container.damaged(LINES)
            previous = line
            yield self._decoded(line)

    def check(self, segments: Sequence[Segment]) -> str:
        """Check that it contradicts neither itself nor the segments; say how it does.

        Raises:
            IndexFolderError: A line is none of ours, or they stand in no order.
        """
        former: set[tuple[str, str]] = set()
        renamed: set[tuple[str, str]] = set()
        for kind, *cells in self.walk():
            item_id = cells[0] if kind in "ipc" else cells[1]
            found = [(segment, segment.find_id(item_id)) for segment in segments]
            live = any(doc >= 0 and not segment.is_deleted(doc) for segment, doc in found)
            if live == (kind == "d" or (kind == "c" and cells[1].startswith(NO_ITEM))):
                return f"it speaks of the item {item_id}, which is {'here' if live else 'not here'}"
            former.update([(cells[0], cells[1])] if kind == "f" else ())
            renamed.update([(cells[1], cells[0])] if kind == "i" else ())
        return "" if former == renamed else "what it says of former ids contradicts itself"

    def _beginning(self, kind: str, key: str) -> Iterator[list[Any]]:
        return self._walk(encode([kind, key])[:-1] + ",")

    def _walk(self, start: str) -> Iterator[list[Any]]:
        """Yield the cells behind the letter of all lines that begin so."""
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
