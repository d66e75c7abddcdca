"""Read the tables of words and names in the package, which are tab-separated text with comments."""

from __future__ import annotations

import os
from functools import cache


def rows(module: str, name: str) -> list[list[str]]:
    """Read the rows of a table that is in the same folder as a module.

    ``module`` is the ``__file__`` of the module. Lines that begin with ``#`` are comments, and are skipped.
    """
    lines = text_of(module, name).split("\n")
    return [line.split("\t") for line in lines if line and line[0] != "#"]


def text_of(module: str, name: str) -> str:
    """Read a text file that is in the same folder as a module, whose ``__file__`` is ``module``."""
    path = f"{os.path.dirname(module)}/{name}"  # noqa: PTH120 - a search does not import pathlib
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - as above
        return file.read()


def has_line(text: str, line: str) -> bool:
    """Return whether a text of sorted lines contains a line, by binary search."""
    first, last = 0, len(text)  # the beginnings of two lines; without a function call for each step
    while first < last:
        at = (first + last) // 2
        start, end = text.rfind("\n", first, at) + 1 or first, text.find("\n", at)
        if text[start:end] < line:
            first = end + 1
        else:
            last = start
    return text.startswith(f"{line}\n", first)


def country_rows(name: str) -> list[list[str]]:
    """Read the rows of a table of countries, such as ``demonyms``, without comments (``#``)."""
    return rows(__file__, f"countries/data/{name}.tsv")


@cache
def lookalikes() -> dict[str, list[str]]:
    """Return the names in the table ``lookalikes`` by their kind.

    The header of the table describes the kinds.
    """
    found: dict[str, list[str]] = {}
    for kind, _, names in country_rows("lookalikes"):
        found.setdefault(kind, []).extend(names_in_cell(names))
    return found


def names_in_cell(cell: str) -> list[str]:
    """Split the text of a cell at `` | ``."""
    return cell.split(" | ") if cell else []
