"""The writers' lock holds also where people or the disk take half of it away."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from indexer.errors import IndexFolderError
from indexer.store.lock import LOCK, WriterLock


def test_a_lock_file_removed_under_a_writer_lets_no_second_one_in(tmp_path: Path) -> None:
    """Who removes the file of a writer at work, to get rid of the message, does not get a second writer."""
    with WriterLock(tmp_path):
        (tmp_path / LOCK).unlink()
        with pytest.raises(IndexFolderError, match="another process is writing"):
            WriterLock(tmp_path)
    with WriterLock(tmp_path):
        pass


def test_a_drive_that_locks_files_alone_admits_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a network drive, which has no locks for folders, the file is enough."""
    flock = fcntl.flock

    def files_alone(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", files_alone)
    with WriterLock(tmp_path), pytest.raises(IndexFolderError, match="another process is writing"):
        WriterLock(tmp_path)
