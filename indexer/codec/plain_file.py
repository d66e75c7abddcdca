"""Opens and writes files: those of an index, which may come from a stranger, and those of users.

Files of an index are plain ones, never reached through a link. Every file that is replaced is first written
under another name, so that it appears complete and on disk.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    part = path.with_name(f"{path.name}.new")
    with _written_beside(path, part, os.fdopen(create_plain(part), "wb")) as file:
        file.write(content)


@contextmanager
def whole_file(path: StrPath) -> Iterator[tuple[BinaryIO, Path]]:
    """Write a file of a user under a name that nothing has, and give it its own name at the end.

    A pipe or a device, which no file can replace, is written directly.

    Args:
        path: The file; a link keeps its target, which is replaced.

    Yields:
        The file to write to, open, and its path.

    Raises:
        OSError: It cannot be written; the one that was there stays, and nothing of the new one.
    """
    from pathlib import Path

    if is_special(path):
        with Path(path).open("wb") as stream:
            yield stream, Path(path)
        return
    meant = Path(os.path.realpath(path))
    part = meant.with_name(f".{meant.name[:100]}.{os.urandom(8).hex()}.part")
    with _written_beside(meant, part, _created(part, meant)) as stream:
        yield stream, part


def is_special(path: StrPath) -> bool:
    """Return whether a path leads to a pipe, a device or another thing that is no file."""
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113


def _created(part: Path, meant: Path) -> BinaryIO:
    """Create a file with the rights of the one that it will replace, or those that a new one has here."""
    try:
        mode = stat.S_IMODE(meant.stat().st_mode)
    except OSError:
        return part.open("xb")
    stream = open(part, "xb", opener=partial(os.open, mode=mode))  # noqa: SIM115 - Path.open takes none
    if hasattr(os, "fchmod"):  # which Windows lacks; what the umask takes from a new file, the old one had
        with suppress(OSError):
            os.fchmod(stream.fileno(), mode)
    return stream


@contextmanager
def _written_beside(path: Path, part: Path, stream: BinaryIO) -> Iterator[BinaryIO]:
    """Write a file under another name, and give it its own once it is complete and on disk."""
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
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
