"""Our segments as a Whoosh codec: any Whoosh can open the index, and its own matchers run on our arrays."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from whoosh.codec import base

from indexer.codec.segment import SEGMENTS_FOLDER, Segment
from indexer.codec.whoosh.documents import ArrayDocumentReader
from indexer.codec.whoosh.fields import SegmentFields
from indexer.codec.whoosh.terms import ArrayTermsReader

if TYPE_CHECKING:
    from collections.abc import Iterable


class DragomanCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads segments that the bulk build wrote. It writes none: Whoosh's writer adds one of its own codec."""

    def __init__(self) -> None:
        self._arrays = cache(_open_arrays)

    def terms_reader(self, storage: Any, segment: DragomanSegment) -> ArrayTermsReader:
        """Open the terms and posting lists of a segment."""
        _, fields = self._arrays(storage.folder, segment.name_on_disk)
        return ArrayTermsReader(fields)

    def per_document_reader(self, storage: Any, segment: DragomanSegment) -> ArrayDocumentReader:
        """Open the documents of a segment."""
        return ArrayDocumentReader(*self._arrays(storage.folder, segment.name_on_disk), segment)


def _open_arrays(folder: str, name: str) -> tuple[Segment, SegmentFields]:
    arrays = Segment(f"{folder}/{SEGMENTS_FOLDER}", name)
    return arrays, SegmentFields(arrays)


class DragomanSegment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment as Whoosh's table of contents lists it: its name, its size and what is deleted.

    Args:
        indexname: The name of the Whoosh index.
        name: The name of the segment's files.
        documents: How many documents it has.
        deleted: Those that are deleted.
    """

    def __init__(self, indexname: str, name: str, documents: int, deleted: Iterable[int] = ()) -> None:
        self.indexname = indexname
        self.segid = name
        self.compound = False
        self._documents = documents
        self._deleted = set(deleted)

    @property
    def name_on_disk(self) -> str:
        """The name of the segment's files."""
        return str(self.segid)

    def codec(self) -> DragomanCodec:
        """Make the codec that reads it."""
        return DragomanCodec()

    def doc_count_all(self) -> int:
        """Count the documents, deleted or not."""
        return self._documents

    def deleted_count(self) -> int:
        """Count the deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> list[int]:
        """List the deleted documents, ascending."""
        return sorted(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Tell whether a document is deleted."""
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002  # Whoosh's signature
        """Delete a document, or take its deletion back.

        Raises:
            IndexError: There is no such document.
        """
        if not 0 <= docnum < self._documents:
            raise IndexError(f"no document {docnum} in {self.segment_id()}")
        (self._deleted.add if delete else self._deleted.discard)(docnum)
