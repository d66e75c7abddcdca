"""Interpret the values that sources state: names, texts, languages, countries and ids."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Final

from indexer.countries.country_names import country_names, find_country
from indexer.data_tables import rows
from indexer.dates.date_grammar import plain_words
from indexer.errors import SourceError, message
from indexer.runtime import NamedTuple
from indexer.sources.encoding import clean
from indexer.sources.html_text import (
    decode_html,
    is_markup,
    line_of,
    normalise_space,
    paragraphs_of,
    paragraphs_of_lines,
)


class Meaning(NamedTuple):
    """The item field to which a source's field name corresponds.

    Attributes:
        field: A field of items: ``title``, ``body``, ``summary``, ``date``, ``changed``, ``url``, ``id``,
            ``language``, ``country``, ``author``, ``section``; or ``never`` if the field is ignored.
        rank: How well the name fits the field; 0 is best.
        place: The position of the name among the names with the same rank.
    """

    field: str
    rank: int
    place: int = 0


TARGET_FIELDS: Final = frozenset("title body summary date url id language country author section".split())
"""The fields that a name can be mapped to; with any other target the value becomes a custom field."""

_OBJECTS: Final = [
    (kind, fields, name)
    for kind, fields, names in rows(__file__, "field_objects.tsv")
    for name in names.split()
]
LISTS: Final = frozenset(name for kind, _, name in _OBJECTS if kind == "list")
"""The names of lists with the items of a response or an export, which may have other keys."""

_SYNONYMS: Final = {"text": "body", "link": "url", "countries": "country"}
_SIGNS: Final = re.compile(r"[\W_]+")
_AROUND: Final = frozenset(name for kind, _, name in _OBJECTS if kind == "around")
_WITHIN: Final = {name: fields for kind, fields, name in _OBJECTS if kind == "within"}
_LINK: Final = re.compile(r"(?:url|link|href|permalink)\Z")
_OTHER_LINK: Final = re.compile(
    r"image|img|thumb|photo|picture|media|logo|icon|avatar|author|source|feed|video|audio|file|home|site|social|api|self"
)
_LINK_RANK: Final = 50
_SHOWN: Final = 12


@lru_cache(1 << 12)
def meaning_of(name: str) -> Meaning | None:
    """Return the item field that a field name in a source means, or ``None`` if unknown.

    Args:
        name: The name, in English, Spanish or French. The names of nested objects are separated by dots.
    """
    parts = [folded for part in name.split(".") if (folded := _fold(part))]
    if not parts or (parts[-1].startswith("_") and parts[-1] != "_id"):
        return None
    while len(parts) > 1 and parts[0] in _AROUND and not (parts[0] == "source" and parts[1] == "name"):
        parts = parts[1:]
    names = _names()
    whole = "".join(parts).replace("_", "")
    if found := names.get(whole):
        return found
    if len(parts) > 1 and (fields := _WITHIN.get(parts[-1])) is not None:
        found = names.get("".join(parts[:-1]))
        return found if found and (not fields or found.field in fields.split()) else None
    if _LINK.search(whole) and not _OTHER_LINK.search(whole):
        return Meaning("url", _LINK_RANK)
    return None


def target_field(name: str) -> str:
    """Return the item field for a target of ``--map``: ``Link -> url``; other targets are custom fields."""
    return _SYNONYMS.get(name.lower(), name.lower() if name.lower() in TARGET_FIELDS else name)


def is_understood(names: Iterable[str], meaning: Callable[[str], Meaning | None] = meaning_of) -> bool:
    """Return whether fields with the given names suffice for a news item.

    They suffice if a name clearly means a title or a text, or if there are two of title, text and summary, or
    one of them with a date or URL.
    """
    meanings = [found for name in names if (found := meaning(name))]
    fields = {found.field for found in meanings}
    if any(found.field in {"title", "body"} and found.rank == 0 for found in meanings):
        return True
    texts = fields & {"title", "body", "summary"}
    return len(texts) > 1 or (bool(texts) and bool(fields & {"date", "url"}))


def no_item(label: str, what: str, names: Sequence[str]) -> SourceError:
    """Return the error for a source without a field that is known as a title or a text.

    Args:
        label: The name of the source in messages.
        what: The kind of names: fields or columns.
        names: The names of the fields or columns that the source has.
    """
    if not names:
        return SourceError(message("sources.no_items", name=label))
    return SourceError(message(f"sources.no_known_{what}", name=label, names=names_in_words(names)))


def names_in_words(names: Sequence[str]) -> str:
    """List the first names of fields or columns, and how many more there are."""
    shown = ", ".join(
        normalise_space(clean(name))[:40] or message("sources.no_name") for name in names[:_SHOWN]
    )
    return message("list.more", first=shown, n=len(names) - _SHOWN) if len(names) > _SHOWN else shown


@cache
def _names() -> dict[str, Meaning]:
    ranks: dict[str, int] = {}
    found: dict[str, Meaning] = {}
    for field, *columns in rows(__file__, "field_names.tsv"):
        rank = ranks[field] = ranks.get(field, -1) + 1
        for place, name in enumerate(" ".join(columns).split()):
            found.setdefault(name, Meaning(field, rank, place))
    return found


def _fold(part: str) -> str:
    """Return one part of a field name in lower case, without accents and punctuation.

    A leading underscore is kept, because it marks internal fields.
    """
    plain = unicodedata.normalize("NFKD", part.strip()[:80]).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return ("_" if letters.startswith("_") else "") + _SIGNS.sub("", letters)


DEEPEST: Final = 6
"""The depth of nested objects whose fields are read."""

MAX_VALUES: Final = 500
"""The maximum number of fields of an item, with those of its objects."""

# The names of the value that represents an object in a list: {"name": "subject", "value": "Harbours"}.
_NAMING: Final = "value name title headline label term text display_name webTitle #text content href".split()
_READ: Final = frozenset({"_source", "_id"})  # names that are read despite the leading underscore
_NOTHING: Final = frozenset({"", "null", "none", "nan", "n/a", "#n/a", "nil", "undefined"})
MAX_NULL_LENGTH: Final = max(map(len, _NOTHING))
"""The number of characters of the longest text that means no value."""

# NewsAPI truncates texts: "the harbour … [+1234 chars]"
_CUT: Final = re.compile(r"(?:…|\.\.\.)?\s*\[\+\d+ (?:chars|characters)\]\Z")
_MAX_CUT_LENGTH: Final = 40
_SHORT: Final = 64  # characters of a value that is cached


UNREADABLE: Final = object()
"""The placeholder for a value that cannot be converted to text."""


def flatten(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the fields of an item, including those of inner objects: ``{"a": {"b": 1}} -> ("a.b", 1)``.

    Yields:
        Pairs of a name and a value. The value is a text, a number, a date or a list of texts, or UNREADABLE.
    """
    if len(values) <= MAX_VALUES and {str}.issuperset(map(type, values.values())):  # a row of a table
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
        if given > MAX_VALUES:
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
    """Convert the values of a list (texts, numbers, or objects with a name or title) to texts.

    If the list has any other value, the result is empty.
    """
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


