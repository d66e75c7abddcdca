"""Admit one writer at a time with a lock that the kernel releases when the process ends."""

from __future__ import annotations

import errno
import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TypeVar

from indexer.codec.plain_file import read_plain
from indexer.errors import IndexFolderError, message, reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

LOCK = "dragoman.lock"
PAUSE = 0.1  # seconds between two attempts
_MAX_HOLDER_BYTES = 4096  # bytes; the file has about fifty


class WriterLock:
    """The lock of a writer on an index folder.

    The lock file stays when the lock is released: if it were removed, one writer could lock a new file of
    that name while another has a lock on the removed file. Because users may remove the file, the folder is
    also locked, where the system supports that. The content of the file is only for users.
    """

    def __init__(self, folder: Path, *, wait: float = 0.0) -> None:
        """Acquire the lock.

        Raises:
            IndexFolderError: Another process has the lock, or the folder cannot be written or locked.
        """
        self._descriptor = self._folder = -1
        if not wait_for(lambda: self._try(folder) or None, wait):
            raise IndexFolderError(message("store.locked", folder=folder, holder=_holder(folder)))
        since = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        with suppress(OSError):  # on a full disk the lock works without the process id
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps({"process": os.getpid(), "since": since}).encode(), 0)

    def _try(self, folder: Path) -> bool:
        path = folder / LOCK
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | _NO_FOLLOW, 0o644)
        except OSError as error:
            key = "store.read_only" if error.errno in _READ_ONLY else "store.cannot_write"
            raise IndexFolderError(message(key, path=path, reason=reason(error))) from None
        try:
            lock_descriptor(descriptor)
            # If somebody removed the file meanwhile, the lock on it would exclude nobody.
            if is_still(path, descriptor) and self._try_folder(folder):
                self._descriptor, descriptor = descriptor, -1
                return True
        except (BlockingIOError, PermissionError):  # EWOULDBLOCK, and its equivalents on some systems
            return False
        except OSError as error:
            raise IndexFolderError(
                message("store.cannot_lock", folder=folder, reason=reason(error))
            ) from None
        finally:
            if descriptor >= 0:
                os.close(descriptor)
        return False

    def _try_folder(self, folder: Path) -> bool:
        """Lock the folder itself, or return False if another process has locked it."""
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except OSError:
            return True  # the folder may be writable but not listable; Windows cannot open folders
        try:
            lock_descriptor(descriptor)
        except OSError as error:  # network drives only lock files
            os.close(descriptor)
            return not isinstance(error, BlockingIOError)
        self._folder = descriptor
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock, unless it was released before."""
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1
        if self._descriptor >= 0:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def wait_for(attempt: Callable[[], T | None], wait: float) -> T | None:
    """Repeat an attempt until it returns a value.

    It is repeated for at most ``wait`` seconds. The result is None if all attempts return None.
    """
    deadline = time.monotonic() + wait
    while (found := attempt()) is None and time.monotonic() < deadline:  # NaN means no wait
        time.sleep(PAUSE)
    return found


def is_still(path: Path, descriptor: int) -> bool:
    """Return whether a path still leads to the open file of a descriptor."""
    with suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False


def _holder(folder: Path) -> str:
    # Reading a pipe would block, and a file may be large.
    with suppress(OSError, ValueError, KeyError, TypeError, OverflowError, IndexFolderError):
        record = json.loads(read_plain(folder / LOCK, _MAX_HOLDER_BYTES))
        return message(
            "store.holder", process=str(int(record["process"])), since=datetime.fromisoformat(record["since"])
        )
    return message("store.unknown_holder")


_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)

if os.name == "posix":
    import fcntl

    def lock_descriptor(descriptor: int) -> None:
        """Lock an open file.

        Raises:
            BlockingIOError: Another process has locked it.
        """
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

else:  # pragma: no cover - Windows
    import msvcrt

    def lock_descriptor(descriptor: int) -> None:
        """Lock an open file.

        Raises:
            BlockingIOError: Another process has locked it.
        """
        # A locked byte cannot be read on Windows: lock one beyond the content, which other processes read.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            raise BlockingIOError(error.errno, error.strerror) from error
