"""Look up the labels and codes that name the fields of an article, and the styles of markup."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from indexer.data_tables import names_in_cell, rows
from indexer.dates.date_grammar import fold

LEFT_OUT: Final = "-"
"""The field of lines that are not part of an article."""

_LONGEST: Final = 40  # characters of a label
_CODE: Final = re.compile(r"([A-Z]{2,3})(?:\s*$|\t\s*|\s{2,})(.*)")
_SPACES: Final = re.compile(r"[\s-]+")


@cache
def _labels(system: str) -> dict[str, str]:
    return {
        _key(label): field
        for name, field, *cells in rows(__file__, "labels.tsv")
        if name == system
        for cell in cells
        for label in names_in_cell(cell)
    }


@cache
def styles_of(system: str) -> dict[str, str]:
    """Return the field by the class, id or name of an element."""
    table = rows(__file__, "styles.tsv")
    return {value: field for name, field, values in table if name == system for value in values.split()}


def find_code(text: str) -> tuple[str, str] | None:
    """Return the field of a line that begins with a field code of Factiva, and the rest of the line."""
    found = _CODE.fullmatch(text.strip(" \u00a0"))
    field = _labels("factiva").get(found[1].lower()) if found else None
    return (field, found[2]) if found and field else None


def find_label(text: str, system: str) -> tuple[str, str, str] | None:
    """Return the field of a line that begins with a label, the label as written, and the rest.

    Args:
        text: The line.
        system: The name of the system; a label of a part, such as *Body*, may lack the colon.
    """
    colon = text.find(":", 0, _LONGEST)
    if colon < 0 and len(text) > _LONGEST:
        return None
    name = (text if colon < 0 else text[:colon]).strip()
    field = _field(name, system) if name else None
    return (field, name, text[colon + 1 :].strip() if colon >= 0 else "") if field else None


@lru_cache(1 << 14)
def _field(name: str, system: str) -> str | None:
    return _labels(system).get(_key(name))


def _key(label: str) -> str:
    return _SPACES.sub(" ", fold(label)).strip()
