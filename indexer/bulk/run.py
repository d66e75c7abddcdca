"""A run: as many documents as fit in memory, collected as chunk numbers, to be inverted at once."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from indexer.bulk.prepared import MASKS

if TYPE_CHECKING:
    from indexer.bulk.chunks import ChunkTable
    from indexer.bulk.prepared import Prepared
    from indexer.bulk.vocabulary import Vocabulary

MAX_DOCUMENTS = 1 << 16  # a document's number in its run is a uint16
BATCH = 2048  # texts of one language analysed together: its dictionary then stays in the processor's cache


class Run:
    """The documents of one run: their texts as chunk numbers, and all that the columns need.

    A *piece* is what one document says in one language: its title's chunks, then its body's.
    """

    def __init__(self, table: ChunkTable, codes: Vocabulary, first: int) -> None:
        """Start an empty run.

        Args:
            table: Where chunks get their numbers.
            codes: Where country codes get theirs.
            first: The arrival number of the run's first document.
        """
        self.first = first
        self.chunks = array("I")
        self.piece_document = array("I")
        self.piece_language = array("B")
        self.piece_titled = array("B")
        self.piece_title_end = array("Q")
        self.piece_end = array("Q")
        self.start = array("i")
        self.end = array("i")
        self.kind = array("B")
        self.languages = array("B")
        self.language = array("B")
        self.country_counts = array("H")
        self.countries = array("H")
        self.ids: list[str] = []
        self.titles: list[str | None] = []
        self._table = table
        self._waiting: list[list[tuple[int, str | None, str]]] = [[] for _ in table.lookups]
        self._code = codes.number

    def __len__(self) -> int:
        """Return how many documents the run holds."""
        return len(self.ids)

    def add(self, document: Prepared) -> None:
        """Take a document in; its texts are analysed with others of their language."""
        number = len(self.ids)
        for language, title, body in document.texts:
            waiting = self._waiting[language]
            waiting.append((number, title, body))
            if len(waiting) >= BATCH:
                self._analyse(language)
        self.start.append(document.start)
        self.end.append(document.end)
        self.kind.append(document.kind)
        mask = 0
        for name in document.languages:
            mask |= MASKS[name]
        self.languages.append(mask)
        self.language.append(MASKS[document.languages[0]] if document.languages else 0)
        self.country_counts.append(len(document.countries))
        self.countries.extend(map(self._code, document.countries))
        self.ids.append(document.id)
        self.titles.append(document.title)

    def close(self) -> None:
        """Analyse what still waits."""
        for language in range(len(self._waiting)):
            self._analyse(language)

    def _analyse(self, language: int) -> None:
        chunks, table = self.chunks, self._table
        lookup = table.lookups[language]
        for number, title, body in self._waiting[language]:
            table.document = self.first + number
            if title is not None:
                chunks.extend(map(lookup, title.split()))
            self.piece_titled.append(title is not None)
            self.piece_title_end.append(len(chunks))
            chunks.extend(map(lookup, body.split()))
            self.piece_end.append(len(chunks))
            self.piece_document.append(number)
            self.piece_language.append(language)
        self._waiting[language].clear()
