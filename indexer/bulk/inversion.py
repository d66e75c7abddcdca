"""Invert runs, and merge their sections.

Inverting converts the tokens of each document to the postings of each term. A run is the data of the
documents that were written (spilled) to disk together.

An entry (an occurrence or a posting) is encoded as a 64-bit key. Sorting the keys of all runs merges them in
the order of term, document and value. Terms are identified by rank: their position among all terms in byte
order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from indexer.bulk.run import DOCUMENT_BITS, MAX_DOCUMENTS, SpillFile
from indexer.bulk.tokens import NOTHING
from indexer.errors import SourceError, message
from indexer.schema import LANGUAGES, TITLE_GAP, TITLE_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.bulk.run import SpilledArray, SpilledRun

    Numbers = NDArray[Any]


T = TypeVar("T")

POSITION_BITS = 24  # bits of a position with the title bit
MAX_POSITION = (1 << (POSITION_BITS - 1)) - 1


@dataclass(frozen=True, slots=True)
class Section:
    """Postings of a run on disk, sorted by term, document and value.

    A run is a batch of documents. An entry is a value, such as a position, of a term in a document.

    Attributes:
        terms: The ranks of the terms that occur, sorted.
        counts: The number of entries of each term.
        document_frequencies: The number of documents of the run with each term.
        documents: The document of each entry, numbered in the segment.
        values: The value of each entry, see :class:`Sections`.
    """

    terms: SpilledArray
    counts: SpilledArray
    document_frequencies: SpilledArray
    documents: SpilledArray
    values: SpilledArray


@dataclass(frozen=True, slots=True)
class Sections:
    """The postings of a run on disk, with a section for each kind of field.

    Attributes:
        texts: For ``text_en``, ``text_es`` and so on. An entry is an occurrence; its value is ``position << 1
            | in title``.
        titles: For ``title_en``, ``title_es`` and so on. An entry is an occurrence, its value the position.
        words: For the field ``words``. An entry is a posting; its value is the term frequency.
        own: For the index field ``own``, with custom fields and concepts. An entry is a posting; its value is
            0.
    """

    texts: Section
    titles: Section
    words: Section
    own: Section


class Lengths:
    """The lengths of the text fields of all documents.

    Attributes:
        tokens, title_tokens: The number of tokens in the whole document and in its title, without stop words,
            by document and language (uint32).
    """

    def __init__(self, documents: int) -> None:
        """Create arrays for documents without text."""
        self.tokens = np.zeros((documents, len(LANGUAGES)), dtype=np.uint32)
        self.title_tokens = np.zeros_like(self.tokens)

    def of_language(self, language: int, *, titles: bool) -> Numbers:
        """Return the length of a text or title field in each document.

        A word of the title counts ``TITLE_WEIGHT`` times in a text field, which includes the title.
        """
        if titles:
            return self.title_tokens[:, language].copy()
        return self.tokens[:, language] + np.uint32(TITLE_WEIGHT - 1) * self.title_tokens[:, language]


def invert(
    run: SpilledRun, ranks: tuple[Numbers, Numbers, Numbers], numbers: Numbers, lengths: Lengths, path: Path
) -> Sections:
    """Convert the tokens of each document in a run to the postings of each term.

    Several threads may do this at once, for different runs.

    Args:
        run: The run: a batch of documents on disk.
        ranks: The term rank and the word rank of each token (NOTHING for a stop word), and the rank of each
            custom term of the run.
        numbers: For each document of the run, its number in the segment.
        lengths: The lengths of the documents are written to this object.
        path: The file to which the postings are written.

    Raises:
        SourceError: A document has more words than can be numbered by positions.
    """
    file = SpillFile(path)
    tokens, documents, values = _occurrences(run, numbers, lengths, ranks[0])
    terms = ranks[0].take(tokens)
    kept = terms != NOTHING
    terms, tokens, documents, values = terms[kept], tokens[kept], documents[kept], values[kept]
    words = ranks[1].take(tokens)
    terms, order = _sort_stably(terms)
    documents_by_term, values = documents.take(order), values.take(order)
    del order, tokens
    titles = (values & np.uint32(1)).nonzero()[0]
    positions = values[titles] >> np.uint32(1)
    of_texts = _spill(file, terms, documents_by_term, values)
    of_titles = _spill(file, terms[titles], documents_by_term[titles], positions)
    del terms, documents_by_term, values
    words, order = _sort_stably(words)
    documents = documents.take(order)
    del order
    begins = run_starts((words[1:] != words[:-1]) | (documents[1:] != documents[:-1]), len(words))
    occurrences = np.diff(begins, append=len(words)).astype(np.uint32)
    of_words = _spill(file, words[begins], documents[begins], occurrences)
    own = _custom_section(run, ranks[2], numbers, file)
    file.close()
    return Sections(of_texts, of_titles, of_words, own)


def _custom_section(run: SpilledRun, ranks: Numbers, numbers: Numbers, file: SpillFile) -> Section:
    """Invert the custom terms and the concepts of a run.

    ``ranks`` are the ranks of the custom terms, ``numbers`` the numbers of the run's documents.
    """
    columns = {name: run.columns[name].read() for name in ("own", "own_counts", "concepts", "concept_counts")}
    terms = ranks.take(np.concatenate((columns["own"], columns["concepts"])))
    documents = [np.repeat(numbers, columns["own_counts"])]
    if len(columns["concepts"]):
        documents.append(np.repeat(numbers, columns["concept_counts"]))
    keys = (terms.astype(np.uint64) << np.uint64(32)) | np.concatenate(documents)
    keys.sort()
    terms, sorted_documents = (keys >> np.uint64(32)).astype(np.uint32), keys.astype(np.uint32)
    return _spill(file, terms, sorted_documents, np.zeros(len(terms), np.uint16))


def _occurrences(
    run: SpilledRun, numbers: Numbers, lengths: Lengths, ranks: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the token number, document and value (position and title bit) of each token of a run.

    The lengths of the documents are recorded in ``lengths``. The positions of a document in a language count
    its title and then its body, with a gap between them.
    """
    pieces = {name: spilled.read() for name, spilled in run.pieces.items()}
    documents = numbers[pieces["document"]]
    order = documents.argsort(kind="stable")
    ends, title_ends = pieces["end"].astype(np.int64), pieces["title_end"].astype(np.int64)
    begins = np.concatenate((np.zeros(1, np.int64), ends[:-1]))[order]
    documents, ends, title_ends = documents[order], ends[order], title_ends[order]
    gaps = np.where(pieces["titled"][order] != 0, TITLE_GAP, 0)
    spans = ends - begins + gaps
    if spans.max(initial=0) > MAX_POSITION:
        name = run.ids.read()[int(pieces["document"][order][spans.argmax()])].decode()
        raise SourceError(message("bulk.item_too_long", name=name, max_position=MAX_POSITION))
    sizes = ends - begins
    before = np.cumsum(sizes) - sizes  # the number of tokens of earlier pieces
    tokens = run.tokens.read()[np.repeat(begins - before, sizes) + np.arange(len(ends) and sizes.sum())]
    # The value of the n-th of all tokens is 2 n plus an offset for each half of a piece: for a title 1 - 2
    # before (positions restart; the title bit), for a body 2 (gap - before).
    halves = np.stack((1 - 2 * before, 2 * (gaps - before)), axis=1).astype(np.uint32)  # modulo 2 ** 32
    values = np.repeat(halves.ravel(), np.stack((title_ends - begins, ends - title_ends), axis=1).ravel())
    values += np.arange(0, 2 * len(tokens), 2, dtype=np.uint32)
    kept = sums_before(ranks[tokens] != NOTHING)
    language = pieces["language"][order]
    lengths.tokens[documents, language] = kept[before + sizes] - kept[before]
    lengths.title_tokens[documents, language] = kept[before + title_ends - begins] - kept[before]
    return tokens, np.repeat(documents, sizes), values


