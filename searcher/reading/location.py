"""The location of an index in a file: relative to the file where the index is below its folder.

So a file and its index can be moved together. Any other index has its absolute path, or its address.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.place import is_address
from indexer.whole_file import is_special

if TYPE_CHECKING:
    from os import PathLike


def relative(place: str, folder: Path) -> str:
    """Return the location of an index relative to a folder that it is below; else as it is."""
    path = Path(place)
    real = path.parent.resolve() / path.name
    if is_address(place) or not real.is_relative_to(folder):
        return place
    return real.relative_to(folder).as_posix()


def located(index: Any, file: str) -> str | None:
    """Return the location of the index that a record states, which may be relative to its file.

    Raises:
        TypeError, ValueError: It cannot be the location of an index.
    """
    if index is None:
        return None
    if b"\0" in os.fsencode(index):
        raise ValueError(index)
    return index if is_address(index) else str((folder_of(file) or Path.cwd()) / index)


def folder_of(file: str | PathLike[str]) -> Path | None:
    """Return the folder that the file of a receipt is in; None for a pipe or a terminal."""
    return None if is_special(file) else Path(file).resolve().parent
