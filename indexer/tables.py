"""Tables that ship with the package: tab-separated text with comments, read without any library."""

from __future__ import annotations

import os
import re
from typing import Final


def rows(module: str, name: str) -> list[list[str]]:
    """Read a table that stands beside a module.

    Args:
        module: The module's ``__file__``.
        name: The file, from the module's folder; a line of it that begins with ``#`` is a comment.

    Returns:
        The cells of each line; cells may be empty.
    """
    path = f"{os.path.dirname(module)}/{name}"  # noqa: PTH120 - a question does without pathlib
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - likewise
        text = file.read()
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]


def country_rows(name: str) -> list[list[str]]:
    """Read one table.

    Args:
        name: The file's name without its ending, such as ``demonyms``.

    Returns:
        A list of cells for each line that is no comment; cells may be empty.
    """
    return rows(__file__, f"countries/data/{name}.tsv")


def names_in_cell(cell: str) -> list[str]:
    """Split a cell that holds several names, parted by `` | ``."""
    return cell.split(" | ") if cell else []


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
