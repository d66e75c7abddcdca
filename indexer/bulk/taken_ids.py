"""The ids that a build has met: two numbers each in memory, the ids themselves in a file."""

from __future__ import annotations

import os
from array import array
from contextlib import suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Self

from indexer.store.write_errors import told_plainly

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_FIRST_SLOTS = 1 << 10
_ALL = (1 << 64) - 1
_WRITE_AT_ONCE = 1 << 16
_SIZE_BYTES = 4


class TakenIds:
    """A set of ids that takes 16 bytes for a slot, at most two thirds of which are used.

    Each id has a hash of 64 bits in an open table, and beside it the place in a file where the id is
    written. Where a hash is met again the two ids are compared, so none is ever taken for another.
    """

    def __init__(self, folder: Path) -> None:
        """Start without ids.

        Args:
            folder: Where the file lives, without a name: it is gone as soon as it is closed.
        """
        self._folder = folder
        with told_plainly(folder):
            self._file = TemporaryFile(  # noqa: SIM115 - closed by our own __exit__
                dir=folder, buffering=_WRITE_AT_ONCE
            )
        self._end = 0
        self._size = 0
        self._mask = _FIRST_SLOTS - 1
        self._hashes = array("Q", bytes(8 * _FIRST_SLOTS))
        self._places = array("Q", bytes(8 * _FIRST_SLOTS))

    def __len__(self) -> int:
        return self._size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what could not be written is not wanted any more
            self._file.close()

    @property
    def nbytes(self) -> int:
        """How much memory the table takes."""
        return 16 * len(self._hashes)

    def add(self, key: str) -> bool:
        """Take an id in.

        Args:
            key: The id.

        Returns:
            Whether it is new.

        Raises:
            IndexFolderError: There is no room for its file.
        """
        hashed = (hash(key) & _ALL) or 1  # 0 marks a free slot
        hashes, mask = self._hashes, self._mask
        slot = hashed & mask
        while found := hashes[slot]:
            if found == hashed and self._is_at(self._places[slot], key):
                return False
            slot = (slot + 1) & mask
        written = key.encode("utf-8", "surrogatepass")
        hashes[slot] = hashed
        self._places[slot] = self._end
        try:
            self._file.write(len(written).to_bytes(_SIZE_BYTES, "little") + written)
        except OSError:
            with told_plainly(self._folder):
                raise
        self._end += _SIZE_BYTES + len(written)
        self._size += 1
        if 3 * self._size > 2 * len(hashes):
            self._grow()
        return True

    def _is_at(self, place: int, key: str) -> bool:
        written = key.encode("utf-8", "surrogatepass")
        expected = len(written).to_bytes(_SIZE_BYTES, "little") + written
        with told_plainly(self._folder):
            self._file.flush()
        return os.pread(self._file.fileno(), len(expected), place) == expected

    def _grow(self) -> None:
        old = zip(self._hashes, self._places, strict=True)
        size = 2 * len(self._hashes)
        hashes, places, mask = array("Q", bytes(8 * size)), array("Q", bytes(8 * size)), size - 1
        for hashed, place in old:
            if hashed:
                slot = hashed & mask
                while hashes[slot]:
                    slot = (slot + 1) & mask
                hashes[slot] = hashed
                places[slot] = place
        self._hashes, self._places, self._mask = hashes, places, mask
