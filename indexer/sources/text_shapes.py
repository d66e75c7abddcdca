"""Detect JSON documents and tables in the first characters of a text."""

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
_TOKEN: Final = re.compile(r'\s*+(?:"((?:[^"\\\n]|\\.)*+)"|([{}\[\],:])|([^\s{}\[\],:"]++))')

# The tokens that are possible next; the end of an object or list that is not open ends the scan.
_POSSIBLE: Final = {
    "value": {"{", "[", "]", "string", "other"},
    "name": {"string", "}"},
    ":": {":"},
    ",": {",", "}", "]"},
}


class _Seen(NamedTuple):
    """The scanned part of a JSON document.

    Attributes:
        names: The field names of the top-level object.
        lists: The names of nested lists of objects, each with the field names of its first object.
        nested: Whether it has nested lists or objects.
        closed: Whether the end of the document was reached.
        sound: Whether the part is valid JSON.
    """

    names: list[str]
    lists: list[tuple[str, list[str]]]
    nested: bool = False
    closed: bool = False
    sound: bool = True


def is_document(text: str) -> bool:
    """Return whether a text, perhaps truncated, is a single JSON document with items.

    Args:
        text: The first characters of a source, without leading blanks.
    """
    if text.startswith("["):
        return _ARRAY.match(text) is not None
    if not text.startswith("{"):
        return False
    first, _, rest = text.partition("\n")
    if _is_object(first):
        return not rest.strip() and _holds_items(_scan(text))
    if rest and _scan(first).closed:
        return False  # a broken record among others
    seen = _scan(text)
    return seen.sound and (bool(rest) or _holds_items(seen))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _holds_items(seen: _Seen) -> bool:
    """Return whether a document that may also be a single record has a list of items."""
    if not is_understood(seen.names):
        return seen.nested
    return any(is_understood(names) and name.lower() in LISTS for name, names in seen.lists)


def _scan(text: str) -> _Seen:
    """Scan an object for its field names, and those in its lists of objects."""
    seen = _Seen([], [])
    opened: list[list[str] | None] = []  # the names of each open object; None for a list
    name, expected = "", "value"
    nested = False
    tokens = _TOKEN.scanner(text)  # type: ignore[attr-defined]  # not in the stubs
    end = 0
    while token := tokens.match():
        end = token.end()
        string, sign, _ = token.groups()
        kind = sign or ("other" if string is None else "string")
        if kind not in _POSSIBLE[expected]:
            return seen._replace(sound=False)
        if expected == "name" and string is not None:
            name, expected = string, ":"
            names = opened[-1]
            if names is not None:
                names.append(string)
        elif kind in "{[":
            nested = nested or bool(opened)
            opened.append(_opened(seen, opened, name) if kind == "{" else None)
            expected = "name" if kind == "{" else "value"
        elif kind in "}]":
            if len(opened) < 2:
                return seen._replace(nested=nested, closed=True)
            opened.pop()
            expected = ","
        elif kind == ",":
            expected = "value" if opened[-1] is None else "name"
        else:
            expected = "value" if kind == ":" else ","
    rest = text[end:].lstrip()
    return seen._replace(nested=nested, sound=not rest or (rest.startswith('"') and "\n" not in rest))


def _opened(seen: _Seen, opened: list[list[str] | None], name: str) -> list[str]:
    """Return the list for the names of a new object; in a list, only the first object's are kept."""
    if not opened:
        return seen.names
    names: list[str] = []
    if opened[-1] is None and not (seen.lists and seen.lists[-1][0] == name):
        seen.lists.append((name, names))
    return names


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

_SOUND: Final = 0.8  # of the rows have as many cells as names; with fewer, the text is not a table
_MAX_NAME_LENGTH: Final = 80


class Dialect(NamedTuple):
    """The format of a table.

    Attributes:
        format: The arguments of ``csv.reader``.
        skip: The number of lines before the table that only declare its format.
        header: The names of the columns; empty if none are recognised.
        sound: The share of rows that have as many cells as there are names.
    """

    format: dict[str, Any]
    skip: int
    header: tuple[str, ...]
    sound: float


def find_dialect(text: str, *, whole: bool, meaning: Callable[[str], Meaning | None] = meaning_of) -> Dialect:
    """Detect the format of a table.

    Args:
        text: The first characters of the table.
        whole: Whether the text is complete; if not, the last row may be truncated.
        meaning: Returns the meaning of a column name.
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
    """Return whether a text is a table of news, with recognised names and rows that fit them."""
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
    """Find the row of column names among the first rows.

    Returns:
        The names, empty if none are recognised; their number; and the share of rows that fit.
    """
    if (at := find_header(rows[:HEADER_WITHIN], meaning)) is not None:
        names, below = rows[at], rows[at + 1 :]
        fitting = sum(len(row) == len(names) for row in below)
        return tuple(names), len(names), fitting / len(below) if below else 0.0
    width = max(map(len, rows), default=0)
    return (), width, sum(len(row) == width for row in rows) / max(len(rows), 1)


def find_header(rows: Sequence[Sequence[str]], meaning: Callable[[str], Meaning | None]) -> int | None:
    """Return the number of the row with the column names; None if there is none."""
    for at, names in enumerate(rows):
        if all(len(name) <= _MAX_NAME_LENGTH for name in names) and is_understood(names, meaning):
            return at
    return None
