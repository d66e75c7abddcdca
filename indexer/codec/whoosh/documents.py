"""The documents of a segment for Whoosh's readers: number, deletions, lengths, columns and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec.base import PerDocumentReader
from whoosh.columns import ColumnReader

from indexer import schema as names
from indexer.codec.whoosh.fields import day_column, is_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.codec.segment import Segment
    from indexer.codec.whoosh.lengths import SegmentLengths


class ArrayDocumentReader(PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads the documents of one segment.

    Args:
        segment: The arrays.
        lengths: The lengths of its fields.
        listed: The segment as Whoosh's table of contents lists it, with its deletions.
    """

    def __init__(self, segment: Segment, lengths: SegmentLengths, listed: Any) -> None:
        self._segment = segment
        self._lengths = lengths
        self._listed = listed

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return int(self._listed.doc_count())

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted or not."""
        return self._segment.documents

    def has_deletions(self) -> bool:
        """Tell whether any document is deleted."""
        return bool(self._listed.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Tell whether a document is deleted."""
        return bool(self._listed.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        """Return the deleted documents."""
        return iter(self._listed.deleted_docs())

    def supports_columns(self) -> bool:
        """Say yes: days and ids are columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Tell whether a field is a column: the id and the days are."""
        return fieldname == names.ID or is_day(fieldname)

    def list_columns(self) -> list[str]:
        """Return the fields that are columns."""
        return [
            names.ID,
            names.START_DAY,
            names.END_DAY,
            names.ESTIMATED_START,
            names.ESTIMATED_END,
        ]

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """Return a column.

        Args:
            fieldname: One of ``list_columns``.
            column: Whoosh's column type, which knows the value of documents that have none.
        """
        if fieldname == names.ID:
            return ArrayColumn(self._segment.documents, self._id)
        days = dict(zip(*(array.tolist() for array in day_column(self._segment, fieldname)), strict=True))
        missing = column.default_value()
        return ArrayColumn(self._segment.documents, lambda docnum: days.get(docnum, missing))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the exact length of a field in a document."""
        lengths = self._lengths.column(fieldname)
        return (lengths[docnum] or default) if len(lengths) else default

    def field_length(self, fieldname: str) -> int:
        """Return the length of a field in all documents together."""
        return sum(self._lengths.column(fieldname))

    def min_field_length(self, fieldname: str) -> int:
        """Return the smallest length of a field where it is present."""
        return min(self._lengths.present(fieldname), default=0)

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        return max(self._lengths.present(fieldname), default=0)

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """Return the stored record."""
        return {names.RECORD: self._segment.stored(docnum).decode()}

    def close(self) -> None:
        """Do nothing: mapped files close when nothing looks at them any more."""

    def _id(self, docnum: int) -> bytes:
        return self._segment.head(docnum)[0].encode()


class ArrayColumn(ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    """A column whose values are looked up when they are asked for.

    Args:
        size: How many documents there are.
        value: Gives the value of a document.
    """

    def __init__(self, size: int, value: Callable[[int], Any]) -> None:
        self._size = size
        self._value = value
        self._reverse = False

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, docnum: int) -> Any:
        return self._value(docnum)

    def __iter__(self) -> Iterator[Any]:
        return map(self._value, range(self._size))

    def sort_key(self, docnum: int) -> Any:
        """Return what a document is sorted by."""
        value = self._value(docnum)
        if not self._reverse:
            return value
        if isinstance(value, int):
            return -value
        # Whoosh reverses byte columns by sorting on their complement, padded with what sorts last.
        return bytes(255 - byte for byte in value) + b"\xff"

    def load(self) -> list[Any]:
        """Return all values."""
        return list(self)

    def set_reverse(self) -> None:
        """Sort the other way round from now on."""
        self._reverse = True
