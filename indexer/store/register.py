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

from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Final

from indexer.codec.line_table import LineTable, encode
from indexer.errors import message
from indexer.item import SourceLines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_ITEM: Final = "item "  # instead of fields: the record is not an item; its source follows


class Register(LineTable):
    """An open register; threads may share it."""

    shapes: ClassVar[Mapping[str, tuple[type, ...]]] = {
        "f": (str, str),
        "i": (str, str),
        "p": (str, str, int, int),
        "d": (str, str),
        "g": (str, str),
        "c": (str, str),
    }

    def current(self, former: str) -> str | None:
        """Return the current id of the item that had another id."""
        return next((cells[1] for cells in self.lines_of("f", former)), None)

    def beginning(self, beginning: str, most: int) -> list[str]:
        """Return the current ids of the first few items that had an id with a prefix."""
        return [cells[1] for cells in islice(self.lines_from(encode(["f", beginning])[:-2]), most)]

    def former(self, item_id: str) -> tuple[str, ...]:
        """Return the ids that an item had before, or has in other sources."""
        return tuple([cells[1] for cells in self.lines_of("i", item_id)])

    def places(self, item_id: str) -> tuple[SourceLines, ...]:
        """Return the other source locations of an item."""
        return tuple([SourceLines(*cells[1:]) for cells in self.lines_of("p", item_id)])

    def excludes(self, item_id: str) -> bool:
        """Return whether the record with an id was marked as not an item."""
        return any(cells[1].startswith(NO_ITEM) for cells in self.lines_of("c", item_id))

    def check(self, is_live: Callable[[str], bool]) -> str:
        """Check the register for contradictions in itself and with the items; return the first one found.

        Raises:
            IndexFolderError: A line is invalid or out of order.
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
