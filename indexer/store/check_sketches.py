"""Checks the sketches of a segment: works them out anew of the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.bulk.limits import BuildLimits
from indexer.bulk.run import Run
from indexer.bulk.token_table import TokenTable
from indexer.bulk.vocabulary import Vocabulary
from indexer.schema import SKETCH_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from indexer.codec.segment import Segment
    from indexer.documents import Document

MEGABYTES: Final = 128  # of words that are kept
TOGETHER: Final = 2048  # documents


class Sketcher:
    """Works out the sketches of documents anew, many together, and compares them with those that are stored.

    Args:
        segment: The segment that has the documents.
    """

    def __init__(self, segment: Segment) -> None:
        self._stored = segment.array("sketches").reshape(-1, SKETCH_KEYS)
        self._limits = BuildLimits.within(MEGABYTES)
        self._table = TokenTable()
        self._same = True
        self._start()

    def compare(self, documents: Iterable[Document], numbers: NDArray[Any]) -> None:
        """Take in documents and their numbers in the segment."""
        for document in documents:
            self._run.add(document, len(document.record))
        self._numbers.append(numbers)
        if len(self._run) >= TOGETHER:
            self.finish()

    def finish(self) -> bool:
        """Compare what was taken in; tell whether all so far are the same."""
        if self._numbers:
            stored = self._stored[np.concatenate(self._numbers)]
            self._same &= np.array_equal(self._run.sketches(), stored)
        if self._table.nbytes > self._limits.vocabulary:
            self._table = TokenTable()
        self._start()
        return self._same

    def _start(self) -> None:
        self._run = Run(self._table, Vocabulary(), 0, self._limits)
        self._numbers: list[NDArray[Any]] = []
