"""Check whether a folder is, or may become, an index, and read its manifest."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from stat import S_ISDIR
from typing import TYPE_CHECKING

from indexer.codec.plain_file import require_real_folder
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import DragomanError, IndexFolderError, OutOfReachError, message, reason
from indexer.store.manifest import MANIFEST, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.codec.plain_file import StrPath

# Files that a folder may contain before the first build: documentation and files of version control.
WELCOME = frozenset({"README.md", ".gitignore", ".gitkeep", ".DS_Store"})


def read_manifest(folder: StrPath) -> Manifest:
    """Read the manifest of the index in a folder.

    Raises:
        IndexFolderError: There is no folder or no index in it, or the index is unfinished, damaged or of a
            newer format.
        OutOfReachError: This process is not permitted to read the folder.
    """
    try:
        is_folder = S_ISDIR(os.stat(folder).st_mode)  # noqa: PTH116 - a search does not import pathlib
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise IndexFolderError(
            message("store.no_index_folder", folder=folder, build=message("store.build_one"))
        ) from None
    except OSError as error:
        raise OutOfReachError(
            message("store.unreadable_folder", folder=folder, reason=reason(error))
        ) from None
    if not is_folder:
        raise IndexFolderError(message("store.not_an_index_folder", folder=folder))
    manifest = Manifest.read(folder)
    if manifest.built is None:
        raise IndexFolderError(message("store.unfinished", folder=folder, build=message("store.build_one")))
    return manifest


@contextmanager
def lock_folder(folder: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Lock an index folder, or a folder for a new index, against other writers, until the context ends.

    Args:
        folder: The folder, which is created if it does not exist.
        wait: The maximum time to wait for another writer, in seconds.

    Raises:
        IndexFolderError: The folder contains other files, cannot be created, or is in use by another writer.
    """
    from indexer.store.lock import WriterLock
    from indexer.store.publication import explain_write_errors

    is_new = not folder.exists()
    _require_own_folder(folder)  # before anything is written to a folder that may not be an index
    with WriterLock(folder, wait=wait):
        # Under the lock: two first writers would overwrite each other's table.
        if not _require_own_folder(folder):
            with explain_write_errors(folder):
                Manifest(0, ()).write(folder)
        try:
            yield
        except DragomanError:
            if is_new:
                _remove_created_folder(folder)
            raise


def _remove_created_folder(folder: Path) -> None:
    """Remove the folder that a failed build created, unless it has other files."""
    from indexer.store.lock import LOCK

    with suppress(OSError, IndexFolderError):
        if Manifest.read(folder).built is None:
            (folder / MANIFEST).unlink()
            (folder / LOCK).unlink()
            with suppress(FileNotFoundError):
                (folder / SEGMENTS_FOLDER).rmdir()
            folder.rmdir()


def _require_own_folder(folder: Path) -> bool:
    """Create an index folder if it is missing, and return whether it already has an index.

    Raises:
        IndexFolderError: The folder cannot be written, or it has no index but files of other programs.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in folder.iterdir()}
    except FileExistsError:
        raise IndexFolderError(message("store.not_a_folder", folder=folder)) from None
    except OSError as error:
        raise IndexFolderError(
            message("store.cannot_write_folder", folder=folder, reason=reason(error))
        ) from None
    require_real_folder(folder / SEGMENTS_FOLDER)
    if MANIFEST in names:
        return True
    from indexer.store.lock import LOCK

    # A writer that was killed before its first commit may have left these files.
    foreign = sorted(names - WELCOME - {f"{MANIFEST}.new", LOCK})
    if foreign:
        raise IndexFolderError(message("store.foreign_files", folder=folder, foreign=foreign[0]))
    return False


def holds_other_sources(folder: Path, source: str) -> bool:
    """Return whether a folder has an index that may have other sources than the given one."""
    try:
        manifest = Manifest.read(folder)
    except IndexFolderError:
        table = folder / MANIFEST
        return table.is_symlink() or table.exists()  # damaged or of another format: its sources are unknown
    return manifest.built is not None and [summary.file for summary in manifest.sources] != [source]