def run_in_thread(task: Callable[[], T]) -> Callable[[], T]:
    """Start a task in a thread, and return a function that waits for its result.

    If no thread can be started, the task runs in the current one.
    """
    from concurrent.futures import Future  # loading takes as long as a small update

    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(task())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is needed
            result.set_exception(error)

    try:
        Thread(target=run, name="assembly").start()
    except RuntimeError:
        run()
    return result.result


def sums_before(values: Numbers) -> Numbers:
    """Return the sum of the values before each value, and finally the total.

    For example: ``[3, 1, 2] -> [0, 3, 4, 6]``.
    """
    sums = np.zeros(len(values) + 1, dtype=np.uint32)
    np.cumsum(values, out=sums[1:])
    return sums


def _sort_stably(ranks: Numbers) -> tuple[Numbers, Numbers]:
    """Sort 32-bit ranks stably, and return them with their former positions.

    A 64-bit key has the rank in its upper half and the position in its lower half. numpy sorts such keys with
    vector instructions, four times as fast as ``argsort``.
    """
    keyed = ranks.astype(np.uint64) << np.uint64(32)
    keyed |= np.arange(len(ranks), dtype=np.uint64)
    keyed.sort()
    ordered = (keyed >> np.uint64(32)).astype(np.uint32)
    keyed &= np.uint64(0xFFFFFFFF)
    return ordered, keyed.view(np.int64)


