"""Open and write index files, and files of users.

Index files may be untrusted. They must be regular files, not links. A new version of a file is first written
under another name, and renamed when it is complete and on disk.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from indexer.errors import IndexFolderError, message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

StrPath: TypeAlias = "str | os.PathLike[str]"  # readers pass a str, so that a query does not import pathlib

# Opening a named pipe would block. Windows has neither pipes in folders nor these flags.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def open_plain(path: StrPath) -> tuple[int, int]:
    """Open a regular file for reading.

    Returns:
        The descriptor, to be closed by the caller, and the size in bytes.

    Raises:
        FileNotFoundError: There is no such file.
        IndexFolderError: The path is a link, a pipe, a device or a folder.
        OSError: The file cannot be opened.
    """
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        if os.path.islink(path):  # noqa: PTH114
            raise IndexFolderError(message("codec.linked_file", path=_name(path))) from None
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise IndexFolderError(message("codec.not_plain_file", path=_name(path)))
    return descriptor, status.st_size


def read_plain(path: StrPath, most: int) -> bytes:
    """Return the content of a regular file.

    Raises:
        FileNotFoundError: There is no such file.
        IndexFolderError: The file is larger than ``most`` bytes, or not a regular file.
        OSError: The file cannot be read.
    """
    descriptor, size = open_plain(path)
    with os.fdopen(descriptor, "rb") as file:
        if size > most:
            raise IndexFolderError(message("codec.file_too_large", path=_name(path), size=size, most=most))
        return file.read(most)


def create_plain(path: Path) -> int:
    """Create an index file, and return its descriptor.

    A file of the same name, left by an interrupted write, is removed first.
    """
    path.unlink(missing_ok=True)
    return os.open(path, _NEW, 0o644)


def replace_plain(path: Path, content: bytes) -> None:
    """Replace an index file atomically, by writing ``path.new`` and renaming it.

    Raises:
        OSError: The file cannot be written. The existing one remains, and the new one is removed.
    """
    part = path.with_name(f"{path.name}.new")
    with _write_temporary(path, part, os.fdopen(create_plain(part), "wb")) as file:
        file.write(content)


@contextmanager
def whole_file(path: StrPath) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a temporary file that replaces another one when the block ends.

    Pipes and devices are written directly, because they cannot be replaced. For a symlink, the target is
    replaced.

    Raises:
        OSError: The file cannot be written. The existing one remains, and the new one is removed.
    """
    from pathlib import Path

    if is_special(path):
        with Path(path).open("wb") as stream:
            yield stream, Path(path)
        return
    meant = Path(os.path.realpath(path))
    part = meant.with_name(f".{meant.name[:100]}.{os.urandom(8).hex()}.part")
    with _write_temporary(meant, part, _create_file(part, meant)) as stream:
        yield stream, part


def is_special(path: StrPath) -> bool:
    """Return whether a path leads to a pipe, a device or a folder."""
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113


def _create_file(part: Path, target: Path) -> BinaryIO:
    """Create the temporary file ``part`` with the permissions of the file that it will replace."""
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except OSError:
        return part.open("xb")
    stream = open(part, "xb", opener=partial(os.open, mode=mode))  # noqa: SIM115 - Path.open has no opener
    if hasattr(os, "fchmod"):  # not on Windows; the old file may have permissions that the umask removes
        with suppress(OSError):
            os.fchmod(stream.fileno(), mode)
    return stream


@contextmanager
def _write_temporary(path: Path, part: Path, stream: BinaryIO) -> Iterator[BinaryIO]:
    """Write a file under a temporary name, and rename it when it is complete and on disk."""
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
    """Sync the names of the files in a folder to disk, if the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows cannot open folders
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_plain(path: Path) -> None:
    """Remove a file or link that Dragoman may have written, but never a folder."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)


def require_real_folder(path: StrPath) -> None:
    """Raise IndexFolderError if the folder of an index is a symbolic link."""
    if os.path.islink(path):  # noqa: PTH114
        raise IndexFolderError(message("codec.linked_folder", path=path))


def _name(path: StrPath) -> str:
    return os.path.basename(path)  # noqa: PTH119
