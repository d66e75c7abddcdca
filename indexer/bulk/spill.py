"""Arrays spilled to disk while a build goes on, so that memory holds one run and no more."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Spilled:
    """An array on disk.

    Attributes:
        path: The file.
        offset: Its first byte there.
        size: How many numbers it holds.
        dtype: Their type.
    """

    path: Path
    offset: int
    size: int
    dtype: np.dtype[Any]

    def read(self, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Read a part of the array.

        Args:
            first: The first number wanted.
            last: The number behind the last one wanted; None for all that follow.
        """
        count = max((self.size if last is None else last) - first, 0)
        if not count:
            return np.empty(0, self.dtype)
        # Read, not mapped: mapped pages would count as memory of ours.
        offset = self.offset + first * self.dtype.itemsize
        values = np.fromfile(self.path, self.dtype, count, offset=offset)
        if len(values) != count:
            raise OSError(f"{self.path.name} is shorter than what was written to it")
        return values


@dataclass(frozen=True, slots=True)
class SpilledTexts:
    """Byte strings on disk.

    Attributes:
        joined: All of them joined, uint8.
        ends: Where each ends, uint32.
    """

    joined: Spilled
    ends: Spilled

    def read(self) -> list[bytes]:
        """Read them."""
        data = self.joined.read().tobytes()
        return [data[first:last] for first, last in pairwise([0, *self.ends.read().tolist()])]


class SpillFile:
    """A file of spilled arrays, one behind the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._offset = 0

    def add(self, values: NDArray[Any]) -> Spilled:
        """Write an array."""
        spilled = Spilled(self.path, self._offset, len(values), values.dtype)
        # Not with `tofile`: numpy leaves a write that fails for want of room untold.
        self._file.write(np.ascontiguousarray(values).data)
        self._offset += values.nbytes
        return spilled

    def add_texts(self, texts: Iterable[str | None]) -> SpilledTexts:
        """Write texts, None as an empty one."""
        encoded = [(text or "").encode("utf-8", "replace") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.uint32, len(encoded)), dtype=np.uint32)
        return SpilledTexts(self.add(np.frombuffer(b"".join(encoded), dtype=np.uint8)), self.add(ends))

    def close(self) -> None:
        """End the file; what it holds can be read from now on."""
        self._file.close()
