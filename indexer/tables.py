"""Tables that ship with the package: tab-separated text with comments, read without any library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def rows(path: Path) -> list[list[str]]:
    """Read a table.

    Args:
        path: The file; a line that begins with ``#`` is a comment.

    Returns:
        The cells of each line; cells may be empty.
    """
    return [
        line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line and line[0] != "#"
    ]