def _spill(file: SpillFile, terms: Numbers, documents: Numbers, values: Numbers) -> Section:
    """Write the term, document and value of each entry to disk as a section."""
    new_term = terms[1:] != terms[:-1]
    begins = run_starts(new_term, len(terms))
    postings = np.ones(len(terms), dtype=np.uint8)
    np.logical_or(new_term, documents[1:] != documents[:-1], out=postings[1:].view(bool))
    document_frequencies = np.add.reduceat(postings, begins, dtype=np.uint32) if len(begins) else postings
    return Section(
        terms=file.add(terms[begins]),
        counts=file.add(np.diff(begins, append=len(terms)).astype(np.uint32)),
        document_frequencies=file.add(document_frequencies),
        documents=file.add(documents),
        values=file.add(values.astype(np.uint16) if values.max(initial=0) < 1 << 16 else values),
    )


def run_starts(differing: Numbers, count: int) -> Numbers:
    """Return the positions at which runs of equal values start.

    ``differing`` has a flag for each of the ``count`` values except the first: whether the value differs from
    the one before it. For example, for the values 5, 5, 7: ``[False, True], 3 -> [0, 2]``.
    """
    return np.concatenate((np.zeros(min(count, 1), np.int64), np.flatnonzero(differing) + 1))


# The fields of a key: the term's number in its batch (16 bits, so a batch has at most 2 ** 16 terms), the
# document (24 bits) and the value (24 bits).
_TERM_SHIFT = np.uint64(DOCUMENT_BITS + POSITION_BITS)
_DOCUMENT_SHIFT = np.uint64(POSITION_BITS)
_RANGE = 1 << 16


@dataclass(slots=True)
class Batch:
    """The entries (occurrences) of a range of terms, sorted by term, document and value.

    Attributes:
        document_frequencies: The document frequency of each term in the range; 0 for a term that does not
            occur in this kind of field.
        postings: The position of each posting's first value in ``values``.
        documents: The document of each posting.
        values: The value of each entry (see :class:`indexer.bulk.inversion.Section`).
    """

    document_frequencies: Numbers
    postings: Numbers
    documents: Numbers
    values: Numbers


class SectionMerge:
    """Merges the sections of all runs for one kind of field, such as the titles."""

    def __init__(self, sections: Sequence[Section], terms: int, budget: int) -> None:
        """Count the postings of each term.

        Args:
            sections: The parts of the input.
            terms: The number of terms.
            budget: The maximum number of postings in a batch, unless a single term has more.
        """
        self._sections = sections
        self._budget = budget
        entries = np.zeros(terms, dtype=np.int64)
        self.document_frequencies = np.zeros(terms, dtype=np.int64)
        self._terms: list[tuple[Numbers, Numbers, Numbers]] = []
        for section in sections:
            ranks, counts = section.terms.read(), section.counts.read()
            entries[ranks] += counts
            self.document_frequencies[ranks] += section.document_frequencies.read()
            self._terms.append((ranks, counts, sums_before(counts)))
        self._before = np.concatenate((np.zeros(1, np.int64), np.cumsum(entries)))

    def totals(self, first: int, last: int) -> tuple[int, int]:
        """Return the number of postings and of entries in a range of ranks."""
        return int(self.document_frequencies[first:last].sum()), int(self._before[last] - self._before[first])

    def batches(self, first: int, last: int) -> Iterator[Batch]:
        """Yield the entries of a range of ranks in batches.

        While the caller uses a batch, a thread merges the next one.
        """
        waiting: Callable[[], Batch] | None = None
        while first < last:
            bound = int(np.searchsorted(self._before, self._before[first] + self._budget, "right")) - 1
            end = min(max(bound, first + 1), first + _RANGE, last)
            merge = partial(self._batch, first, end)
            following = run_in_thread(merge) if waiting or end < last else merge
            if waiting:
                yield waiting()
            waiting, first = following, end
        if waiting:
            yield waiting()

    def _batch(self, first: int, last: int) -> Batch:
        keys = np.empty(int(self._before[last] - self._before[first]), dtype=np.uint64)
        filled = 0
        for section, (ranks, counts, begins) in zip(self._sections, self._terms, strict=True):
            low, high = np.searchsorted(ranks, (first, last))
            start, end = int(begins[low]), int(begins[high])
            if start == end:
                continue
            part = keys[filled : filled + end - start]
            terms = ranks[low:high].astype(np.uint64) - np.uint64(first)
            part[:] = np.repeat(terms << _TERM_SHIFT, counts[low:high])
            part |= section.documents.read(start, end).astype(np.uint64) << _DOCUMENT_SHIFT
            part |= section.values.read(start, end)
            filled += end - start
        keys.sort(kind="stable")  # each part is sorted, and a stable sort merges them
        # At the start of a posting, the key differs from the previous key in a bit above the value.
        postings = run_starts((keys[1:] ^ keys[:-1]) >= np.uint64(1 << POSITION_BITS), len(keys))
        return Batch(
            document_frequencies=self.document_frequencies[first:last],
            postings=postings,
            documents=(keys[postings] >> _DOCUMENT_SHIFT).astype(np.uint32) & np.uint32(MAX_DOCUMENTS - 1),
            values=keys.astype(np.uint32) & np.uint32((1 << POSITION_BITS) - 1),
        )
