"""The terms of a segment for Whoosh's readers: look-ups, walks in order, and posting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec.base import EmptyCursor, FieldCursor, TermsReader
from whoosh.reading import TermInfo, TermNotFound

from indexer.codec.whoosh.matcher import ArrayMatcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.codec.whoosh.fields import FieldTerms, PostingList, SegmentFields

Term = tuple[str, bytes]


class ArrayTermsReader(TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Finds the terms of one segment.

    Args:
        fields: The segment's fields.
    """

    def __init__(self, fields: SegmentFields) -> None:
        self._fields = fields

    def __contains__(self, term: Term) -> bool:
        name, text = term
        return name in self._fields and self._fields[name].find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        """List the names of the fields that have terms."""
        return self._fields.names

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        """Open a walk over the terms of a field."""
        if fieldname not in self._fields:
            return EmptyCursor()
        return ArrayCursor(self, fieldname, self._fields[fieldname], fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield every term, field by field."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield the terms from one on, later fields included."""
        for name in self._fields.names:
            if name >= fieldname:
                field = self._fields[name]
                for number in range(field.floor(prefix) if name == fieldname else 0, field.size):
                    yield name, field.term(number)

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield every term with its statistics."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield the terms from one on with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Give the statistics of a term.

        Raises:
            TermNotFound: The segment does not have it.
        """
        ids, weights, _ = self._postings(fieldname, text)
        column = self._fields.lengths(fieldname)
        lengths = [column[document] for document in ids] if len(column) else [0]
        return TermInfo(sum(weights), len(ids), min(lengths), max(lengths), max(weights), ids[0], ids[-1])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        """Open the posting list of a term.

        Raises:
            TermNotFound: The segment does not have it.
        """
        postings, lengths = self._postings(fieldname, text), self._fields.lengths(fieldname)
        return ArrayMatcher((fieldname, text), postings, lengths, format_, scorer)

    def _postings(self, name: str, text: bytes) -> PostingList:
        number = self._fields[name].find(text) if name in self._fields else -1
        if number < 0:
            raise _NoTermError(f"no term {name}:{text!r}")
        return self._fields[name].postings(number)


class _NoTermError(TermNotFound, KeyError):  # type: ignore[misc]  # Whoosh has no types
    """A term that a segment does not have: some callers in Whoosh expect the one type, some the other."""


class ArrayCursor(FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """Walks the terms of one field.

    Args:
        reader: Gives the statistics of terms.
        name: The field's name.
        terms: The field.
        field: Its Whoosh type, which turns bytes to text.
    """

    def __init__(self, reader: ArrayTermsReader, name: str, terms: FieldTerms, field: Any) -> None:
        self._reader = reader
        self._name = name
        self._terms = terms
        self._field = field
        self._number = 0

    def first(self) -> Any:
        """Go to the first term and return it."""
        self._number = 0
        return self.text()

    def find(self, string: Any) -> Any:
        """Go to the first term that is not before ``string`` and return it, None behind the last."""
        self._number = self._terms.floor(
            string if isinstance(string, bytes) else self._field.to_bytes(string)
        )
        return self.text()

    def next(self) -> Any:
        """Go to the next term and return it, None behind the last."""
        self._number = min(self._number + 1, self._terms.size)
        return self.text()

    def text(self) -> Any:
        """Return the current term, None behind the last."""
        return self._field.from_bytes(self._terms.term(self._number)) if self.is_valid() else None

    term = text  # the name that Whoosh's cursor over several segments uses

    def term_info(self) -> TermInfo | None:
        """Give the statistics of the current term."""
        return self._reader.term_info(self._name, self._terms.term(self._number)) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Tell whether there is a current term."""
        return self._number < self._terms.size
