"""Collect documents in memory, and spill them to disk when memory is full.

They are stored as token numbers and columns. A run is a sequence of documents that are collected in memory
and then written to disk together.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.bulk.sketches import sketch
from indexer.bulk.tokens import NOTHING, number_texts
from indexer.bulk.vocabulary import SpilledVocabulary, Vocabulary
from indexer.codec.optional_parts import BODY_STARTS, WORD_COUNTS
from indexer.schema import LANGUAGE_BITS, LANGUAGES, TITLE_GAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.bulk.tokens import TokenTable
    from indexer.bulk.vocabulary import TokenLabels
    from indexer.documents import Document


SMALL = 4096  # bytes of an array that stays in memory, since reading a file takes longer than all work on it


@dataclass(frozen=True, slots=True)
class SpilledArray:
    """An array of ``size`` values that begins at ``offset`` in a file.

    A small array is kept in memory (``kept``), not on disk.
    """

    path: Path
    offset: int
    size: int
    dtype: np.dtype[Any]
    kept: NDArray[Any] | None = None

    def read(self, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Read the array, or its values from ``first`` up to ``last``."""
        if self.kept is not None:
            return self.kept[first:last].copy()
        count = max((self.size if last is None else last) - first, 0)
        if not count:
            return np.empty(0, self.dtype)
        # Read, not mapped: mapped pages would count as memory of this process.
        offset = self.offset + first * self.dtype.itemsize
        values = np.fromfile(self.path, self.dtype, count, offset=offset)
        if len(values) != count:
            raise OSError(f"{self.path.name} is shorter than what was written to it")
        return values


@dataclass(frozen=True, slots=True)
class SpilledTexts:
    """Byte strings on disk: their concatenation (uint8), and the end of each string in it (uint32)."""

    joined: SpilledArray
    ends: SpilledArray

    def read(self) -> list[bytes]:
        """Return all strings, in the order of the file."""
        data = self.joined.read().tobytes()
        return [data[first:last] for first, last in pairwise([0, *self.ends.read().tolist()])]


class SpillFile:
    """Writes arrays to a file, from which they can be read again."""

    def __init__(self, path: Path, small: int = SMALL) -> None:
        """Prepare the file.

        Arrays of at most ``small`` bytes stay in memory.
        """
        self.path = path
        self._small = small
        self._file: IO[bytes] | None = None  # until a larger array is added
        self._offset = 0

    def add(self, values: NDArray[Any]) -> SpilledArray:
        """Write an array, and return an object that can read it."""
        if values.nbytes <= self._small:
            return SpilledArray(self.path, self._offset, len(values), values.dtype, values.copy())
        if self._file is None:
            self._file = self.path.open("wb")
        spilled = SpilledArray(self.path, self._offset, len(values), values.dtype)
        # `tofile` would ignore errors when the disk is full.
        self._file.write(np.ascontiguousarray(values).data)
        self._offset += values.nbytes
        return spilled

    def add_texts(self, texts: Iterable[str | None]) -> SpilledTexts:
        """Write texts, with ``None`` as an empty text, and return an object that can read them."""
        encoded = [(text or "").encode("utf-8", "replace") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.uint32, len(encoded)), dtype=np.uint32)
        return SpilledTexts(self.add(np.frombuffer(b"".join(encoded), dtype=np.uint8)), self.add(ends))

    def close(self) -> None:
        """Close the file, after which its arrays can be read."""
        if self._file is not None:
            self._file.close()


BATCH = 1024  # documents analyzed together, to share the overhead of numpy calls
BATCH_CHARACTERS = 1 << 22  # characters analyzed together

# The columns of documents and their types. Most have one value per document. `countries`, `own` and
# `concepts` have the concatenated numbers of the country codes and custom terms of all documents; `sketches`
# has several keys per document; `paragraphs` has the starts of the paragraphs of all documents.
COLUMNS = {
    "start": "i",
    "end": "i",
    "kind": "B",
    "languages": "B",
    "language": "B",
    "country_counts": "H",
    "countries": "H",
    "own_counts": "H",
    "own": "I",
    "concept_counts": "H",
    "concepts": "I",
    "sketches": "I",
    "digest": "Q",
    "paragraph_counts": "I",
    "paragraphs": "I",
    "words": "I",  # the number of words, including stop words
    "body_starts": "I",  # see BODY_STARTS
}


OPTIONAL_COLUMNS = {WORD_COUNTS: "words", BODY_STARTS: "body_starts"}  # by the name of the segment's block

