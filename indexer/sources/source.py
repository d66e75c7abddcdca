"""What a source is once it is open: its items, whether their order means anything, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from indexer.item import RawItem


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a source that became no item, or no part of one.

    Attributes:
        file: The source's name, without folders.
        line: Where it stands, 1-based.
        reason: Why it was left out, in words for people.
    """

    file: str
    line: int
    reason: str


class JsonLine(NamedTuple):
    """A line of JSON.

    Attributes:
        number: Where it stands, 1-based.
        value: What it holds.
        text: The line as written.
    """

    number: int
    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """An open source.

    Attributes:
        name: The file's name without folders; ``stdin`` for standard input.
        ordered: True for a page, whose order means newest first; False for a stream of records.
        items: The items, in the order of the source; can be walked once.
        lines: The parsed lines that the items of a stream of records are read from, for who needs no raw
            items of them; walk either these or the items. None for any other source.
    """

    name: str
    ordered: bool
    items: Iterator[RawItem]
    lines: Iterator[JsonLine] | None = None


OnSkip = Callable[[Skipped], None]
"""Called with each thing that is left out, as it is met."""
