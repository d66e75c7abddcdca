"""Write and read the cells of Dragoman's CSV files: escaped formulas, and custom fields.

One cell has all custom fields of an item: ``Ship=Ana; Crew=12``. Semicolons, backslashes, and equals signs in
names are escaped with a backslash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# A spreadsheet treats a cell that begins with these as a formula (the wide forms too, in East Asian locales).
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
# With a decimal comma, as in Spanish and French, a spreadsheet separates cells at semicolons, and quotation
# marks inside such a cell are text: the text after a semicolon or a new line is a cell there.
_BEFORE: Final = "([;\t\n][\"' ]*)"  # compiled when a sheet is written or read
_BEHIND: Final = "(?=[=+\\-@＝＋－＠])"


def begins_formula(text: str) -> bool:
    """Return whether a spreadsheet might read a text as a formula, ignoring leading apostrophes and spaces.

    Such a text is written with an additional apostrophe, which is removed when the text is read.
    """
    text = text.lstrip("'")
    return text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS


def escape_formulas(text: str) -> str:
    """Insert apostrophes before possible formulas in the middle of a text."""
    return re.sub(_BEFORE + _BEHIND, r"\1'", text)


def remove_apostrophes(cell: str) -> str:
    """Return the text of a cell without the apostrophes that Dragoman's CSV adds."""
    if cell.startswith("'") and begins_formula(cell):
        cell = cell[1:]
    return re.sub(f"{_BEFORE}'{_BEHIND}", r"\1", cell) if "'" in cell else cell


_SIGN: Final = r"\\.?|[^\\;{}]"
_NAME: Final = f"(?:{_SIGN.format('=')}|;(?! ))"
# Users type cells without escapes. There, a value ends only at a semicolon, a blank, a name and "=".
_VALUE: Final = f"(?:{_SIGN.format('')}|;(?! (?>{_NAME}+)=))"
# Compiled when a cell is read. The groups are atomic: Python before 3.11.5 matches possessive ones wrongly.
_FIELD: Final = f"(?s)((?>{_NAME}*))(?:=((?>{_VALUE}*)))?(?:; |\\Z)"


def field_cell(fields: Mapping[str, str]) -> str:
    """Encode a mapping of fields as the text of a cell."""
    return "; ".join(f"{_escape(name, '=')}={_escape(value)}" for name, value in fields.items())


def fields_of(cell: str) -> dict[str, str]:
    """Parse the fields in a cell, as written by :func:`field_cell` or typed by a user."""
    return {_unescape(name): _unescape(value) for name, value in re.findall(_FIELD, cell) if name}


def _escape(text: str, more: str = "") -> str:
    return re.sub(rf"[\\;{more}]", r"\\\g<0>", text)


def _unescape(text: str) -> str:
    return re.sub(r"\\([\\;=])", r"\1", text)
