"""The documents of a segment for Whoosh's readers: number, deletions, lengths, columns and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec.base import PerDocumentReader
from whoosh.columns import ColumnReader

from indexer import schema as names
from indexer.codec.whoosh.fields import DAY_COLUMNS, day_column

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.codec.segment import Segment
    from indexer.codec.whoosh.fields import SegmentFields


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
