"""Cells that a spreadsheet would compute: the apostrophe that makes them text, and the text as it was."""

from __future__ import annotations

import re
from typing import Final

# A spreadsheet takes a cell that begins so for a formula (the wide forms too, in East Asian settings).
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
# Where the comma is for decimals, as in Spanish and French, a spreadsheet parts cells at semicolons, and
# quotation marks inside such a cell are text: what stands behind one, or on a new line, is a cell there.
_BEFORE: Final = "([;\t\n][\"' ]*)"  # compiled where a sheet is written or read
_BEHIND: Final = "(?=[=+\\-@＝＋－＠])"


def begins_formula(text: str) -> bool:
    """Tell whether a text begins as a formula does, apostrophes before it apart.

    What has one already gets one more, so that the text is known again.
    """
    return text.lstrip("'")[:1] in FORMULA_STARTS


def without_formulas(text: str) -> str:
    """Put an apostrophe before what would be a formula within a text."""
    return re.sub(_BEFORE + _BEHIND, r"\1'", text)


def as_it_was(cell: str) -> str:
    """Give the text of a cell without the apostrophes that our CSV has."""
    if cell.startswith("'") and begins_formula(cell):
        cell = cell[1:]
    return re.sub(f"{_BEFORE}'{_BEHIND}", r"\1", cell) if "'" in cell else cell
