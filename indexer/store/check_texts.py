"""Checks what a segment knows of its texts: works out their sketches and their concepts anew."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.bulk.limits import BuildLimits
from indexer.bulk.run import Run
from indexer.bulk.token_labels import TokenLabels
from indexer.bulk.token_table import TokenTable
from indexer.bulk.vocabulary import Vocabulary
from indexer.own_fields import is_concept
from indexer.schema import OWN, SKETCH_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from indexer.codec.segment import Segment
    from indexer.documents import Document
    from indexer.thesaurus.finder import ConceptFinder

    Numbers = NDArray[Any]

MEGABYTES: Final = 128  # of words that are kept
TOGETHER: Final = 2048  # documents


class TextChecker:
    """Works out anew what documents have of their texts, many together, and compares it with what is stored.

    Args:
        segment: The segment that has the documents; its postings contradict nothing.
        finder: What finds the concepts of the index; None to leave these unchecked.
    """

    def __init__(self, segment: Segment, finder: ConceptFinder | None) -> None:
        self._sketches = segment.array("sketches").reshape(-1, SKETCH_KEYS)
        self._finder = finder
        self._key = os.urandom(16)  # so that nobody can forge concepts with the same sums
        self._concepts = self._stored_concepts(segment) if finder else None
        self._limits = BuildLimits.within(MEGABYTES)
        self._table = self._new_table()
        self._different: dict[str, None] = {}
        self._start()

    def compare(self, documents: Iterable[Document], numbers: Numbers) -> None:
        """Take in documents and their numbers in the segment."""
        for document in documents:
            self._run.add(document, len(document.record))
        self._numbers.append(numbers)
        if len(self._run) >= TOGETHER:
            self.finish()

    def finish(self) -> list[str]:
        """Compare what was taken in; give the names of the blocks that were found to differ so far."""
        if self._numbers:
            numbers = np.concatenate(self._numbers)
            if not np.array_equal(self._run.sketches(), self._sketches[numbers]):
                self._different["sketches"] = None
            stored = self._concepts
            if stored is not None and not np.array_equal(self._found_concepts(), stored[numbers]):
                self._different[f"{OWN}.ids"] = None
        if self._table.nbytes > self._limits.vocabulary:
            self._table = self._new_table()
        self._start()
        return [*self._different]

    def _start(self) -> None:
        self._run = Run(self._table, Vocabulary(), 0, self._limits)
        self._numbers: list[Numbers] = []

    def _new_table(self) -> TokenTable:
        return TokenTable(TokenLabels(self._finder) if self._finder else None)

    def _digest(self, term: bytes) -> int:
        return int.from_bytes(blake2b(term, digest_size=8, key=self._key).digest(), "little")

    def _stored_concepts(self, segment: Segment) -> Numbers:
        """Sum the digests of the concepts that each document has."""
        sums = np.zeros(segment.documents, np.uint64)
        if OWN not in segment.fields:
            return sums
        lexicon, ids = segment.lexicon(OWN), segment.array(f"{OWN}.ids")
        bounds = segment.array(f"{OWN}.start").tolist()
        for number, written in enumerate(lexicon.walk(range(len(lexicon)))):
            if is_concept(written.decode("utf-8", "replace")):  # a forged one may be no text
                first, last = bounds[number : number + 2]  # one that all documents have takes no posting
                sums[ids[first:last] if last > first else slice(None)] += np.uint64(self._digest(written))
        return sums

    def _found_concepts(self) -> Numbers:
        """Sum the digests of the concepts that are found in the texts of each document that was taken in."""
        counts, numbers, terms = self._run.concepts()
        digests = np.array([self._digest(term.encode("utf-8", "surrogatepass")) for term in terms], np.uint64)
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(digests[numbers], dtype=np.uint64)))
        return np.diff(sums[np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))])
