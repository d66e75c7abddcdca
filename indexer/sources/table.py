"""Items of the rows of a table whose columns have names, whatever it is kept in."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from indexer.named_tuple import NamedTuple
from indexer.sources.source import Skipped
from indexer.sources.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.item import RawItem
    from indexer.sources.foreign import ForeignReader
    from indexer.sources.source import OnSkip

HEADER_WITHIN: Final = 10
"""Rows among which the one with the names of the columns is looked for."""

_LONGEST_NAME: Final = 80
_LOOKED_AT: Final = 1000  # rows whose dates show the order of day and month in figures
_LOOKED_AT_CHARACTERS: Final = 1 << 20


class Row(NamedTuple):
    """A row of a table.

    Attributes:
        first: Its first line, or its number, 1-based.
        last: Its last line.
        cells: What it holds.
    """

    first: int
    last: int
    cells: Sequence[object]


class Table:
    """A table whose header was found, or was not.

    Args:
        rows: Its rows.
        reader: Knows what names mean, and reads the items.

    Attributes:
        names: The names of its columns; where none is understood, the cells of the widest of the first rows.
        is_understood: Whether these make items of news.
    """

    def __init__(self, rows: Iterator[Row], reader: ForeignReader) -> None:
        self._reader = reader
        top = list(islice(rows, HEADER_WITHIN))
        at = find_header([row.cells for row in top], reader)
        self.is_understood = at is not None
        self._above = top[: at or 0]
        self._rows = chain(top[(at or 0) + 1 :], rows)
        self._line = top[at or 0].first if top else 1
        header = top[at].cells if at is not None else max((row.cells for row in top), key=len, default=())
        self.names = [" ".join(text_of(cell).split()) for cell in header]

    def values(self, name: str, on_skip: OnSkip) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Yield each row with its cells by the names of their columns; empty cells are passed over."""
        for row in self._above:
            if any(map(text_of, row.cells)):
                on_skip(Skipped(name, row.first, "a row above the names of the columns"))
        names = _different(self.names)
        if "" in self.names:
            place = self.names.index("") + 1
            on_skip(
                Skipped(name, self._line, f"column {place} has no name; left out of each row", field=True)
            )
        yield from self._values(names, name, on_skip)

    def items(self, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
        """Yield the items; rows without any cell are passed over."""
        values = self.values(name, on_skip)
        looked_at: list[tuple[Row, dict[str, Any]]] = []
        characters = 0
        for row, given in values:
            looked_at.append((row, given))
            characters += sum(len(value) for value in given.values() if isinstance(value, str))
            if len(looked_at) >= _LOOKED_AT or characters > _LOOKED_AT_CHARACTERS:
                break
        self._reader.learn(given for _, given in looked_at)
        for row, given in chain(looked_at, values):
            if (item := self._reader.read(given, row.first, row.last)) is not None:
                yield item

    def _values(self, names: list[str], name: str, on_skip: OnSkip) -> Iterator[tuple[Row, dict[str, Any]]]:
        width = len(names)
        for row in self._rows:
            given = {
                key: cell for key, cell in zip(names, row.cells, strict=False) if key and cell not in _EMPTY
            }
            if len(row.cells) > width and any(cell not in _EMPTY for cell in row.cells[width:]):
                reason = f"a row of {len(row.cells):,} cells under {width:,} names; the others are left out"
                on_skip(Skipped(name, row.first, reason, field=True))
            if given:
                yield row, given


_EMPTY: Final = ("", None)


def find_header(rows: Sequence[Sequence[object]], reader: ForeignReader) -> int | None:
    """Find which of the first rows names the columns; None where none does."""
    for at, cells in enumerate(rows):
        names = [text_of(cell) for cell in cells]
        if all(len(name) <= _LONGEST_NAME for name in names) and reader.understands(
            dict.fromkeys(names, "x")
        ):
            return at
    return None


def _different(names: list[str]) -> list[str]:
    """Number names that come again, so that no column hides another."""
    seen: dict[str, int] = {}
    different = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        different.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return different
