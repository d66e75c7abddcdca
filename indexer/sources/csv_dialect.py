"""How a table in text is written: what parts its cells, and what its quotation marks mean."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from indexer.named_tuple import NamedTuple
from indexer.sources.field_names import is_understood, meaning_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.sources.field_names import Meaning

_SEP: Final = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_DELIMITERS: Final = ",;\t|"
_QUOTED: Final[tuple[dict[str, Any], ...]] = (
    {"quoting": csv.QUOTE_MINIMAL},
    {"quoting": csv.QUOTE_MINIMAL, "doublequote": False, "escapechar": "\\"},
    {"quoting": csv.QUOTE_NONE},
)
_ROWS: Final = 60
_HEADER_WITHIN: Final = 10
_SOUND: Final = 0.8  # of the rows have as many cells as names, or what looks like a table is text
_LONGEST_NAME: Final = 80


class Dialect(NamedTuple):
    """How a table is written.

    Attributes:
        format: The arguments of ``csv.reader``.
        skip: Lines before the table that say only how it is written.
        header: The names of its columns; empty where none is understood.
        sound: The share of the rows that have as many cells as there are names.
    """

    format: dict[str, Any]
    skip: int
    header: tuple[str, ...]
    sound: float


def find_dialect(text: str, *, whole: bool, meaning: Callable[[str], Meaning | None] = meaning_of) -> Dialect:
    """Find how a table is written.

    Args:
        text: Its beginning.
        whole: Whether that is all of it; else the last row may be cut off.
        meaning: Tells what a name means.
    """
    stated = _SEP.match(text)
    rest = text[stated.end() :] if stated else text
    best: tuple[tuple[bool, bool, float, int], Dialect] | None = None
    for delimiter in stated[1] if stated else _DELIMITERS:
        for quoted in _QUOTED:
            if "escapechar" in quoted and '\\"' not in text:
                continue
            rows = _rows(rest, whole=whole, delimiter=delimiter, **quoted)
            header, width, sound = _header(rows, meaning)
            dialect = Dialect({"delimiter": delimiter, **quoted}, int(stated is not None), header, sound)
            key = (len(header) > 1, bool(header), round(sound, 1), width)
            if best is None or key > best[0]:
                best = key, dialect
    return best[1] if best else Dialect({"delimiter": ","}, 0, (), 0.0)


def is_table(text: str, *, whole: bool) -> bool:
    """Tell whether a text, perhaps cut off, is a table of news: known names over rows of as many cells."""
    if not any(sign in text for sign in _DELIMITERS):
        return False
    dialect = find_dialect(text, whole=whole)
    return len(dialect.header) > 1 and dialect.sound >= _SOUND


def _rows(text: str, *, whole: bool, **settings: Any) -> list[list[str]]:
    lines = text.splitlines(keepends=True)
    try:
        rows = list(islice(csv.reader(lines, **settings), _ROWS))
    except csv.Error:
        return []
    if not whole and len(rows) < _ROWS:
        rows = rows[:-1] or rows
    return [row for row in rows if any(row)]


def _header(
    rows: Sequence[list[str]], meaning: Callable[[str], Meaning | None]
) -> tuple[tuple[str, ...], int, float]:
    """Find the names of the columns among the first rows.

    Returns:
        The names, none where they are not understood; their number; and the share of the rows that fit.
    """
    for at, names in enumerate(rows[:_HEADER_WITHIN]):
        if all(len(name) <= _LONGEST_NAME for name in names) and is_understood(names, meaning):
            below = rows[at + 1 :]
            fitting = sum(len(row) == len(names) for row in below)
            return tuple(names), len(names), fitting / len(below) if below else 0.0
    width = max(map(len, rows), default=0)
    return (), width, sum(len(row) == width for row in rows) / max(len(rows), 1)