# The columns of pieces, with one value per piece. A piece is the text of a document in one language: its
# title and then its body.
PIECES = {"document": "I", "language": "B", "titled": "B", "title_end": "Q", "end": "Q"}


@dataclass(frozen=True, slots=True)
class SpilledRun:
    """The data of a run on disk.

    Attributes:
        first: The position of the run's first document in insertion order.
        size: The number of documents.
        epoch: The number of the epoch, whose vocabulary defines the token numbers.
        tokens: The tokens of all pieces, concatenated. A piece is the text of a document in one language.
        pieces: The arrays of :data:`PIECES`, by name. ``document`` is relative to the first document of the
            run; ``title_end`` and ``end`` are positions in the tokens.
        columns: The arrays of :data:`COLUMNS`, by name.
        ids: The ids in UTF-8.
        titles: The titles in UTF-8; empty for documents without a title.
        own: The terms of the index field ``own``: those of custom fields and concepts.
    """

    first: int
    size: int
    epoch: int
    tokens: SpilledArray
    pieces: dict[str, SpilledArray]
    columns: dict[str, SpilledArray]
    ids: SpilledTexts
    titles: SpilledTexts
    own: SpilledVocabulary


class Run:
    """Collects analyzed documents in memory until they are written to disk together.

    Texts are stored as token numbers, and all other data in columns.

    Attributes:
        own: The terms of the index field ``own``: those of custom fields and concepts.
    """

    def __init__(self, table: TokenTable, country_codes: Vocabulary, first: int, limits: BuildLimits) -> None:
        """Start an empty run.

        Only its last document may exceed the limits.
        """
        self.first = first
        self._tokens = array("I")
        self._pieces = {name: array(code) for name, code in PIECES.items()}
        self._columns = {name: array(code) for name, code in COLUMNS.items()}
        self._ids: list[str] = []
        self._titles: list[str | None] = []
        self._table = table
        self._country_codes = country_codes
        self.own = Vocabulary()
        self._own_characters = 0
        # For each concept, the number of its custom term in this run; NOTHING if not found so far.
        concepts = len(table.labels.finder.concepts) if table.labels else 0
        self._concepts = np.full(concepts, NOTHING, np.uint32)
        self._in_capitals = bytearray()  # of the titles and texts being analyzed
        self._limits = limits
        self._wait_for_more()

    def __len__(self) -> int:
        """The number of documents in the run."""
        return len(self._ids) + len(self._waiting)

    @property
    def room(self) -> int:
        """The number of characters that still fit in the run."""
        return 2 * (self._limits.run_tokens - len(self._tokens)) - self._characters

    @property
    def full(self) -> bool:
        """Whether the run has reached a limit."""
        own = self._own_characters > self._limits.custom_terms
        return own or len(self) >= self._limits.run_documents or self.room <= 0

    def add(self, document: Document, characters: int) -> bool:
        """Add a document to the batch, and return whether the batch was full and has been analyzed.

        ``characters`` is the length of the document.
        """
        self._waiting.append(document)
        self._characters += characters
        if self._characters < self._batch_characters and len(self._waiting) < self._batch:
            return False
        self._analyse()
        return True

    def pieces(self) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
        """Return the tokens of the documents added so far, and the arrays of :data:`PIECES`."""
        self._analyse()
        pieces = {name: np.array(values, np.int64) for name, values in self._pieces.items()}
        return np.array(self._tokens), pieces

    def column(self, name: str) -> NDArray[Any]:
        """Return one of the :data:`COLUMNS` of the documents added so far."""
        self._analyse()
        return np.array(self._columns[name])

    def spill(self, path: Path, epoch: int) -> SpilledRun:
        """Write the run to disk."""
        self._analyse()
        file = SpillFile(path)

        def add(values: array[int]) -> SpilledArray:
            return file.add(np.array(values))

        spilled = SpilledRun(
            first=self.first,
            size=len(self),
            epoch=epoch,
            tokens=add(self._tokens),
            pieces={name: add(values) for name, values in self._pieces.items()},
            columns={name: add(values) for name, values in self._columns.items()},
            ids=file.add_texts(self._ids),
            titles=file.add_texts(self._titles),
            own=SpilledVocabulary(path.with_suffix(".own"), self.own),
        )
        file.close()
        return spilled

    def _wait_for_more(self) -> None:
        self._waiting: list[Document] = []
        self._characters = 0
        self._batch = min(BATCH, self._limits.run_documents - len(self._ids))
        self._batch_characters = min(BATCH_CHARACTERS, self.room)

    def _analyse(self) -> None:
        """Split the texts of the collected documents into terms, and add them to the run."""
        documents = self._waiting
        if not documents:
            return
        first, tokens, pieces = len(self._ids), len(self._tokens), len(self._pieces["end"])
        # A loop over the columns: a loop over the documents would take three microseconds per document.
        ids, titles, texts, start, end, kind, countries, languages, _, _, own, digests, _ = zip(
            *documents, strict=True
        )
        self._ids += ids
        self._titles += titles
        codes = [*chain.from_iterable(countries)]
        for code in sorted(set(codes).difference(self._country_codes)):
            self._country_codes.number(code)
        columns = self._columns
        for name, values in (("start", start), ("end", end), ("kind", kind), ("digest", digests)):
            columns[name].extend(values)
        columns["languages"].extend(map(_mask, languages))
        columns["language"].extend([LANGUAGE_BITS[main] for main, *_ in languages])
        columns["country_counts"].extend(map(len, countries))
        columns["countries"].extend(map(self._country_codes.__getitem__, codes))
        terms = [*chain.from_iterable(own)]
        new = set(terms).difference(self.own)
        self._own_characters += sum(map(len, new))
        for term in sorted(new):
            self.own.number(term)
        columns["own_counts"].extend(map(len, own))
        columns["own"].extend(map(self.own.__getitem__, terms))
        waiting: list[list[tuple[int, str | None, str]]] = [[] for _ in LANGUAGES]
        for number, parts in enumerate(texts, start=first):
            for language, title, body in parts:
                waiting[language].append((number, title, body))
        paragraphs = [self._add_pieces(language, some) for language, some in enumerate(waiting) if some]
        self._add_paragraphs(paragraphs, first, len(documents))
        added = np.array(self._tokens[tokens:])
        parts = {
            name: np.array(self._pieces[name][pieces:]).astype(np.int64) - before
            for name, before in (("document", first), ("title_end", tokens), ("end", tokens))
        }
        self._add_lengths(parts, pieces, len(documents))
        if self._table.labels is not None:
            self._add_concepts(self._table.labels, added, parts, len(documents))
        days = np.array(self._columns["start"][first:])
        found = sketch(self._table.hashes, self._table.word, added, parts, days)
        self._columns["sketches"].frombytes(found.tobytes())
        self._wait_for_more()

    def _add_pieces(self, language: int, added: list[tuple[int, str | None, str]]) -> NDArray[Any]:
        """Add titles and bodies in one language, each with the number of its document.

        Returns:
            An array of three rows, with a column for each paragraph that has words. The rows are the
            document, the language, and the position of the paragraph's first word in the document.
        """
        lines = [(title or "", *body.split("\n")) for _, title, body in added]
        sizes = np.fromiter(map(len, lines), np.int64, len(lines))
        documents = np.array([number for number, _, _ in added])
        owners = documents.repeat(sizes)
        numbers, ends = number_texts(
            self._table, language, [*chain.from_iterable(lines)], (self.first + owners).tolist()
        )
        if self._table.labels is not None:
            texts = [text for _, title, body in added for text in (title or "", body)]
            self._in_capitals += bytes(map(str.isupper, texts))
        lasts = sizes.cumsum() - 1
        titles = lasts - sizes + 1
        titled = np.array([title is not None for _, title, _ in added])
        begins = np.concatenate(([0], ends[:-1]))
        with_words = ends > begins
        with_words[titles] = False
        positions = begins + (TITLE_GAP * titled - begins[titles]).repeat(sizes)
        found = np.stack((owners, np.full(len(owners), language), positions))[:, with_words]
        of_pieces = np.stack((ends[titles], ends[lasts]), axis=1) + len(self._tokens)
        self._tokens.frombytes(numbers.tobytes())
        pieces = self._pieces
        pieces["title_end"].frombytes(of_pieces[:, 0].astype(np.uint64).tobytes())
        pieces["end"].frombytes(of_pieces[:, 1].astype(np.uint64).tobytes())
        pieces["document"].extend(documents.tolist())
        pieces["titled"].extend(titled.tolist())
        pieces["language"].extend([language] * len(added))
        return found

    def _add_paragraphs(self, found: list[NDArray[Any]], first: int, size: int) -> None:
        """Record the starts of paragraphs as entries of the document's column ``paragraphs``.

        An entry is the position of a paragraph's first word plus one. An entry of 0 means that the entries of
        the next language follow. The first paragraph of a document needs no entry.

        Args:
            found: Arrays with rows for the document, the language and the position of each paragraph.
            first: The first document of the batch.
            size: The number of documents of the batch.
        """
        documents, languages, positions = np.concatenate(found, axis=1)
        order = documents.argsort(kind="stable")
        order = order[np.diff(documents[order], prepend=-1) == 0]
        documents, languages, positions = documents[order], languages[order], positions[order]
        known = np.where(np.diff(documents, prepend=-1) == 0, np.roll(languages, 1), 0)
        sizes = languages - known + 1
        ends = sizes.cumsum()
        entries = np.zeros(sizes.sum(), np.uint32)
        entries[ends - 1] = positions + 1
        counts = np.bincount(documents - first, sizes, size)
        self._columns["paragraph_counts"].frombytes(counts.astype(np.uint32).tobytes())
        self._columns["paragraphs"].frombytes(entries.tobytes())

    def _add_lengths(self, parts: dict[str, NDArray[Any]], first: int, size: int) -> None:
        """Record the number of words of each of the last ``size`` documents, and where its body begins."""
        documents, ends = parts["document"], parts["end"]
        titled = np.array(self._pieces["titled"][first:]) > 0
        languages = np.array(self._pieces["language"][first:], np.int64)
        sizes = parts["title_end"] - np.append(0, ends[:-1])
        starts = np.zeros(size, np.uint32)
        starts[documents[titled]] = ((sizes + TITLE_GAP) * len(LANGUAGES) + languages)[titled]
        words = np.bincount(documents, np.diff(ends, prepend=0), size).astype(np.uint32)
        self._columns["words"].frombytes(words.tobytes())
        self._columns["body_starts"].frombytes(starts.tobytes())

    def _add_concepts(
        self, labels: TokenLabels, tokens: NDArray[Any], parts: dict[str, NDArray[Any]], size: int
    ) -> None:
        """Find the concepts of the last ``size`` documents."""
        in_capitals = np.frombuffer(self._in_capitals, bool)
        documents, concepts = labels.concepts(tokens, parts, in_capitals)
        self._in_capitals = bytearray()
        for concept in distinct(concepts[self._concepts[concepts] == NOTHING]).tolist():
            term = labels.finder.term(concept)
            self._own_characters += len(term)
            self._concepts[concept] = self.own.number(term)
        counts = np.bincount(documents, minlength=size)
        self._columns["concept_counts"].frombytes(counts.astype(np.uint16).tobytes())
        self._columns["concepts"].frombytes(self._concepts[concepts].tobytes())


