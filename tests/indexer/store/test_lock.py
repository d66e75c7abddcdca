"""The writers' lock also holds if users or the disk remove half of it."""

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from indexer.errors import IndexFolderError
from indexer.store.lock import LOCK, WriterLock


def test_removing_the_lock_file_lets_no_second_writer_in(tmp_path: Path) -> None:
    """A user who removes the file of an active writer still gets the message."""
    with WriterLock(tmp_path):
        (tmp_path / LOCK).unlink()
        with pytest.raises(IndexFolderError, match="another process is writing"):
            WriterLock(tmp_path)
    with WriterLock(tmp_path):
        pass


def test_a_drive_with_only_file_locks_admits_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a network drive without locks of folders, the file is enough."""
    flock = fcntl.flock

    def files_alone(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", files_alone)
    with WriterLock(tmp_path), pytest.raises(IndexFolderError, match="another process is writing"):
        WriterLock(tmp_path)
