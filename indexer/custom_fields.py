"""Custom fields: further facts that a source states of its items, as keywords of one index field.

A term of that field is the name of the own field, the value to compare with, and the value as written where
it is another text, with a separator between. An item has one value of each of its fields at most.

The concepts that its texts name stand among them, in fields of their own (``topic/``); of these an item may
have many.

The own fields of an item in one cell of CSV: ``Ship=Ana; Crew=12``.

A semicolon, a backslash, and an equals sign in a name have a backslash before them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.schema import CONCEPTS, SEPARATOR, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indexer.item import NewsItem


SOURCE: Final = "source"  # the file, folder or archive; every item has it
MEMBER: Final = "source/"  # the path of a file of a folder or an archive; asked for as a source ...
FILE: Final = "file"  # ... or, where no source has a field of that name, by this one
AUTHOR: Final = "author"
SECTION: Final = "section"
MAX_LENGTH: Final = 100  # characters of a value that is indexed, but for names of files
MAX_VALUES: Final = 10_000  # of a field that can be counted
MAX_COUNTED: Final = 8  # fields that an index counts without being asked

# Names that mean something else; an own field of such a name has OTHER before it.
_TAKEN: Final = frozenset(
    "title text body url country countries lang language languages date year month id source author "
    "section".split()
)
OTHER: Final = "fields."
_CACHE_SIZE: Final = 1 << 14  # terms that are kept: the same values come again and again


def field_name(written: str) -> str:
    """Give the name by which a field is asked for: in lower case, what is no letter or figure as ``_``."""
    signs = [sign if sign.isalnum() or sign in "_.-" else " " for sign in value_key(written)]
    return "_".join("".join(signs).split()).strip("_.-")


def value_key(written: str) -> str:
    """Give what values are compared by: white space collapsed, case folded."""
    value = " ".join(written.split()).casefold()
    if value.isascii():
        return value
    from unicodedata import normalize  # a library by itself

    return normalize("NFC", value)


def concept_term(kind: str, name: str) -> str:
    """Give the term of a concept that the texts of an item name."""
    return _written_term(f"{kind}{CONCEPTS}", name, value_key(name))


def is_concept(term: str) -> bool:
    """Tell whether a term is that of a concept, or a name that of a field of concepts."""
    name = term.partition(SEPARATOR)[0]
    return name.endswith(CONCEPTS) and name != MEMBER


def custom_keyword(name: str, value: str) -> str:
    """Give the keyword of a value of a field.

    Args:
        name: The name, as :func:`field_name` gives it.
        value: As written; of a source its name, or with a slash in it the path of a file of it.
    """
    key = value_key(value)
    return f"{MEMBER if name == SOURCE and '/' in key else name}{SEPARATOR}{key}"


def custom_terms(item: NewsItem) -> tuple[str, ...]:
    """Give the terms of an item's own fields, of each field one."""
    terms = source_terms(item.source.file)
    if not (item.author or item.section or item.fields):
        return terms
    named = {AUTHOR: item.author, SECTION: item.section}
    for written, value in item.fields:
        if name := _normalized_name(written):
            named.setdefault(name, value)
    return (*terms, *_terms((name, value) for name, value in named.items() if value))


@lru_cache(_CACHE_SIZE)
def source_terms(file: str) -> tuple[str, ...]:
    """Give the terms of where an item stands.

    Args:
        file: The name of its source, with the path in it where that is a folder or an archive.
    """
    source, slash, _ = file.partition("/")
    terms = [term for name in ([source, file] if slash else [source]) if (term := _source_term(name))]
    return tuple(terms)


def split_term(term: str) -> tuple[str, str, str]:
    """Part a term into the name, the value to compare with, and the value as written.

    Raises:
        ValueError: It is no such term.
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
    """Make a term; an empty one of what says as much as nothing."""
    written, key = " ".join(value.split()), value_key(value)
    return "" if key in {"", UNKNOWN} else _written_term(name, written, key)


def _source_term(name: str) -> str:
    """Make the term of a source or of a file in one; a source may have any name."""
    written, key = " ".join(name.split()), value_key(name)
    field = source_field(name)
    return _written_term(field, written, key) if key else ""


def _written_term(name: str, written: str, key: str) -> str:
    return f"{name}{SEPARATOR}{key}{SEPARATOR}{written if written != key else ''}"


def display_name(name: str) -> str:
    """Give the name that people know a field by, or a kind of concepts."""
    return FILE if name == MEMBER else name.removesuffix(CONCEPTS)


def source_field(name: str) -> str:
    """Name the field whose values name sources of that name."""
    return MEMBER if "/" in name or value_key(name) == UNKNOWN else SOURCE


_SIGN: Final = r"\\.?|[^\\;{}]"
_NAME: Final = f"(?:{_SIGN.format('=')}|;(?! ))"
# By hand nothing is escaped: only a semicolon, a blank, a name and "=" end a value.
_VALUE: Final = f"(?:{_SIGN.format('')}|;(?! {_NAME}++=))"
_FIELD: Final = f"(?s)({_NAME}*+)(?:=({_VALUE}*+))?(?:; |\\Z)"  # compiled where a cell is read


def field_cell(fields: Mapping[str, str]) -> str:
    """Write fields, by their names, as one text."""
    return "; ".join(f"{_escape(name, '=')}={_escape(value)}" for name, value in fields.items())


def fields_of(cell: str) -> dict[str, str]:
    """Read fields, by their names, from what :func:`field_cell` or a person wrote."""
    return {_unescape(name): _unescape(value) for name, value in re.findall(_FIELD, cell) if name}


def _escape(text: str, more: str = "") -> str:
    return re.sub(rf"[\\;{more}]", r"\\\g<0>", text)


def _unescape(text: str) -> str:
    return re.sub(r"\\([\\;=])", r"\1", text)
