"""What the system says when it cannot write, in one line for people."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Self

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class told_plainly:  # noqa: N801 - reads as a word in a with statement, like suppress
    """Turns an ``OSError`` of the block into an ``IndexFolderError`` that says what to do.

    A class, since a generator would cost every added document a microsecond.
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        """Remember where is written.

        Args:
            folder: The index folder.
        """
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            raise IndexFolderError(_message(self._folder, error)) from error


def _message(folder: Path, error: OSError) -> str:
    # numpy reports a write cut short without a number of the system.
    if error.errno is None or error.errno in _NO_ROOM:
        reason = "" if error.errno is None else f" ({os.strerror(error.errno)})"
        return (
            f"no room to write the index in “{folder}”{reason}; what was there before is whole: "
            "make room on the disk, or name a folder elsewhere with --index"
        )
    where = error.filename if isinstance(error.filename, str) else folder  # one file may stand in the way
    return f"cannot write to “{where}”: {error.strerror}; what was there before is whole"