def text_of(value: object) -> str:  # noqa: PLR0911 - one return per type
    """Convert a value to a text, which is empty for a value such as ``none`` or ``n/a``."""
    if isinstance(value, str):
        text = clean(value).strip()
        return "" if len(text) <= MAX_NULL_LENGTH and text.lower() in _NOTHING else text
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - detects NaN
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
    """Convert a value, perhaps HTML, to a single line."""
    if isinstance(value, str) and len(value) <= _SHORT:
        return _short_line(value)
    return line_of(text_of(value))


@lru_cache(1 << 12)  # authors, sections and names of fields recur often
def _short_line(value: str) -> str:
    return line_of(text_of(value))


def paragraphs(value: object) -> tuple[str, ...]:
    """Convert a value, perhaps HTML or a list, to paragraphs.

    Raises:
        ValueError: The markup is too long.
    """
    if isinstance(value, list):
        return tuple(part for text in value if isinstance(text, str) for part in paragraphs(text))
    text = text_of(value)
    if text.endswith("]") and (cut := _CUT.search(text, len(text) - _MAX_CUT_LENGTH)):
        text = text[: cut.start()].rstrip() + "…"
    if is_markup(text):
        if "<" in text:
            return tuple(paragraphs_of(text))
        text = decode_html(text)
    return tuple(paragraphs_of_lines(map(normalise_space, text.splitlines())))


