"""Check a segment by decoding it, encoding it again, and comparing the blocks.

The comparison checks all data that the encoder derives: orders, hashes, marks, impacts, facet rows, keyword
lists and the table of blocks. The data from which they are derived are checked directly: value ranges, the
order of documents, sums, and the stored records.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_arrays import ranges
from indexer.bulk.run import OPTIONAL_COLUMNS, BuildLimits, Run
from indexer.bulk.tokens import TokenTable
from indexer.bulk.vocabulary import TokenLabels, Vocabulary
from indexer.codec.layout import CHECKSUMS
from indexer.codec.layout_writer import ContainerWriter, Region
from indexer.codec.optional_parts import OPTIONAL, PARAGRAPHS, PARAGRAPHS_AT, WORD_COUNTS
from indexer.codec.segment_writer import SegmentWriter
from indexer.custom_fields import is_concept
from indexer.documents.document import restore
from indexer.schema import COUNTRY, COUNTRY_VIA, LANGUAGE, OWN, SKETCH_KEYS
from indexer.store.segment_decoder import ContradictionError, FieldDecoder, decode_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from indexer.codec.layout import Container, FileChecksum
    from indexer.codec.segment import Segment
    from indexer.documents import Document
    from indexer.thesaurus.finder import ConceptFinder

    Numbers = NDArray[Any]


MEGABYTES: Final = 384  # for the words in memory
BATCH_SIZE: Final = 2048  # documents


class TextChecker:
    """Recomputes the data derived from texts, and compares it with a segment, in batches.

    Args:
        segment: The segment of the documents, whose posting lists were checked before.
        finder: The concept finder of the index; ``None`` to skip the concepts.
    """

    def __init__(self, segment: Segment, finder: ConceptFinder | None) -> None:
        self._sketches = segment.array("sketches").reshape(-1, SKETCH_KEYS)
        self._columns = _optional_columns(segment)
        self._paragraphs = None
        if PARAGRAPHS_AT in segment.container:
            self._paragraphs = segment.array(PARAGRAPHS_AT).astype(np.int64), segment.array(PARAGRAPHS)
        self._finder = finder
        self._concepts = self._stored_concepts(segment) if finder else None
        self._limits = BuildLimits.within(MEGABYTES)
        self._table = self._new_table()
        self._different: dict[str, None] = {}
        self._start()

    def compare(self, documents: Iterable[Document], numbers: Numbers) -> None:
        """Add documents to compare, with their numbers in the segment."""
        for document in documents:
            self._run.add(document, len(document.record))
        self._numbers.append(numbers)
        if len(self._run) >= BATCH_SIZE:
            self.finish()

    def finish(self) -> list[str]:
        """Compare the added documents, and return the names of the blocks that differ."""
        if self._numbers:
            numbers = np.concatenate(self._numbers)
            sketches = self._sketches[numbers]
            computed = self._run.column("sketches").reshape(sketches.shape)
            if WORD_COUNTS not in self._columns:  # in format 8, a sketch may repeat keys of the text's start
                sketches = np.where((sketches[:, :, None] == computed[:, None]).any(2), computed, sketches)
            if not np.array_equal(computed, sketches):
                self._different["sketches"] = None
            for name, values in self._columns.items():
                if not np.array_equal(self._run.column(OPTIONAL_COLUMNS[name]), values[numbers]):
                    self._different[name] = None
            if self._paragraphs is not None and not self._has_paragraphs(numbers, *self._paragraphs):
                self._different[PARAGRAPHS] = None
            stored = self._concepts
            if stored is not None and not np.array_equal(self._found_concepts(), stored[numbers]):
                self._different[f"{OWN}.ids"] = None
        if self._table.nbytes > self._limits.vocabulary:
            self._table = self._new_table()
        self._start()
        return [*self._different]

    def _has_paragraphs(self, numbers: Numbers, at: Numbers, entries: Numbers) -> bool:
        """Return whether the stored paragraphs of the added documents equal the recomputed ones."""
        counts = self._run.column("paragraph_counts").astype(np.int64)
        if not np.array_equal(np.diff(at)[numbers], counts):
            return False
        return np.array_equal(entries[ranges(at[numbers], counts)], self._run.column("paragraphs"))

    def _start(self) -> None:
        self._run = Run(self._table, Vocabulary(), 0, self._limits)
        self._numbers: list[Numbers] = []

    def _new_table(self) -> TokenTable:
        return TokenTable(TokenLabels(self._finder) if self._finder else None)

    def _stored_concepts(self, segment: Segment) -> Numbers:
        """Return, for each document, the sum of the digests of its stored concepts."""
        sums = np.zeros(segment.documents, np.uint64)
        if OWN not in segment.fields:
            return sums
        lexicon, postings = segment.lexicon(OWN), segment.postings(OWN)
        for number, written in enumerate(lexicon.walk(range(len(lexicon)))):
            term = written.decode("utf-8", "replace")  # a forged term may not decode
            if is_concept(term) and not term.startswith(COUNTRY_VIA):
                ids = postings.documents(*postings.bounds(number))
                owners = ids if len(ids) else slice(None)  # no postings: all have it
                sums[owners] += np.uint64(_digest(written))
        return sums

    def _found_concepts(self) -> Numbers:
        """Return, for each added document, the sum of the digests of the concepts in its texts."""
        counts, numbers = self._run.column("concept_counts"), self._run.column("concepts")
        digests = [_digest(term.encode("utf-8", "surrogatepass")) for term in self._run.own]
        found = np.array(digests, np.uint64)[numbers]
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(found, dtype=np.uint64)))
        return np.diff(sums[np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))])


def _digest(term: bytes) -> int:
    """Return a hash of a term that is computed with a secret key.

    The concepts of a document are compared by the sum of their hashes. If the hash were public, somebody
    could forge terms with the same sum.
    """
    return hash(term) & (1 << 64) - 1


TABLE: Final = "table"
# The blocks that formats 8 and 9 encode in different ways.
RECODED: Final = frozenset(
    "terms block_at firsts term_at forms form_at hash_start hash_terms "
    "ids upper_at uppers upper_from positions far_at far".split()
)


def check_segment(segment: Segment, progress: Callable[[int], None]) -> list[str]:
    """Check a segment, and return the names of the blocks that contradict each other.

    Args:
        segment: A segment whose bytes are intact.
        progress: Called with the number of postings checked since the previous call.
    """
    comparer = _Comparer(segment.container)
    try:
        writer = SegmentWriter(comparer, decode_documents(segment), segment.title_weight)
    except ContradictionError as error:
        return [str(error)]
    for name in segment.fields:
        if name not in {COUNTRY, LANGUAGE}:  # they were written with the columns
            try:
                FieldDecoder(segment, name).encode(writer, progress)
            except ContradictionError as error:
                comparer.different[f"{name}.{error}"] = None
    columns = _optional_columns(segment)
    different = [name for name, values in columns.items() if len(values) != segment.documents]
    comparer.different |= dict.fromkeys([*different, *_differing_paragraphs(segment)])
    writer.finish(columns)
    return [*comparer.different]


def _optional_columns(segment: Segment) -> dict[str, Numbers]:
    return {name: segment.array(name) for name in OPTIONAL_COLUMNS if name in segment.container}


def _differing_paragraphs(segment: Segment) -> list[str]:
    """Return the names of the paragraph blocks that contradict each other or the number of documents."""
    known = [name for name in (PARAGRAPHS_AT, PARAGRAPHS) if name in segment.container]
    if len(known) <= 1:
        return known  # one of the two blocks is missing
    at = segment.array(PARAGRAPHS_AT).astype(np.int64)
    ascending = len(at) == segment.documents + 1 and not at[0] and bool((np.diff(at) >= 0).all())
    return [] if ascending and at[-1] == segment.container.count(PARAGRAPHS) else [PARAGRAPHS_AT]


def check_records(
    segment: Segment, finder: ConceptFinder | None, progress: Callable[[int], None]
) -> list[str]:
    """Compare a segment with its stored records, and return the names of differing blocks.

    Args:
        segment: A segment in which ``check_segment`` found nothing.
        finder: The concept finder of the index; None to skip concepts.
        progress: Called with the number of bytes read since the previous call.

    Raises:
        IndexFolderError: The records contradict the documents, or cannot be read.
    """
    checker = TextChecker(segment, finder)
    owner = np.empty(segment.documents, np.uint32)
    owner[segment.array("stored_at")] = np.arange(segment.documents, dtype=np.uint32)
    digests = np.empty(segment.documents, np.uint64)
    digests[segment.array("by_digest")] = segment.array("digests")
    number = 0
    for lines in segment.records.walk():
        docs = owner[number : number + len(lines)]
        heads = zip(segment.ids_and_titles(docs.tolist()), digests[docs].tolist(), strict=True)
        stored = [(*head, digest) for head, digest in heads]
        try:
            documents = [*map(restore, lines)]
        except (ValueError, KeyError, TypeError):
            raise segment.records.container.damage_error("data") from None
        if [(document.id, document.title, document.digest) for document in documents] != stored:
            raise segment.records.container.damage_error("data")
        checker.compare(documents, docs)
        number += len(lines)
        progress(sum(map(len, lines)))
    if number != segment.documents:
        raise segment.records.container.damage_error("block_first")
    return checker.finish()


class _ComparedRegion(Region):
    """A block that is compared with the block of the same name in a file, instead of being written."""

    def __init__(
        self, container: Container, name: str, kind: str, count: int, different: dict[str, None]
    ) -> None:
        self._different = different
        self._name = name
        self._kind = kind
        self._at = 0
        self._expected: Numbers = np.empty(0)
        if (container.count(name), container.kind(name)) == (count, kind):
            self._expected = container.raw_array(name)
        else:
            self._different[name] = None

    def append(self, values: Numbers) -> None:
        """Compare the next values of the block."""
        expected = self._expected[self._at : self._at + len(values)]
        if not np.array_equal(values.astype(f"<{self._kind}", copy=False), expected):
            self._different[self._name] = None
        self._at += len(values)

    def finish(self) -> None:
        """Check that all values of the block were compared."""
        if self._at != len(self._expected):
            self._different[self._name] = None


class _Comparer(ContainerWriter):
    """A container writer that compares all data with a file, and writes nothing."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.different: dict[str, None] = {}
        ignored = [name for name in container.names() if self._is_former(name) or name.startswith(OPTIONAL)]
        self._written: set[str] = {CHECKSUMS, *ignored}

    def _is_former(self, name: str) -> bool:
        """Return whether the file has a block in the encoding of format 8."""
        field, _, part = name.rpartition(".")
        return part in RECODED and f"{field}.term_at" in self.container

    def region(self, name: str, kind: str, count: int) -> Region:
        """Return a block of ``count`` numbers, which the caller compares piece by piece."""
        self._written.add(name)
        different = {} if self._is_former(name) else self.different  # format 8 encodes the block differently
        return _ComparedRegion(self.container, name, kind, count, different)

    def finish(self, meta: dict[str, Any]) -> FileChecksum:
        """Report the blocks that were not compared, and compare the table of blocks."""
        if not self.different:
            unwritten = [name for name in self.container.names() if name not in self._written]
            self.different.update(dict.fromkeys(unwritten))
            if json.loads(json.dumps(meta)) != self.container.meta:
                self.different[TABLE] = None
        return self.container.checksum
