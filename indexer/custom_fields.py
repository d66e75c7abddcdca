"""Encode custom fields as keywords of the index field ``own``.

Such a keyword, a term of the index, consists of the name of the custom field, the normalised value, and the
value as written if it differs. An item has at most one value for each custom field.

The concepts in an item's texts are terms too, in fields named after their kinds (``topic/``); an item may
have many of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.schema import CONCEPTS, COUNTRY_VIA, COUNTRY_WAYS, SEPARATOR, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.item import CountryMention, NewsItem


SOURCE: Final = "source"  # the file, folder or archive; every item has it
MEMBER: Final = "source/"  # the path of a file in a folder or archive; queried as a source
FILE: Final = "file"  # the name of MEMBER in queries, if the sources do not have a field `file`
AUTHOR: Final = "author"
SECTION: Final = "section"
MAX_LENGTH: Final = 100  # characters of an indexed value, except names of files
MAX_VALUES: Final = 10_000  # distinct values of a field that can be counted
MAX_COUNTED: Final = 8  # fields that an index counts by default

# Names with another meaning; a custom field with such a name is prefixed with OTHER.
_TAKEN: Final = frozenset(
    "title text lead body length url country countries lang language languages date year month id source "
    "author section".split()
)
OTHER: Final = "fields."
NUMBER: Final = r"-?[0-9]{1,100}(?:\.[0-9]{1,100})?"
_CACHE_SIZE: Final = 1 << 14  # cached terms: values recur often


def field_name(written: str) -> str:
    """Normalise a field name to lower case, with every other character as ``_``."""
    signs = [sign if sign.isalnum() or sign in "_.-" else " " for sign in value_key(written)]
    return "_".join("".join(signs).split()).strip("_.-")


def value_key(written: str) -> str:
    """Normalise a value: white space is collapsed, and case is folded."""
    value = " ".join(written.split()).casefold()
    if value.isascii():
        return value
    from unicodedata import normalize  # rarely needed

    return normalize("NFC", value)


def concept_term(kind: str, name: str) -> str:
    """Return the term for a concept that an item mentions."""
    return _written_term(f"{kind}{CONCEPTS}", name, value_key(name))


def is_concept(term: str) -> bool:
    """Return whether a term or a field name belongs to concepts, not to custom fields."""
    name = term.partition(SEPARATOR)[0]
    return name.endswith(CONCEPTS) and name != MEMBER


def as_number(value: str) -> float | None:
    """Return the number that a text such as ``-3`` or ``7.5`` denotes, or ``None`` for any other text."""
    return float(value) if re.fullmatch(NUMBER, value) else None


def custom_keyword(name: str, value: str) -> str:
    """Return the keyword for the value of a custom field.

    Args:
        name: The normalised name, see :func:`field_name`.
        value: The value as written. For a source: ``name``, or ``name/path`` for a file in the source.
    """
    key = value_key(value)
    return f"{MEMBER if name == SOURCE and '/' in key else name}{SEPARATOR}{key}"


def custom_terms(item: NewsItem) -> tuple[str, ...]:
    """Return the terms for the source and the custom fields of an item."""
    return (*source_terms(item.source.file), *field_terms(item.author, item.section, item.fields))


def field_terms(author: str | None, section: str | None, fields: Iterable[tuple[str, str]]) -> list[str]:
    """Return the terms for the author, section and custom fields of an item."""
    named = {AUTHOR: author, SECTION: section}
    for written, value in fields:
        if name := _normalized_name(written):
            named.setdefault(name, value)
    return _terms((name, value) for name, value in named.items() if value)


def country_via_terms(countries: Iterable[CountryMention]) -> tuple[str, ...]:
    """Return the terms that record how an item's countries were determined.

    Each country has a term with the kind of evidence for it, such as ``at place`` for Austria. Every item has
    one more term that lists all kinds of evidence, such as ``* place``; it is ``*`` for an item without
    countries. Manual corrections count as ``given``.
    """
    known = [(code.lower(), "given" if via == "by_hand" else via) for code, via, _ in countries]
    ways = {via for _, via in known}
    terms = [_country_term(f"{code} {via}") for code, via in known]
    return (*terms, _country_term(ways_value([via for via in COUNTRY_WAYS if via in ways])))


@lru_cache(_CACHE_SIZE)
def _country_term(value: str) -> str:
    return _written_term(COUNTRY_VIA, value, value)


def ways_value(ways: Iterable[str]) -> str:
    """Encode several kinds of evidence for countries as one value."""
    return " ".join(("*", *ways))


@lru_cache(_CACHE_SIZE)
def source_terms(file: str) -> tuple[str, ...]:
    """Return the terms for an item's source: its name, and the item's file in a folder or archive."""
    source, slash, _ = file.partition("/")
    terms = [term for name in ([source, file] if slash else [source]) if (term := _source_term(name))]
    return tuple(terms)


def split_term(term: str) -> tuple[str, str, str]:
    """Split a term into name, normalised value and written value.

    Raises:
        ValueError: The text is not a term of the index field ``own``.
    """
    name, key, written = term.split(SEPARATOR)
    return name, key, written or key


def _terms(fields: Iterable[tuple[str, str]]) -> list[str]:
    return [term for name, value in fields if len(value) <= MAX_LENGTH and (term := _term(name, value))]


@lru_cache(_CACHE_SIZE)
def _normalized_name(written: str) -> str:
    name = field_name(written[:MAX_LENGTH])
    return f"{OTHER}{name}" if name in _TAKEN or name.startswith(OTHER) else name


@lru_cache(_CACHE_SIZE)
def _term(name: str, value: str) -> str:
    """Return the term for a value of a field, which is empty for an empty or unknown value."""
    written, key = " ".join(value.split()), value_key(value)
    return "" if key in {"", UNKNOWN} else _written_term(name, written, key)


def _source_term(name: str) -> str:
    """Return the term for a source, or a file in a source, whose name may be any text."""
    written, key = " ".join(name.split()), value_key(name)
    field = source_field(name)
    return _written_term(field, written, key) if key else ""


def _written_term(name: str, written: str, key: str) -> str:
    return f"{name}{SEPARATOR}{key}{SEPARATOR}{written if written != key else ''}"


def display_name(name: str) -> str:
    """Return the displayed name of a custom field or of a kind of concepts."""
    return FILE if name == MEMBER else name.removesuffix(CONCEPTS)


def source_field(name: str) -> str:
    """Return the field in which the name of a source or file is indexed."""
    return MEMBER if "/" in name or value_key(name) == UNKNOWN else SOURCE
