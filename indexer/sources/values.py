"""Values of fields as exports and tables have them: whatever their types, made texts, paragraphs, names."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from indexer.sources.encoding import clean
from indexer.sources.html_text import decoded, is_markup, line_of, paragraphs_of, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEEPEST: Final = 6
"""Objects within one another whose fields are looked at."""

MOST_VALUES: Final = 500
"""Fields of one item, those of the objects in it among them."""

# What stands for an object of a list: {"name": "subject", "value": "Harbours"} for its value.
_NAMING: Final = tuple(
    "value name title headline label term text display_name webTitle #text content href".split()
)
_READ: Final = frozenset({"_source", "_id"})  # of names with a line before them, which are for programs
_NOTHING: Final = frozenset({"", "null", "none", "nan", "n/a", "#n/a", "nil", "undefined"})
LONGEST_NOTHING: Final = max(map(len, _NOTHING))
"""Characters of the longest text that stands for nothing."""

# NewsAPI cuts texts: "the harbour … [+1234 chars]"
_CUT: Final = re.compile(r"(?:…|\.\.\.)?\s*\[\+\d+ (?:chars|characters)\]\Z")
_LONGEST_CUT: Final = 40
_SHORT: Final = 64  # characters of a value that is remembered


class Unreadable:
    """Stands in the place of a value that cannot be made a text."""


UNREADABLE: Final = Unreadable()


def flatten(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the fields of an item, those of objects within it as ``a.b``.

    Yields:
        Names and values: texts, numbers, dates, lists of texts; UNREADABLE for others.
    """
    if len(values) <= MOST_VALUES and {str}.issuperset(map(type, values.values())):  # a row of a table
        yield from filter(itemgetter(1), values.items())
        return
    pending: list[tuple[str, object, int]] = [(name, value, 1) for name, value in values.items()]
    pending.reverse()
    given = 0
    while pending:
        name, value, depth = pending.pop()
        if value is None or (isinstance(value, (str, list, dict)) and not value):
            continue
        given += 1
        if given > MOST_VALUES:
            yield name, UNREADABLE
            return
        if name.startswith("_") and isinstance(value, (dict, list)) and name not in _READ:
            yield name, UNREADABLE
            continue
        if isinstance(value, dict):
            if depth >= DEEPEST:
                yield name, UNREADABLE
            else:
                inner = [(f"{name}.{key}", held, depth + 1) for key, held in value.items()]
                pending += reversed(inner)
        elif isinstance(value, list):
            yield name, texts_of(value) or UNREADABLE
        else:
            yield name, value


def texts_of(values: list[object]) -> list[str]:
    """Convert a list to texts: its texts and numbers, and the names of its objects; else to none."""
    found = []
    for value in values:
        given = value
        if isinstance(value, dict):
            given = next((value[key] for key in _NAMING if isinstance(value.get(key), str)), None)
        if isinstance(given, (str, int, float)) and (text := text_of(given)):
            found.append(text)
        elif given is not None and not isinstance(given, (str, int, float)):
            return []
    return found


def text_of(value: object) -> str:  # noqa: PLR0911 - one for each type
    """Convert a value to a text as written; empty for what stands for nothing."""
    if isinstance(value, str):
        text = clean(value).strip()
        return "" if len(text) <= LONGEST_NOTHING and text.lower() in _NOTHING else text
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - not a number
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1 << 53 else str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(
            text for part in value if not isinstance(part, (list, dict)) and (text := text_of(part))
        )
    return "" if value is None or isinstance(value, dict) else str(value)


def line(value: object) -> str:
    """Convert a value, perhaps HTML, to one line."""
    if isinstance(value, str) and len(value) <= _SHORT:
        return _short_line(value)
    return line_of(text_of(value))


@lru_cache(1 << 12)  # authors, sections and names of fields come again and again
def _short_line(value: str) -> str:
    return line_of(text_of(value))


def paragraphs(value: object) -> tuple[str, ...]:
    """Convert a value, perhaps HTML or a list of paragraphs, to paragraphs.

    Raises:
        ValueError: It is markup beyond any bound.
    """
    if isinstance(value, list):
        return tuple(part for text in value if isinstance(text, str) for part in paragraphs(text))
    text = text_of(value)
    if text.endswith("]") and (cut := _CUT.search(text, len(text) - _LONGEST_CUT)):
        text = text[: cut.start()].rstrip() + "…"
    if is_markup(text):
        if "<" in text:
            return tuple(paragraphs_of(text))
        text = decoded(text)
    return tuple(part for row in text.splitlines() if (part := visible(row)))
