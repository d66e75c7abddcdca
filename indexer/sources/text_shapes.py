"""Detect JSON documents and tables from the beginning of a text."""

from __future__ import annotations

import csv
import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from indexer.runtime import NamedTuple
from indexer.sources.stated_values import LISTS, is_understood, meaning_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.sources.stated_values import Meaning


_ARRAY: Final = re.compile(r"\[\s*(?:\{\s*[\"}]|\]\s*\Z)")
_TOKEN: Final = re.compile(r'\s*+(?:"(?:[^"\\\n]|\\.)*+"|([{}\[\],:])|[^\s{}\[\],:"]++)')


def is_document(text: str) -> bool:
    """Return whether a text is, or begins, a JSON document with items.

    Args:
        text: The first characters of a source, without leading blanks.
    """
    if not text.startswith("{"):
        return _ARRAY.match(text) is not None
    first, _, rest = text.partition("\n")
    value, is_closed = _read_beginning(first)
    if is_closed:
        return not rest.strip() and _holds_items(value)  # with a rest, it is one of several records
    value, _ = _read_beginning(text)
    return value is not None and (bool(rest) or _holds_items(value))


def _read_beginning(text: str) -> tuple[dict[str, Any] | None, bool]:
    """Parse the beginning of a JSON object.

    Returns:
        The object, up to the last complete value, and whether the text contains the end of the object. The
        object is ``None`` if the text is not JSON.
    """
    closings: list[str] = []
    at = end = 0
    last = ""
    tokens = _TOKEN.scanner(text)  # type: ignore[attr-defined]  # not in the stubs
    while token := tokens.match():
        end = token.end()
        if (sign := token[1]) in {"{", "["}:
            closings.append("}" if sign == "{" else "]")
        elif sign in {"}", "]"}:
            closings.pop()
        if sign:
            at, last = end - (sign == ","), "null" if sign == ":" else ""
        if not closings:
            break
    rest = text[end:].lstrip() if closings else ""
    if rest and ("\n" in rest or not rest.startswith('"')):
        return None, False
    try:
        return json.loads(text[:at] + last + "".join(reversed(closings)), strict=False), not closings
    except (ValueError, RecursionError):
        return None, not closings


def _holds_items(value: dict[str, Any] | None) -> bool:
    """Return whether a JSON object, or an object within it, contains a list of items."""
    if value is None or not is_understood(value):
        return value is not None and any(isinstance(held, (dict, list)) for held in value.values())
    pending = [value]
    while pending:
        for name, held in pending.pop().items():
            first = held[0] if isinstance(held, list) and held else held
            if isinstance(first, dict):
                if first is not held and name.lower() in LISTS and is_understood(first):
                    return True
                pending.append(first)
    return False


_SEP: Final = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_DELIMITERS: Final = ",;\t|"
_QUOTED: Final[tuple[dict[str, Any], ...]] = (
    {"quoting": csv.QUOTE_MINIMAL},
    {"quoting": csv.QUOTE_MINIMAL, "doublequote": False, "escapechar": "\\"},
    {"quoting": csv.QUOTE_NONE},
)
_ROWS: Final = 60
HEADER_WITHIN: Final = 10
"""The number of first rows to search for the names of the columns."""

_SOUND: Final = 0.8  # minimum share of a table's rows with as many cells as there are column names
_MAX_NAME_LENGTH: Final = 80


class Dialect(NamedTuple):
    """The format of a table: delimiter, quotation marks and columns.

    Attributes:
        format: The arguments of ``csv.reader``.
        skip: The number of lines before the table that only declare its format, such as ``sep=;``.
        header: The names of the columns; empty if none are recognised.
        width: The number of columns.
        sound: The fraction of rows with as many cells as the table has columns.
    """

    format: dict[str, Any]
    skip: int
    header: tuple[str, ...]
    width: int
    sound: float


def find_dialect(text: str, *, whole: bool, meaning: Callable[[str], Meaning | None] = meaning_of) -> Dialect:
    """Detect the format of a table.

    Args:
        text: The first characters of the table.
        whole: Whether the text is complete. If false, the last row may be truncated.
        meaning: Returns the item field that a column name means.
    """
    stated = _SEP.match(text)
    rest = text[stated.end() :] if stated else text
    dialects = []
    for delimiter in stated[1] if stated else _DELIMITERS:
        for quoted in _QUOTED:
            if "escapechar" not in quoted or '\\"' in text:
                settings = {"delimiter": delimiter, **quoted}
                found = _header(_rows(rest, whole=whole, **settings), meaning)
                dialects.append(Dialect(settings, int(stated is not None), *found))
    return max(
        dialects, key=lambda one: (len(one.header) > 1, bool(one.header), round(one.sound, 1), one.width)
    )


def is_table(text: str, *, whole: bool) -> bool:
    """Return whether a text is a table of news.

    Such a table has known column names, and most rows have the same number of cells. ``whole`` is whether the
    text is complete.
    """
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
    """Find the row with the column names among the first rows.

    Returns:
        The column names, the number of columns, and the share of the rows after the column names that have
        this number of cells. The column names are empty if no row is recognised.
    """
    if (at := find_header(rows[:HEADER_WITHIN], meaning)) is not None:
        names, below = rows[at], rows[at + 1 :]
        fitting = sum(len(row) == len(names) for row in below)
        return tuple(names), len(names), fitting / len(below) if below else 0.0
    width = max(map(len, rows), default=0)
    return (), width, sum(len(row) == width for row in rows) / max(len(rows), 1)


def find_header(rows: Sequence[Sequence[str]], meaning: Callable[[str], Meaning | None]) -> int | None:
    """Return the index of the row with the column names, or None if there is none."""
    for at, names in enumerate(rows):
        if all(len(name) <= _MAX_NAME_LENGTH for name in names) and is_understood(names, meaning):
            return at
    return None
