"""Opens the files of an index folder that may come from a stranger: plain ones only, never through a link."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path

StrPath: TypeAlias = "str | os.PathLike[str]"  # whoever reads gives a str: a question does without pathlib

# A named pipe would block whoever opens it; Windows has neither pipes in folders nor these flags.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def open_plain(path: StrPath) -> tuple[int, int]:
    """Open a plain file for reading.

    Args:
        path: The file; no link.

    Returns:
        Its descriptor, which the caller closes, and its size in bytes.

    Raises:
        FileNotFoundError: There is none.
        IndexFolderError: It is a link, a pipe, a device or a folder.
        OSError: It cannot be opened.
    """
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        if os.path.islink(path):  # noqa: PTH114
            raise IndexFolderError(f"{_name(path)} is a link, which an index must not have") from None
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise IndexFolderError(f"{_name(path)} is no plain file, which an index must not have")
    return descriptor, status.st_size


def read_plain(path: StrPath, most: int) -> bytes:
    """Return the content of a plain file.

    Args:
        path: The file; no link.
        most: How many bytes it may have.

    Raises:
        FileNotFoundError: There is none.
        IndexFolderError: It is larger than that, or not a plain file.
        OSError: It cannot be read.
    """
    descriptor, size = open_plain(path)
    with os.fdopen(descriptor, "rb") as file:
        if size > most:
            raise IndexFolderError(f"{_name(path)} has {size:,} bytes, and no index needs more than {most:,}")
        return file.read(most)


def create_plain(path: Path) -> int:
    """Create a file of ours in the place of what a dead writer, or a stranger, left under its name.

    Args:
        path: The file; a link of that name is removed, not followed.

    Returns:
        Its descriptor for reading and writing.

    Raises:
        OSError: It cannot be created.
    """
    path.unlink(missing_ok=True)
    return os.open(path, _NEW, 0o644)


def replace_plain(path: Path, content: bytes) -> None:
    """Put a file of an index on disk in the place of the one that has its name, in one step.

    Args:
        path: The file; ``path`` with ``.new`` behind it is written first.
        content: Its bytes.

    Raises:
        OSError: It cannot be written; the file that was there stays, and nothing of the new one.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(create_plain(temporary), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folders
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_plain(path: Path) -> None:
    """Remove what stands under a name of ours: never a folder, of which we make none there."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)


def require_real_folder(path: StrPath) -> None:
    """Make sure that a folder inside an index is a folder of its own.

    Raises:
        IndexFolderError: It is a link to elsewhere.
    """
    if os.path.islink(path):  # noqa: PTH114
        raise IndexFolderError(f"“{path}” is a link, which an index must not have; build the index again")


def _name(path: StrPath) -> str:
    return os.path.basename(path)  # noqa: PTH119
