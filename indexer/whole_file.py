"""Files of users that are written whole: each appears, or is replaced, once it is complete and on disk."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, BinaryIO

from indexer.codec.plain_file import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[tuple[BinaryIO, Path]]:
    """Write a file beside the one that is meant, under a name that nothing has, and give it its name then.

    A pipe or a device, which no file can replace, is written as it stands.

    Args:
        path: The file that is meant; a link goes on leading to what it leads to.

    Yields:
        The file to write to, open, and its path.

    Raises:
        OSError: It cannot be written; the one that was there stays, and nothing of the new one.
    """
    if is_special(path):
        with Path(path).open("wb") as stream:
            yield stream, Path(path)
        return
    meant = Path(os.path.realpath(path))
    handle, name = mkstemp(".part", f".{meant.name[:100]}.", meant.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            _let_others_read(handle, meant)
            yield stream, Path(name)
            stream.flush()
            os.fsync(handle)
        Path(name).replace(meant)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(meant.parent)


def is_special(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path leads to a pipe, a device or another thing that is no file."""
    return Path(path).exists() and not Path(path).is_file()


def _let_others_read(handle: int, path: Path) -> None:
    """Give a file the rights of the one that it replaces, or those that a new one has here."""
    if not hasattr(os, "fchmod"):
        return  # Windows has none to give
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        os.fchmod(handle, mode)
