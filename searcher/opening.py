"""Open an index with the engine for its location."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from indexer.errors import type_name
from indexer.location import is_address
from searcher.execution.embedded_engine import EmbeddedEngine

if TYPE_CHECKING:
    from searcher.engine import Engine


def open_engine(place: str | os.PathLike[str]) -> Engine:
    """Open the index at a location.

    Args:
        place: The index folder, or the address of an index on a cluster.

    Raises:
        IndexFolderError: There is no index, or it is unfinished, damaged, or of another format.
        TypeError: The location is neither a string nor a path.
    """
    if not isinstance(place, (str, os.PathLike)):
        raise TypeError(f"an index is named by its folder or its address, not by {type_name(place)}")
    path = os.fspath(place)
    if is_address(path):
        from searcher.cluster.opensearch_engine import ClusterEngine  # few indexes are on a cluster

        return ClusterEngine.open(path)
    return EmbeddedEngine.open(path)
