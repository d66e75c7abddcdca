"""The sketches of documents on their way to a cluster: the keys that a bulk build in a folder gives them."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.sketches import WordHashes, sketch
from indexer.bulk.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

# Of a document what it says in one language: its words, None for a stop word, and how many are of the title.
Piece = tuple[list[str | None], int]
_NOTHING = 0xFFFFFFFF  # the number of a stop word, which is beyond all


class Sketcher:
    """Sketches documents, many at once."""

    def __init__(self) -> None:
        self._begin()

    def add(self, pieces: Iterable[Piece], day: int) -> None:
        """Take a document.

        Args:
            pieces: What it says in each language.
            day: Its first day, 0 without a date.
        """
        number = self._words.number
        for words, titles in pieces:
            self._document.append(len(self._days))
            self._title_ends.append(len(self._tokens) + titles)
            self._tokens.extend([_NOTHING if word is None else number(word) for word in words])
            self._ends.append(len(self._tokens))
        self._days.append(day)

    def sketches(self) -> NDArray[Any]:
        """Give the sketches of the documents that were taken, and begin anew: ``[document, key]``."""
        pieces = {
            "document": np.array(self._document, np.int64),
            "title_end": np.array(self._title_ends, np.int64),
            "end": np.array(self._ends, np.int64),
        }
        tokens, days = np.arange(len(self._tokens)), np.array(self._days, np.int64)
        found = sketch(WordHashes(self._words), self._tokens, tokens, pieces, days)
        self._begin()
        return found

    def _begin(self) -> None:
        self._words = Vocabulary()
        self._tokens = array("I")
        self._document: list[int] = []
        self._title_ends: list[int] = []
        self._ends: list[int] = []
        self._days: list[int] = []


def sent_keys(keys: NDArray[Any]) -> list[int]:
    """Give the keys of a document as a cluster gets them: numbers of 32 bits with a sign, none that is 0."""
    found: list[int] = keys[keys != 0].view(np.int32).tolist()
    return found


def read_keys(sent: Iterable[int]) -> NDArray[Any]:
    """Give keys as they were before they were sent."""
    return np.array([*sent], np.int32).view(np.uint32)
