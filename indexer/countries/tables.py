"""The tables beside this module: tab-separated text with comments, read whole and without any library."""

from __future__ import annotations

import os

FOLDER = f"{os.path.dirname(__file__)}/data"  # noqa: PTH120 - a question does without pathlib


def rows(name: str) -> list[list[str]]:
    """Read one table.

    Args:
        name: The file's name without its ending, such as ``demonyms``.

    Returns:
        A list of cells for each line that is no comment; cells may be empty.
    """
    with open(f"{FOLDER}/{name}.tsv", encoding="utf-8") as file:  # noqa: PTH123 - likewise
        text = file.read()
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]


def forms(cell: str) -> list[str]:
    """Split a cell that holds several names, parted by `` | ``."""
    return cell.split(" | ") if cell else []
