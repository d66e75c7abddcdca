"""Checks what a segment says: decodes it, writes it again, and compares block by block.

The writer derives orders, hashes, marks, impacts, facet rows, keyword lists and the table. What it takes as
given is checked here: ranges, the order of documents, sums, the stored records.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.layout import CHECKSUMS
from indexer.codec.layout_writer import ContainerWriter, Region
from indexer.codec.segment_writer import SegmentWriter
from indexer.documents.document import restore
from indexer.schema import COUNTRY, LANGUAGE
from indexer.store.check_texts import TextChecker
from indexer.store.decode_segment import ContradictionError, FieldDecoder, decode_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from indexer.codec.layout import Container, Seal
    from indexer.codec.segment import Segment
    from indexer.thesaurus.finder import ConceptFinder

    Array = npt.NDArray[Any]

TABLE: Final = "table"


def check_segment(segment: Segment, progress: Callable[[int], None]) -> list[str]:
    """Find the blocks of a segment's arrays that contradict the others.

    Args:
        segment: A segment whose bytes are those that were written.
        progress: Called with the number of postings checked since the last call.

    Returns:
        The names of the blocks.
    """
    comparer = _Comparer(segment.container)
    try:
        writer = SegmentWriter(comparer, decode_documents(segment), segment.title_weight)
    except ContradictionError as error:
        return [str(error)]
    for name in segment.fields:
        if name not in {COUNTRY, LANGUAGE}:  # they were written from the columns
            try:
                FieldDecoder(segment, name).encode(writer, progress)
            except ContradictionError as error:
                comparer.different[f"{name}.{error}"] = None
    writer.finish()
    return [*comparer.different]


def check_records(
    segment: Segment, finder: ConceptFinder | None, progress: Callable[[int], None]
) -> list[str]:
    """Compare the stored records with the documents.

    Args:
        segment: A segment that ``check_segment`` found nothing in.
        finder: What finds the concepts of the index; None to leave these unchecked.
        progress: Called with the number of bytes read since the last call.

    Returns:
        The names of the blocks that are not those of the texts.

    Raises:
        IndexFolderError: They contradict each other, or a record cannot be read.
    """
    checker = TextChecker(segment, finder)
    owner = np.empty(segment.documents, np.uint32)
    owner[segment.array("stored_at")] = np.arange(segment.documents, dtype=np.uint32)
    digests = np.empty(segment.documents, np.uint64)
    digests[segment.array("by_digest")] = segment.array("digests")
    number = 0
    for lines in segment.records.walk():
        docs = owner[number : number + len(lines)]
        heads = [
            (*head, digest)
            for head, digest in zip(segment.heads(docs.tolist()), digests[docs].tolist(), strict=True)
        ]
        try:
            documents = [*map(restore, lines)]
        except (ValueError, KeyError, TypeError):
            raise segment.records.container.damaged("data") from None
        if [(document.id, document.title, document.digest) for document in documents] != heads:
            raise segment.records.container.damaged("data")
        checker.compare(documents, docs)
        number += len(lines)
        progress(sum(map(len, lines)))
    if number != segment.documents:
        raise segment.records.container.damaged("block_first")
    return checker.finish()


class _ComparedRegion(Region):
    """Compares the values of a block with those that stand in the file."""

    def __init__(self, comparer: _Comparer, name: str, kind: str, count: int) -> None:
        self._different = comparer.different
        self._name = name
        self._kind = kind
        self._at = 0
        container = comparer.container
        self._expected: Array = np.empty(0)
        if (container.count(name), container.kind(name)) == (count, kind):
            self._expected = container.raw_array(name)
        else:
            self._different[name] = None

    def append(self, values: Array) -> None:
        """Compare the next values of the block."""
        expected = self._expected[self._at : self._at + len(values)]
        if not np.array_equal(values.astype(f"<{self._kind}", copy=False), expected):
            self._different[self._name] = None
        self._at += len(values)

    def finish(self) -> None:
        """Check that every value has come."""
        if self._at != len(self._expected):
            self._different[self._name] = None


class _Comparer(ContainerWriter):
    """Takes what would be written, and compares it with a file.

    Args:
        container: The file.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self.different: dict[str, None] = {}
        self._written: set[str] = {CHECKSUMS}

    def region(self, name: str, kind: str, count: int) -> Region:
        """Compare a block of ``count`` numbers, piece by piece."""
        self._written.add(name)
        return _ComparedRegion(self, name, kind, count)

    def finish(self, meta: dict[str, Any]) -> Seal:
        """Look for blocks that were not written, and compare what the table says."""
        if not self.different:
            unwritten = [name for name in self.container.names() if name not in self._written]
            self.different.update(dict.fromkeys(unwritten))
            if json.loads(json.dumps(meta)) != self.container.meta:
                self.different[TABLE] = None
        return self.container.seal
