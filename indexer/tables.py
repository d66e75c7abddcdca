"""Tables that ship with the package: tab-separated text with comments, read without any library."""

from __future__ import annotations

import os


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
