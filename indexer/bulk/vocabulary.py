"""Numbered terms: each distinct term of an epoch has a number, each of a segment a rank in byte order.

An *epoch* is the life of one vocabulary. One that grows too large is sealed on disk and the next starts from
nothing; at the end all are merged by streaming, so that memory is bounded however many terms there are.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from itertools import islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import IO


_LINES_AT_ONCE = 1 << 14


class Vocabulary(dict[str, int]):
    """Distinct terms, numbered in the order in which they were first seen."""

    def number(self, name: str) -> int:
        """Number a term; a new one gets the next."""
        return self.setdefault(name, len(self))


class SealedVocabulary:
    """A vocabulary on disk: its terms in byte order, a line each, and their numbers in that order.

    Strings sort by code point, which is also the order of their UTF-8 bytes.

    Attributes:
        path: The file.
        size: Its bytes.
        order: The numbers of the terms in that order.
    """

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        """Write a vocabulary that will not grow any more.

        Args:
            path: The file to write.
            vocabulary: The vocabulary; no term of it holds a line break.
        """
        self.path = path
        names = sorted(vocabulary)
        with path.open("wb") as file:
            for first in range(0, len(names), _LINES_AT_ONCE):
                lines = names[first : first + _LINES_AT_ONCE]
                file.write(("\n".join(lines) + "\n").encode("utf-8", "surrogatepass"))
            self.size = file.tell()
        self.order = np.fromiter(map(vocabulary.__getitem__, names), np.uint32, len(names))


class MergedVocabulary:
    """The terms of all epochs in byte order.

    Attributes:
        ranks: For each epoch, the rank of each of its term numbers.
    """

    def __init__(self, path: Path, epochs: Sequence[SealedVocabulary]) -> None:
        """Merge epochs.

        Args:
            path: Where the merged terms are written.
            epochs: The vocabularies, at least one.
        """
        if len(epochs) == 1:
            path, ranks = epochs[0].path, [array("I", range(len(epochs[0].order)))]
        else:
            ranks = _merge(path, epochs)
        self._path = path
        self._size = 1 + max((own[-1] for own in ranks if own), default=-1)
        self.ranks = [np.empty(len(own), dtype=np.uint32) for own in ranks]
        for numbered, epoch, own in zip(self.ranks, epochs, ranks, strict=True):
            numbered[epoch.order] = own

    def __len__(self) -> int:
        """Count the distinct terms."""
        return self._size

    def open(self) -> IO[bytes]:
        """Open the file of terms, which :func:`take` reads."""
        return self._path.open("rb")

    def initials(self) -> Counter[int]:
        """Count the terms that start with each byte."""
        with self.open() as lines:
            return Counter(map(itemgetter(0), lines))


def take(lines: IO[bytes], count: int) -> list[bytes]:
    """Read the next terms in byte order."""
    return [line[:-1] for line in islice(lines, count)]


def _merge(path: Path, epochs: Sequence[SealedVocabulary]) -> list[array[int]]:
    """Write the union of sorted files of lines, and give the rank of each line of each."""
    ranks = [array("I") for _ in epochs]
    last, rank = b"", -1
    with path.open("wb") as merged:
        for line, epoch in heapq.merge(*(_lines(sealed.path, at) for at, sealed in enumerate(epochs))):
            if line != last:
                merged.write(line)
                last = line
                rank += 1
            ranks[epoch].append(rank)
    return ranks


def _lines(path: Path, epoch: int) -> Iterator[tuple[bytes, int]]:
    with path.open("rb") as file:
        yield from zip(file, repeat(epoch))
