"""A run: as many documents as fit in memory, collected as chunk numbers, to be inverted at once."""

from __future__ import annotations

from array import array
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from indexer.bulk.prepared import MASKS
from indexer.bulk.text_chunks import number_texts
from indexer.schema import LANGUAGES

if TYPE_CHECKING:
    from indexer.bulk.chunks import ChunkTable
    from indexer.bulk.prepared import Prepared
    from indexer.bulk.vocabulary import Vocabulary

MAX_DOCUMENTS = 1 << 16  # a document's number in its run is a uint16
BATCH = 4096  # documents analysed together: what a call of numpy costs is shared by them all
BATCH_CHARACTERS = 1 << 22  # likewise


class Run:
    """The documents of one run: their texts as chunk numbers, and all that the columns need.

    A *piece* is what one document says in one language: its title's chunks, then its body's.
    """

    def __init__(
        self,
        table: ChunkTable,
        codes: Vocabulary,
        first: int,
        most_documents: int = MAX_DOCUMENTS,
        most_chunks: int = 1 << 40,
    ) -> None:
        """Start an empty run.

        Args:
            table: Where chunks get their numbers.
            codes: Where country codes get theirs.
            first: The arrival number of the run's first document.
            most_documents: How many documents it takes.
            most_chunks: How many chunks it takes; the last document may lead beyond.
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
        self._codes = codes
        self._most_documents = most_documents
        self._most_chunks = most_chunks
        self._wait_for_more()

    def __len__(self) -> int:
        """Return how many documents the run holds."""
        return len(self.ids) + len(self._waiting)

    @property
    def room(self) -> int:
        """How many characters still fit in: what waits is counted by these, two for a chunk at least."""
        return 2 * (self._most_chunks - len(self.chunks)) - self._characters

    @property
    def full(self) -> bool:
        """Whether the run takes nothing more."""
        return len(self) >= self._most_documents or self.room <= 0

    def add(self, document: Prepared, characters: int) -> bool:
        """Take a document in; it is analysed with those that come after it.

        Args:
            document: The document.
            characters: About how long it is.

        Returns:
            Whether all that the run holds is analysed now: only then it may be full.
        """
        self._waiting.append(document)
        self._characters += characters
        if self._characters < self._batch_characters and len(self._waiting) < self._batch:
            return False
        self.close()
        return True

    def _wait_for_more(self) -> None:
        self._waiting: list[Prepared] = []
        self._characters = 0
        self._batch = min(BATCH, self._most_documents - len(self.ids))
        self._batch_characters = min(BATCH_CHARACTERS, self.room)

    def close(self) -> None:
        """Analyse what still waits."""
        documents = self._waiting
        if not documents:
            return
        first = len(self.ids)
        # By column: a loop over the documents for each would cost three microseconds a document.
        ids, titles, texts, start, end, kind, countries, languages, _, _ = zip(*documents, strict=True)
        self.ids += ids
        self.titles += titles
        self.start.extend(start)
        self.end.extend(end)
        self.kind.extend(kind)
        self.language.extend(map(_MAIN_MASK_OF.__getitem__, languages))
        self.languages.extend(map(_MASK_OF.__getitem__, languages))
        self.country_counts.extend(map(len, countries))
        codes = [*chain.from_iterable(countries)]
        for code in sorted(set(codes).difference(self._codes)):
            self._codes.number(code)
        self.countries.extend(map(self._codes.__getitem__, codes))
        waiting: list[list[tuple[int, str | None, str]]] = [[] for _ in LANGUAGES]
        for number, own in enumerate(texts, start=first):
            for language, title, body in own:
                waiting[language].append((number, title, body))
        for language, pieces in enumerate(waiting):
            if pieces:
                self._analyse(language, pieces)
        self._wait_for_more()

    def _analyse(self, language: int, pieces: list[tuple[int, str | None, str]]) -> None:
        texts = [text for _, title, body in pieces for text in (title or "", body)]
        documents = [self.first + number for number, _, _ in pieces for _ in range(2)]
        numbers, ends = number_texts(self._table, language, texts, documents)
        ends = (ends + len(self.chunks)).astype(np.uint64)
        self.chunks.frombytes(numbers.tobytes())
        self.piece_title_end.frombytes(ends[0::2].tobytes())
        self.piece_end.frombytes(ends[1::2].tobytes())
        self.piece_document.extend([number for number, _, _ in pieces])
        self.piece_titled.extend([title is not None for _, title, _ in pieces])
        self.piece_language.extend([language] * len(pieces))


class _Masks(dict[tuple[str, ...], int]):
    """The bit mask of each list of languages that was met.

    Args:
        most: How many languages of a list are looked at; None for all.
    """

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self._most = most

    def __missing__(self, languages: tuple[str, ...]) -> int:
        mask = 0
        for language in languages[: self._most]:
            mask |= MASKS[language]
        self[languages] = mask
        return mask


_MASK_OF = _Masks()
_MAIN_MASK_OF = _Masks(1)
