"""Read the tables of the package: tab-separated text with comments, without any library."""

from __future__ import annotations

import os
import re
from typing import Final


def rows(module: str, name: str) -> list[list[str]]:
    """Read a table in the folder of a module.

    Args:
        module: The module's ``__file__``.
        name: The name of the file; lines of it that begin with ``#`` are comments.

    Returns:
        The cells of each line; cells may be empty.
    """
    path = f"{os.path.dirname(module)}/{name}"  # noqa: PTH120 - a search does not import pathlib
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - as above
        text = file.read()
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]


def country_rows(name: str) -> list[list[str]]:
    """Read a table of countries.

    Args:
        name: The name of the file without its suffix, such as ``demonyms``.

    Returns:
        The cells of each line that is not a comment; cells may be empty.
    """
    return rows(__file__, f"countries/data/{name}.tsv")


def names_in_cell(cell: str) -> list[str]:
    """Split a cell with several names, separated by `` | ``."""
    return cell.split(" | ") if cell else []


# A spreadsheet treats a cell that begins with these as a formula (the wide forms too, in East Asian locales).
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
# With a decimal comma, as in Spanish and French, a spreadsheet separates cells at semicolons, and quotation
# marks inside such a cell are text: the text after a semicolon or a new line is a cell there.
_BEFORE: Final = "([;\t\n][\"' ]*)"  # compiled when a sheet is written or read
_BEHIND: Final = "(?=[=+\\-@＝＋－＠])"


def begins_formula(text: str) -> bool:
    """Return whether a text begins like a formula, without apostrophes before it.

    A text that already has an apostrophe gets one more, so that it can be restored.
    """
    return text.lstrip("'")[:1] in FORMULA_STARTS


def without_formulas(text: str) -> str:
    """Insert an apostrophe before possible formulas inside a text."""
    return re.sub(_BEFORE + _BEHIND, r"\1'", text)


def without_apostrophes(cell: str) -> str:
    """Return the text of a cell without the apostrophes that Dragoman's CSV adds."""
    if cell.startswith("'") and begins_formula(cell):
        cell = cell[1:]
    return re.sub(f"{_BEFORE}'{_BEHIND}", r"\1", cell) if "'" in cell else cell
