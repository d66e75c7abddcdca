"""Our segments as a Whoosh codec: any Whoosh can open the index, and its own matchers run on our arrays.

The documents of a segment for Whoosh's readers: number, deletions, lengths, columns and records.

The fields of the index as Whoosh's schema; their postings are analysed before Whoosh sees a word.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from whoosh import fields, formats
from whoosh.codec import base
from whoosh.codec.base import PerDocumentReader
from whoosh.columns import ColumnReader

from indexer import schema as names
from indexer.codec.segment import SEGMENTS_FOLDER, Segment
from indexer.codec.whoosh.field_reader import DAY_COLUMNS, ArrayTermsReader, SegmentFields, day_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class ArrayDocumentReader(PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads the documents of one segment.

    Args:
        segment: The arrays.
        fields: The segment's fields.
        listed: The segment as Whoosh's table of contents lists it, with its deletions.
    """

    def __init__(self, segment: Segment, fields: SegmentFields, listed: Any) -> None:
        self._segment = segment
        self._fields = fields
        self.doc_count = listed.doc_count
        self.doc_count_all = listed.doc_count_all
        self.has_deletions = listed.has_deletions
        self.is_deleted = listed.is_deleted
        self.deleted_docs = listed.deleted_docs

    def has_column(self, fieldname: str) -> bool:
        """Tell whether a field is a column: days and ids are."""
        return fieldname == names.ID or fieldname in DAY_COLUMNS

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """Open a column.

        Args:
            fieldname: A field that is a column.
            column: Whoosh's column type, which knows the value of documents that have none.
        """
        size = self._segment.documents
        if fieldname == names.ID:
            return ArrayColumn(size, lambda docnum: self._segment.head(docnum)[0].encode())
        days = dict(zip(*(array.tolist() for array in day_column(self._segment, fieldname)), strict=True))
        missing = column.default_value()
        return ArrayColumn(size, lambda docnum: days.get(docnum, missing))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Give the exact length of a field in a document."""
        lengths = self._fields.lengths(fieldname)
        return (lengths[docnum] or default) if len(lengths) else default

    def field_length(self, fieldname: str) -> int:
        """Give the length of a field in all documents together."""
        return sum(self._fields.lengths(fieldname))

    def min_field_length(self, fieldname: str) -> int:
        """Give the smallest length of a field where it is present."""
        return min(filter(None, self._fields.lengths(fieldname)), default=0)

    def max_field_length(self, fieldname: str) -> int:
        """Give the greatest length of a field."""
        return max(self._fields.lengths(fieldname), default=0)

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """Read the stored record."""
        return {names.RECORD: self._segment.stored(docnum).decode()}


class ArrayColumn(ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    """A column whose values are looked up when they are asked for.

    Args:
        size: How many documents there are.
        value: Gives the value of a document.
    """

    def __init__(self, size: int, value: Callable[[int], Any]) -> None:
        self._doccount = size
        self._value = value
        self._reverse = False

    def __getitem__(self, docnum: int) -> Any:
        return self._value(docnum)

    def sort_key(self, docnum: int) -> Any:
        """Give the key that a document is sorted by."""
        value = self._value(docnum)
        if not self._reverse:
            return value
        if isinstance(value, int):
            return -value
        # Whoosh reverses byte columns by sorting on their complement, padded with what sorts last.
        return bytes(255 - byte for byte in value) + b"\xff"

    def set_reverse(self) -> None:
        """Sort the other way round from now on."""
        self._reverse = True


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


class PostingsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose postings the bulk build makes; Whoosh only searches it."""

    def __init__(self, *, positions: bool) -> None:
        self.format = formats.Positions() if positions else formats.Frequency()
        self.positions = positions
        self.analyzer = None
        self.scorable = True
        self.stored = False
        self.unique = False
        self.indexed = True
        self.vector = None
        self.spelling = False
        self.column_type = None
        self.multitoken_query = "default"


def whoosh_schema() -> fields.Schema:
    """Make the Whoosh schema of the index."""
    types: dict[str, object] = {}
    for language in names.LANGUAGES:
        types[names.text_field(language)] = PostingsField(positions=True)
        types[names.title_field(language)] = PostingsField(positions=True)
    for name in (names.WORDS, names.VARIANTS, names.COUNTRY, names.LANGUAGE, names.DATING, names.OWN):
        types[name] = PostingsField(positions=False)
    for name in (names.START_DAY, names.END_DAY, names.ESTIMATED_START, names.ESTIMATED_END):
        types[name] = fields.NUMERIC(numtype=int, bits=32, signed=False)
    types[names.ID] = fields.ID(unique=True)
    types[names.RECORD] = fields.STORED()
    return fields.Schema(**types)
