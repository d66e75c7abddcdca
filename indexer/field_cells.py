"""The own fields of an item in one cell of CSV: ``Ship=Ana; Crew=12``.

A semicolon, a backslash, and an equals sign in a name have a backslash before them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

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
