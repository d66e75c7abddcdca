"""Opens an index: the place says which engine answers from it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from searcher.execution.engine import EmbeddedEngine

if TYPE_CHECKING:
    from searcher.engine import Engine


def open_engine(place: str | os.PathLike[str]) -> Engine:
    """Open the index at a place.

    Args:
        place: The index folder.

    Raises:
        IndexFolderError: There is none, or it is unfinished, damaged, or of another format.
    """
    return EmbeddedEngine.open(os.fspath(place))