COUNTRY_CODES = frozenset(country_names())
"""All ISO 3166-1 alpha-2 codes, and XK, which is used for Kosovo."""

_LANGUAGE_CODES = {
    code: language for language, codes in rows(__file__, "languages.tsv") for code in codes.split()
}


def read_language(code: str) -> str | None:
    """Map a language code to a language of the index: ``en``, ``es``, ``fr`` or ``und``.

    Args:
        code: A code of two or three letters, with or without a region ("en-GB", "es_MX").

    Returns:
        ``en``, ``es`` or ``fr``; ``und`` for any other language; ``None`` for an unknown code.
    """
    return _LANGUAGE_CODES.get(code.strip().lower().replace("_", "-").split("-")[0])


_SPLIT: Final = re.compile(r"\s*[;|,/]\s*")
_country: Final = lru_cache(1 << 10)(find_country)
_LANGUAGE_NAMES: Final = {
    name: code for code, names in rows(__file__, "language_names.tsv") for name in names.split()
}


def read_language_name(value: object) -> str | None:
    """Parse the language of an item (a code such as ``es-MX``, or a name), or return ``None``."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = text_of(value)
    return read_language(text) or _LANGUAGE_NAMES.get(plain_words(text))


def read_countries(value: object) -> tuple[list[str], list[str]]:
    """Parse countries: a code or name, a list, or a text with separators.

    Returns:
        The distinct country codes, and the names that are not known.
    """
    codes: list[str] = []
    unknown: list[str] = []
    for text in value if isinstance(value, list) else [text_of(value)]:
        whole = _country(text)
        for name in [text] if whole else _SPLIT.split(text):
            if code := whole or _country(name):
                codes.append(code)
            elif name:
                unknown.append(name)
    return list(dict.fromkeys(codes)), unknown


_DIGEST_BYTES = 6  # bytes of an id, which has 12 hexadecimal digits like the ids of items of a page


def collapse_space(text: str) -> str:
    """Replace each sequence of white space by a space; fast for texts that need no change."""
    text = text.replace("\n", " ").strip()
    return " ".join(text.split()) if "  " in text or not text.isprintable() else text


class StatedIds:
    """Assigns distinct ids to the items of a source.

    Items with the same identifier, such as the link to a shared page, get ids from their texts. If the texts
    are also equal, the items are numbered.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, key: str | None, title: str | None, paragraphs: Iterable[str]) -> str:
        """Return an unused id for the next item.

        Args:
            key: The identifier in the source: a guid, a message id or a link. ``None`` or empty if there is
                none.
            title: The title, used if the identifier is not enough.
            paragraphs: The text, used if the identifier is not enough.
        """
        if key and (found := id_of(key)) not in self._seen:
            self._seen[found] = 1
            return found
        text = "\n".join((title or "", *paragraphs))
        found = id_of(f"{key or ''}\x1f{collapse_space(text)}")
        self._seen[found] += 1
        return found if self._seen[found] == 1 else f"{found}-{self._seen[found]}"


def id_of(text: str) -> str:
    """Derive an item id from an identifier in a source, such as a guid."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
