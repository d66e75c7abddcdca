"""What the first bytes of JSON show: a document of items, or records a line each."""

from __future__ import annotations

import json
import re
from typing import Final

from indexer.named_tuple import NamedTuple
from indexer.sources.field_names import LISTS, is_understood

_ARRAY: Final = re.compile(r"\[\s*(?:\{\s*[\"}]|\]\s*\Z)")
_TOKEN: Final = re.compile(r'\s*+(?:"((?:[^"\\\n]|\\.)*+)"|([{}\[\],:])|([^\s{}\[\],:"]++))')

# What may stand where; an end of what is not open ends the looking over.
_POSSIBLE: Final = {
    "value": {"{", "[", "]", "string", "other"},
    "name": {"string", "}"},
    ":": {":"},
    ",": {",", "}", "]"},
}


class _Seen(NamedTuple):
    """What was seen of a document before it broke off.

    Attributes:
        names: The names of its own fields.
        lists: Names of the lists of objects within it, and the names of the fields of the first of each.
        nested: Whether it holds lists or objects.
        closed: Whether its end was seen.
        sound: Whether it is JSON as far as it goes.
    """

    names: list[str]
    lists: list[tuple[str, list[str]]]
    nested: bool = False
    closed: bool = False
    sound: bool = True


def is_document(text: str) -> bool:
    """Tell whether a text, perhaps cut off, is one JSON document that holds items.

    Args:
        text: The beginning of a source, without blanks before it.
    """
    if text.startswith("["):
        return _ARRAY.match(text) is not None
    if not text.startswith("{"):
        return False
    first, _, rest = text.partition("\n")
    if _is_object(first):
        return not rest.strip() and _holds_items(_look_over(text))
    if rest and _look_over(first).closed:
        return False  # a broken record among others
    seen = _look_over(text)
    return seen.sound and (bool(rest) or _holds_items(seen))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _holds_items(seen: _Seen) -> bool:
    """Tell whether a document that may as well be a record holds a list of items."""
    if not is_understood(seen.names):
        return seen.nested
    return any(is_understood(names) and name.lower() in LISTS for name, names in seen.lists)


def _look_over(text: str) -> _Seen:
    """Look over an object for the names in it and in the lists of objects within."""
    seen = _Seen([], [])
    opened: list[list[str] | None] = []  # the names of each object that is open; None for a list
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
    """Make the list for the names of an object that opens; of a list of objects the first one's are kept."""
    if not opened:
        return seen.names
    names: list[str] = []
    if opened[-1] is None and not (seen.lists and seen.lists[-1][0] == name):
        seen.lists.append((name, names))
    return names
