"""What was fetched of indexes on clusters, kept in a folder of the user's."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from indexer.errors import ClusterError


def folder() -> Path:
    """Give the folder."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "dragoman"


def keep(path: Path, data: bytes) -> None:
    """Keep a file there, whole or not at all.

    Raises:
        ClusterError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        os.replace(file.name, path)  # noqa: PTH105 - in one step
    except OSError as error:
        raise ClusterError(f"cannot keep “{path.name}” in “{path.parent}”: {error.strerror}") from None
