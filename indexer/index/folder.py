"""The folder that an index lives in: whose it is, which format it has, and what it was built from."""

from __future__ import annotations

from pathlib import Path

from indexer.codec.contents import CONTENTS, SEGMENTS_FOLDER, Contents, SourceSummary
from indexer.codec.plain_file import require_own_folder
from indexer.errors import IndexFolderError

MANIFEST = CONTENTS

# What a folder may hold before we move in: pages that explain it and what version control leaves behind.
WELCOME = frozenset({"README.md", ".gitignore", ".gitkeep", ".DS_Store"})

# What a writer that died while it moved in may have left.
_UNFINISHED = frozenset({f"{CONTENTS}.new"})

__all__ = ["MANIFEST", "SourceSummary", "claim_folder", "holds_other_sources", "read_manifest"]


def read_manifest(folder: Path) -> Contents:
    """Read what an index consists of and where it came from.

    Args:
        folder: The index folder.

    Raises:
        IndexFolderError: There is no folder or no index in it, or one that is unfinished, damaged or newer.
    """
    build = "build one with: dragoman build SOURCE"
    if not folder.exists():
        raise IndexFolderError(f"there is no index folder “{folder}”; {build} --index {folder}")
    if not folder.is_dir():
        raise IndexFolderError(f"“{folder}” is a file, not an index folder; name a folder with --index")
    contents = Contents.read(folder)
    if contents.built is None:
        raise IndexFolderError(f"no build has ended in “{folder}” yet; {build} --index {folder}")
    return contents


def claim_folder(folder: Path) -> None:
    """Make a folder ours before anything is written to it; an index of ours that is there stays as it is.

    Raises:
        IndexFolderError: The folder holds something else, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in folder.iterdir()}
        require_own_folder(folder / SEGMENTS_FOLDER)
        if MANIFEST in names:
            return
        foreign = sorted(names - WELCOME - _UNFINISHED)
        if foreign:
            raise IndexFolderError(
                f"“{folder}” holds files that are not Dragoman's (such as {foreign[0]}); "
                "name an empty or new folder with --index"
            )
        Contents(0, ()).write(folder)
    except FileExistsError:
        raise IndexFolderError(f"“{folder}” is a file, not a folder; name a folder with --index") from None
    except OSError as error:
        raise IndexFolderError(f"cannot write to “{folder}”: {error.strerror}") from None


def holds_other_sources(folder: Path, source: str) -> bool:
    """Tell whether a folder holds an index that was built from anything but one source.

    Args:
        folder: The folder; it may hold no index.
        source: The name of the source.
    """
    try:
        manifest = read_manifest(folder)
    except IndexFolderError:
        return False
    return [summary.file for summary in manifest.sources] != [source]
