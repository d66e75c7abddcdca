"""The tables beside this module: tab-separated text with comments."""

from __future__ import annotations

from indexer import tables


def rows(name: str) -> list[list[str]]:
    """Read one table.

    Args:
        name: The file's name without its ending, such as ``demonyms``.

    Returns:
        A list of cells for each line that is no comment; cells may be empty.
    """
    return tables.rows(__file__, f"data/{name}.tsv")


def forms(cell: str) -> list[str]:
    """Split a cell that holds several names, parted by `` | ``."""
    return cell.split(" | ") if cell else []
