"""Look up many short words and chunks at once, with numpy.

A *chunk* is the text between two white spaces. A Python dictionary finds one chunk at a time, each with a
cache miss. Here, a chunk of up to 15 bytes, as nearly all are, has a unique key of two machine words, ``low``
and ``high``, that include its length. A batch of keys is looked up in an open-addressing hash table in a few
passes over arrays.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

# A slot is a row of four machine words: two for the key, one for the number, and one used during insertion.
_LOW_WORD, _HIGH_WORD, _NUMBER, _MARK = range(4)
_WORDS = 4
SLOT_BYTES = 8 * _WORDS
_FIRST_SIZE = 1 << 8  # filling more slots takes longer than all other work on a short text
_FREE = 0xFFFFFFFF


class ChunkIndex:
    """A hash table that maps the key of each chunk to its number, in one language."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        # Random odd factors, so that no archive can be forged in which all chunks hash to the same slot.
        self._factors = [np.uint64(int.from_bytes(random(8), "little") | 1) for _ in range(3)]
        self._used = 0
        self._allot(_FIRST_SIZE)

    @property
    def nbytes(self) -> int:
        """The memory use of the table in bytes."""
        return len(self._slots) * SLOT_BYTES

    def find(self, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """Look up the numbers of chunks, given the two halves of their keys.

        Returns:
            The number of each chunk, and the positions of unknown chunks, whose numbers are undefined.
        """
        slots = self._home(low, high)
        found = self._read(slots)
        numbers = found[:, _NUMBER].astype(np.uint32)
        indices = ((found[:, _LOW_WORD] != low) | (found[:, _HIGH_WORD] != high)).nonzero()[0]
        missing = [indices[:0]]
        while len(indices):
            free = numbers[indices] == _FREE
            missing.append(indices[free])
            indices = indices[~free]
            slots[indices] = (slots[indices] + 1) & self._mask
            found = self._read(slots[indices])
            numbers[indices] = found[:, _NUMBER]
            differing = (found[:, _LOW_WORD] != low[indices]) | (found[:, _HIGH_WORD] != high[indices])
            indices = indices[differing]
        unknown = np.concatenate(missing)
        unknown.sort()
        return numbers, unknown

    def distinct(self, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """Find equal chunks, given the two halves of their keys.

        Returns:
            The first position of each distinct chunk, and for each chunk, the index of the distinct chunk
            that it equals.
        """
        mixed = self._hash_letters(low, high)
        order = mixed.argsort()
        mixed = mixed[order]
        starts = np.ones(len(order), bool)
        np.not_equal(mixed[1:], mixed[:-1], out=starts[1:])
        same_as = np.empty(len(order), np.int64)
        same_as[order] = np.cumsum(starts) - 1
        first = np.minimum.reduceat(order, starts.nonzero()[0]) if len(order) else order
        if ((low[first[same_as]] != low) | (high[first[same_as]] != high)).any():  # two keys share a hash
            first = same_as = np.arange(len(order))
        return first, same_as

    def add(self, low: Numbers, high: Numbers, numbers: Numbers) -> None:
        """Add chunks, perhaps repeated ones, given the two halves of their keys and their numbers."""
        size = len(self._slots)
        if 2 * (self._used + len(low)) > size:
            while 2 * (self._used + len(low)) > size:
                size *= 2
            old = self._words[self._words[:, _NUMBER] != _FREE]
            # Insert by ascending number: older words are more frequent, and get the slots read first.
            old = old[old[:, _NUMBER].argsort()]
            self._allot(size)
            self._used = 0
            self._insert(old[:, _LOW_WORD], old[:, _HIGH_WORD], old[:, _NUMBER])
        self._insert(low, high, numbers)

    def _insert(self, low: Numbers, high: Numbers, numbers: Numbers) -> None:
        words = self._words
        slots = self._home(low, high)
        while len(slots):
            found = self._read(slots)
            free = (found[:, _NUMBER] == _FREE).nonzero()[0]
            if len(free):
                # The first of several candidates gets a slot, because it is written last.
                wanted = slots[free]
                words[wanted[::-1], _MARK] = free[::-1]
                first = free[words[wanted, _MARK] == free]
                rows = np.empty((len(first), _WORDS), dtype=np.uint64)
                rows[:, _LOW_WORD] = low[first]
                rows[:, _HIGH_WORD] = high[first]
                rows[:, _NUMBER] = numbers[first]
                words[slots[first]] = rows
                self._used += len(first)
                found = self._read(slots)
            rest = ((found[:, _LOW_WORD] != low) | (found[:, _HIGH_WORD] != high)).nonzero()[0]
            low, high, numbers = low[rest], high[rest], numbers[rest]
            slots = (slots[rest] + 1) & self._mask

    def _read(self, slots: Numbers) -> Numbers:
        """Return the entries in the given slots, one per row.

        The bytes of an entry are contiguous, so that reading an entry takes only one cache miss.
        """
        rows: Numbers = self._slots.take(slots, mode="clip").view(np.uint64).reshape(-1, _WORDS)
        return rows

    def _home(self, low: Numbers, high: Numbers) -> Numbers:
        mixed = self._hash_letters(low, high)
        mixed >>= self._shift
        return mixed.view(np.int64)

    def _hash_letters(self, low: Numbers, high: Numbers) -> Numbers:
        first, second, third = self._factors
        mixed = low * first
        mixed ^= mixed >> np.uint64(32)  # the last letter of a word of 8, which might cancel out its length
        mixed ^= high * second
        mixed ^= mixed >> np.uint64(31)
        mixed *= third
        return mixed

    def _allot(self, size: int) -> None:
        self._mask = size - 1
        self._shift = np.uint64(64 - self._mask.bit_length())
        self._words = np.zeros((size, _WORDS), dtype=np.uint64)
        self._words[:, _NUMBER] = _FREE
        self._slots = self._words.view(f"V{SLOT_BYTES}").ravel()


MAX_KEY_LENGTH = 15
"""The number of bytes of the longest word with a unique key."""

PADDING = b" " * 24
"""The bytes that must follow the last word, so that its key can be read."""

_LENGTH_SHIFT = np.uint64(56)
# Masks for the two machine words that start with a word, by its length.
_LOW = np.array([(1 << 8 * min(size, 8)) - 1 for size in range(MAX_KEY_LENGTH + 1)], dtype=np.uint64)
_HIGH = np.array([(1 << 8 * max(size - 8, 0)) - 1 for size in range(MAX_KEY_LENGTH + 1)], dtype=np.uint64)


def word_keys(data: Numbers, starts: Numbers, sizes: Numbers) -> tuple[Numbers, Numbers]:
    """Return the keys of words as two arrays of uint64.

    Long words may share keys. ``data`` must end with ``PADDING``.
    """
    words = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data.data, strides=(1,))
    sizes = np.minimum(sizes, MAX_KEY_LENGTH)
    low = words[starts]
    low &= _LOW[sizes]
    high = words[starts + 8]
    high &= _HIGH[sizes]
    high |= sizes.astype(np.uint64) << _LENGTH_SHIFT
    return low, high


def ranges(starts: Numbers, counts: Numbers) -> Numbers:
    """Concatenate ranges of integers.

    For example: ``[3, 8], [2, 1] -> [3, 4, 8]``.
    """
    ends = counts.cumsum(dtype=np.int64)
    numbers: Numbers = np.repeat(starts - (ends - counts), counts)
    numbers += np.arange(len(numbers))
    return numbers


def distinct(values: Numbers) -> Numbers:
    """Return the distinct values, sorted."""
    values = np.sort(values)
    once = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=once[1:])
    return values[once]
