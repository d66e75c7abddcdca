"""What was fetched of indexes on clusters, kept in a folder of the user's."""

from __future__ import annotations

import os
from pathlib import Path

from indexer.errors import ClusterError
from indexer.whole_file import whole_file


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
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(path) as (file, part):
            part.chmod(0o600)  # words of an archive, in a folder that others may have been let into before
            file.write(data)
    except OSError as error:
        raise ClusterError(f"cannot keep “{path.name}” in “{path.parent}”: {error.strerror}") from None
