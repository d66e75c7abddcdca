"""Vocabularies put aside and brought together: each term of a build gets one rank, whenever it was met.

An *epoch* is the life of one vocabulary. One that grows too large is put aside and the next starts from
nothing; at the end all are merged by streaming, so that memory is bounded however many terms there are.
"""

from __future__ import annotations

import heapq
from collections import Counter
from itertools import islice, repeat
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import IO

    from numpy.typing import NDArray

    from indexer.bulk.vocabulary import Vocabulary


class SealedVocabulary:
    """A vocabulary on disk: its terms in alphabetical order, a line each, and their numbers in that order."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        """Write a vocabulary that will not grow any more.

        Args:
            path: Where to.
            vocabulary: The vocabulary; no term of it holds a line break.
        """
        self.path = path
        self.order = vocabulary.alphabetical()
        names = vocabulary.names()
        with path.open("wb") as file:
            for first in range(0, len(self.order), 1 << 14):
                block = [names[number] for number in self.order[first : first + (1 << 14)].tolist()]
                file.write(("\n".join(block) + "\n").encode("utf-8", "surrogatepass"))


class MergedVocabulary:
    """The terms of all epochs in alphabetical order.

    Attributes:
        ranks: For each epoch, the rank of each of its term numbers.
        initials: How many terms start with each first byte.
    """

    def __init__(self, path: Path, epochs: Sequence[SealedVocabulary]) -> None:
        """Bring epochs together.

        Args:
            path: Where the merged terms are written.
            epochs: The vocabularies, at least one.
        """
        self.ranks: list[NDArray[np.uint32]] = [
            np.empty(len(epoch.order), dtype=np.uint32) for epoch in epochs
        ]
        if len(epochs) == 1:
            path = epochs[0].path
            self.ranks[0][epochs[0].order] = np.arange(len(epochs[0].order), dtype=np.uint32)
        else:
            _merge(path, epochs, self.ranks)
        with path.open("rb") as file:
            self.initials = Counter(line[0] for line in file)
        self._file: IO[bytes] = path.open("rb")

    def __len__(self) -> int:
        """Return the number of distinct terms."""
        return self.initials.total()

    def rewind(self) -> None:
        """Start again with the first term."""
        self._file.seek(0)

    def take(self, count: int) -> list[bytes]:
        """Return the next terms in alphabetical order."""
        return [line[:-1] for line in islice(self._file, count)]

    def close(self) -> None:
        """Close the file of terms."""
        self._file.close()


def _merge(path: Path, epochs: Sequence[SealedVocabulary], ranks: Sequence[NDArray[np.uint32]]) -> None:
    """Write the union of sorted files of lines, and note the rank of each line of each."""
    sorted_ranks = [np.empty(len(epoch.order), dtype=np.uint32) for epoch in epochs]
    done = [0] * len(epochs)
    last, rank = b"", -1
    with path.open("wb") as merged:
        for line, epoch in heapq.merge(*(_lines(sealed.path, at) for at, sealed in enumerate(epochs))):
            if line != last:
                merged.write(line)
                last = line
                rank += 1
            sorted_ranks[epoch][done[epoch]] = rank
            done[epoch] += 1
    for epoch, sealed in enumerate(epochs):
        ranks[epoch][sealed.order] = sorted_ranks[epoch]


def _lines(path: Path, epoch: int) -> Iterator[tuple[bytes, int]]:
    with path.open("rb") as file:
        yield from zip(file, repeat(epoch))
