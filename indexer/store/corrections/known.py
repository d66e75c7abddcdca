"""All lines of a file of corrections, found by the ids and by the titles of their items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.store.corrections.line import Correction, merged, parse_line
from indexer.store.register import NO_ITEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Corrections:
    """What a file of corrections says.

    Args:
        file: Its path.
        raw: Its lines.

    Attributes:
        file: The same.
        raw: Likewise.
        lines: What they say, in their order.
        told: What is wrong with which line.
        by_id: The lines of each id.
        by_title: The lines of each title.
    """

    def __init__(self, file: str, raw: Sequence[bytes]) -> None:
        self.file = file
        self.raw = tuple(raw)
        self.lines: list[Correction] = []
        self.told: list[tuple[int, str]] = []
        self.by_id: dict[str, list[Correction]] = {}
        self.by_title: dict[str, list[Correction]] = {}
        for number, text in enumerate(self.raw, 1):
            if not text.strip():
                continue
            line, told = parse_line(number, text)
            self.told += [(number, reason) for reason in told]
            if line is None:
                continue
            self.lines.append(line)
            for item_id in line.ids:
                self.by_id.setdefault(item_id, []).append(line)
            if line.title:
                self.by_title.setdefault(line.title, []).append(line)

    def of(self, ids: Iterable[str]) -> list[Correction]:
        """List the lines that name an item by any of its ids, in their order."""
        known = self.by_id
        found = {line.number: line for item_id in ids if item_id in known for line in known[item_id]}
        return [found[number] for number in sorted(found)]

    def excludes(self, item_id: str) -> bool:
        """Tell whether what has an id is no item."""
        return not merged(self.by_id.get(item_id, ()))[1]

    def lifts(self, corrected: Mapping[str, str]) -> bool:
        """Tell whether something that was no item before may be one now, by what a register says."""
        return any(
            said.startswith(NO_ITEM) and not self.excludes(item_id) for item_id, said in corrected.items()
        )
