"""Files of users that are written whole: each appears, or is replaced, once it is complete and on disk."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
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
    part = meant.with_name(f".{meant.name[:100]}.{token_hex(8)}.part")
    try:
        with _created(part, meant) as stream:
            yield stream, part
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(meant)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(meant.parent)


def is_special(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path leads to a pipe, a device or another thing that is no file."""
    return Path(path).exists() and not Path(path).is_file()


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
