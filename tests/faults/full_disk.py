"""A disk that is full except for some bytes."""

import os
from pathlib import Path

PAGE = 4096


def room(disk: Path) -> int:
    """Return the free bytes of a disk."""
    status = os.statvfs(disk)
    return status.f_bavail * status.f_frsize


def fill(disk: Path, left: int) -> None:
    """Fill a disk, except for some bytes."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(room(disk) - left, 1))