@cache
def _mask(languages: Sequence[str]) -> int:
    """Encode languages as a bit mask."""
    return sum({LANGUAGE_BITS[language] for language in languages})


DOCUMENT_BITS = 24  # bits of a document number in the keys that merge postings
MAX_DOCUMENTS = 1 << DOCUMENT_BITS

# Measured peaks of memory in bytes, from which the limits are computed.
TOKEN_BYTES = 88  # per token of a run, including the arrays that invert two runs at a time
POSTING_BYTES = 160  # per posting of a batch, when two batches are in memory
DOCUMENT_BYTES = 400  # per document, for columns, ids and titles while a segment is sorted
CUSTOM_TERM_SHARE = 16  # per byte of a custom term, because all custom terms are merged in memory
RUN_DOCUMENTS = 16_000
MAX_MEGABYTES = 1 << 20  # more than any machine has; the computed limits still fit into 64 bits


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """The memory limits of a build.

    Attributes:
        run_documents: The maximum number of documents in a run.
        run_tokens: The maximum number of tokens in a run.
        vocabulary: The size of the chunks and terms, in bytes, above which a new epoch starts.
        merge: The maximum number of postings held in memory while runs are merged.
        segment_documents: The maximum number of documents in a segment.
        custom_terms: The maximum number of bytes of custom terms in a segment.
    """

    run_documents: int
    run_tokens: int
    vocabulary: int
    merge: int
    segment_documents: int
    custom_terms: int = 1 << 26

    @classmethod
    def within(cls, megabytes: int) -> Self:
        """Return the limits for an amount of memory.

        The memory of Python and numpy themselves is not part of it.
        """
        size = min(megabytes, MAX_MEGABYTES) << 20
        return cls(
            run_documents=RUN_DOCUMENTS,
            run_tokens=size * 2 // 5 // TOKEN_BYTES,
            vocabulary=size * 2 // 5,
            merge=size // 4 // POSTING_BYTES,
            segment_documents=min(MAX_DOCUMENTS, max(size // DOCUMENT_BYTES, RUN_DOCUMENTS)),
            custom_terms=size // CUSTOM_TERM_SHARE,
        )
