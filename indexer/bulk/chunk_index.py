"""Chunks found by the thousand: their bytes are the keys of an open hash table that numpy looks up at once.

A dictionary of Python finds one chunk at a time and waits for memory each time. Here a chunk of up to 15
bytes, which nearly all are, is two machine words, its length among them; so nothing is ever taken for
something else, and a batch of chunks costs a few passes over arrays.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

LONGEST_KEY = 15
"""Bytes of the longest chunk that has a key."""

SLOT_BYTES = 20
_FIRST_SIZE = 1 << 12
_FREE = 0xFFFFFFFF
_LENGTH_SHIFT = np.uint64(56)
_ALL = (1 << 64) - 1
# What a chunk has of the two words that begin where it begins, by its length.
_LOW = np.array([(1 << 8 * min(size, 8)) - 1 for size in range(LONGEST_KEY + 1)], dtype=np.uint64)
_HIGH = np.array([(1 << 8 * max(size - 8, 0)) - 1 for size in range(LONGEST_KEY + 1)], dtype=np.uint64)


def chunk_keys(data: Numbers, starts: Numbers, sizes: Numbers) -> tuple[Numbers, Numbers]:
    """Return the keys of chunks, each as two words.

    Args:
        data: Bytes, with at least 16 behind the last chunk.
        starts: Where each chunk begins.
        sizes: How many bytes each has; those with more than ``LONGEST_KEY`` get keys without meaning.
    """
    words = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data.data, strides=(1,))
    sizes = np.minimum(sizes, LONGEST_KEY)
    low = words[starts]
    low &= _LOW[sizes]
    high = words[starts + 8]
    high &= _HIGH[sizes]
    high |= sizes.astype(np.uint64) << _LENGTH_SHIFT
    return low, high


class ChunkIndex:
    """The numbers of the chunks of one language, by their keys."""

    def __init__(self) -> None:
        # Odd factors that nobody can know: no archive can be made whose chunks all fall on one slot. Which
        # slot a chunk has shows nowhere.
        self._factors = [np.uint64(secrets.randbits(64) | 1) for _ in range(3)]
        self._used = 0
        self._allot(_FIRST_SIZE)

    @property
    def nbytes(self) -> int:
        """How much memory the table takes."""
        return len(self._numbers) * SLOT_BYTES

    def find(self, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """Look chunks up.

        Args:
            low: The first words of their keys.
            high: The second words.

        Returns:
            The number of each, and the places of those that are not known; their numbers mean nothing.
        """
        slots = self._home(low, high)
        numbers = self._numbers[slots]
        open_ = ((self._low[slots] != low) | (self._high[slots] != high)).nonzero()[0]
        missing = []
        while len(open_):
            free = numbers[open_] == _FREE
            missing.append(open_[free])
            open_ = open_[~free]
            slots_open = (slots[open_] + 1) & self._mask
            slots[open_] = slots_open
            numbers[open_] = self._numbers[slots_open]
            other = (self._low[slots_open] != low[open_]) | (self._high[slots_open] != high[open_])
            open_ = open_[other]
        if not missing:
            return numbers, open_
        places = np.concatenate(missing)
        places.sort()
        return numbers, places

    def add(self, low: Numbers, high: Numbers, numbers: Numbers) -> None:
        """Take in chunks that are not known yet; the same one may be among them more than once."""
        size = len(self._numbers)
        if 2 * (self._used + len(low)) > size:
            while 2 * (self._used + len(low)) > size:
                size *= 2
            held = (self._numbers != _FREE).nonzero()[0]
            old = self._low[held], self._high[held], self._numbers[held]
            self._allot(size)
            self._used = 0
            self._insert(*old)
        self._insert(low, high, numbers)

    def _insert(self, low: Numbers, high: Numbers, numbers: Numbers) -> None:
        slots = self._home(low, high)
        while len(slots):
            free = self._numbers[slots] == _FREE
            taken, first = np.unique(slots[free], return_index=True)
            first = free.nonzero()[0][first]
            self._low[taken] = low[first]
            self._high[taken] = high[first]
            self._numbers[taken] = numbers[first]
            self._used += len(taken)
            rest = ((self._low[slots] != low) | (self._high[slots] != high)).nonzero()[0]
            low, high, numbers = low[rest], high[rest], numbers[rest]
            slots = (slots[rest] + 1) & self._mask

    def _home(self, low: Numbers, high: Numbers) -> Numbers:
        one, other, last = self._factors
        mixed = low * one
        mixed ^= high * other
        mixed ^= mixed >> np.uint64(31)
        mixed *= last
        mixed >>= self._shift
        return mixed.view(np.int64)

    def _allot(self, size: int) -> None:
        self._mask = size - 1
        self._shift = np.uint64(64 - self._mask.bit_length())
        self._low = np.zeros(size, dtype=np.uint64)
        self._high = np.zeros(size, dtype=np.uint64)
        self._numbers = np.full(size, _FREE, dtype=np.uint32)
