"""The terms of a field: numbered in byte order, walked by prefix; nothing is read at opening.

A term is found by hash, or by halving in fields that few questions ask.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.codec.layout import Container

WALK: Final = 512  # terms that are read at once


def bucket_count(terms: int) -> int:
    """Give the number of buckets of a hash of terms: the next power of two."""
    return 1 << max(terms - 1, 0).bit_length()


class Lexicon:
    """The dictionary of one field of one segment.

    Args:
        container: The segment's arrays.
        field: The field's name.
    """

    __slots__ = ("_at", "_bytes", "_hash_start", "_hash_terms", "_hashed", "_mask", "_size")

    def __init__(self, container: Container, field: str) -> None:
        self._bytes = container.pages(f"{field}.terms")
        self._at = container.pages(f"{field}.term_at")
        self._size = len(self._at) - 1
        self._hashed = f"{field}.hash_start" in container
        if self._hashed:
            self._hash_start = container.pages(f"{field}.hash_start")
            self._hash_terms = container.pages(f"{field}.hash_terms")
            self._mask = len(self._hash_start) - 2

    def __len__(self) -> int:
        return self._size

    def find(self, term: bytes) -> int:
        """Find the number of a term, or -1 when the field does not have it."""
        if not self._hashed:
            number = self.floor(term)
            return number if number < self._size and self.term(number) == term else -1
        bucket = zlib.crc32(term) & self._mask
        first, last = self._hash_start[bucket], self._hash_start[bucket + 1]
        at = self._at
        for slot in range(first, last):
            number = self._hash_terms[slot]
            if self._bytes[at[number] : at[number + 1]] == term:
                return number
        return -1

    def term(self, number: int) -> bytes:
        """Read the bytes of a term."""
        return self._bytes[self._at[number] : self._at[number + 1]].tobytes()

    def walk(self, numbers: range) -> Iterator[bytes]:
        """Yield consecutive terms, a little at a time."""
        for first in range(numbers.start, numbers.stop, WALK):
            ends = self._at[first : min(first + WALK, numbers.stop) + 1]
            base = ends[0]
            terms = bytes(self._bytes[base : ends[-1]])
            yield from (terms[low - base : high - base] for low, high in pairwise(ends))

    def floor(self, term: bytes) -> int:
        """Find the number of the first term that is not before ``term`` (the size when there is none)."""
        return bisect_left(range(self._size), term, key=self.term)

    def prefix(self, start: bytes) -> range:
        """Find the numbers of all terms that start with ``start``."""
        first = self.floor(start)
        if first == self._size or self._bytes[self._at[first] : self._at[first] + len(start)] != start:
            return range(first, first)
        stem = start.rstrip(b"\xff")
        if not stem:
            return range(first, self._size)
        return range(first, self.floor(stem[:-1] + bytes([stem[-1] + 1])))
