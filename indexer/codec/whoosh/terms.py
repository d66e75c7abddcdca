"""The terms of a segment for Whoosh's readers: look-ups, walks in order, and posting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec.base import EmptyCursor, FieldCursor, TermsReader
from whoosh.reading import TermInfo, TermNotFound

from indexer.codec.whoosh.matcher import ArrayMatcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.codec.whoosh.fields import FieldTerms, SegmentFields
    from indexer.codec.whoosh.lengths import SegmentLengths

Term = tuple[str, bytes]


class ArrayTermsReader(TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Finds the terms of one segment.

    Args:
        fields: The segment's fields.
        lengths: The lengths of its fields.
    """

    def __init__(self, fields: SegmentFields, lengths: SegmentLengths) -> None:
        self._fields = fields
        self._lengths = lengths

    def __contains__(self, term: Term) -> bool:
        name, text = term
        return name in self._fields and self._fields[name].find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields that have terms."""
        return self._fields.names

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        """Return what walks the terms of a field, skipping as it likes."""
        if fieldname not in self._fields:
            return EmptyCursor()
        return ArrayCursor(self, fieldname, self._fields[fieldname], fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield every term, field by field."""
        for name in self._fields.names:
            yield from self._walk(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield the terms from one on, later fields included."""
        for name in self._fields.names:
            if name >= fieldname:
                yield from self._walk(name, prefix if name == fieldname else b"")

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield every term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield the terms from one on with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term.

        Raises:
            TermNotFound: The segment does not have it.
        """
        try:
            ids, weights, _ = self._fields[fieldname].postings(self._number(fieldname, text))
        except KeyError:
            raise TermNotFound(f"no term {fieldname}:{text!r}") from None
        length = self._lengths.of(fieldname)
        lengths = [length(document) for document in ids]
        return TermInfo(sum(weights), len(ids), min(lengths), max(lengths), max(weights), ids[0], ids[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return how often a term counts in all documents together.

        Raises:
            KeyError: The segment does not have it; Whoosh takes that for 0.
        """
        return sum(self._fields[fieldname].postings(self._number(fieldname, text)).weights)

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return in how many documents a term stands.

        Raises:
            KeyError: The segment does not have it; Whoosh takes that for 0.
        """
        return len(self._fields[fieldname].postings(self._number(fieldname, text)).ids)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        """Return what walks the posting list of a term.

        Raises:
            TermNotFound: The segment does not have it.
        """
        try:
            postings = self._fields[fieldname].postings(self._number(fieldname, text))
        except KeyError:
            raise TermNotFound(f"no term {fieldname}:{text!r}") from None
        return ArrayMatcher((fieldname, text), postings, self._lengths.of(fieldname), format_, scorer)

    def close(self) -> None:
        """Do nothing: mapped files close when nothing looks at them any more."""

    def _number(self, name: str, text: bytes) -> int:
        number = self._fields[name].find(text) if name in self._fields else -1
        if number < 0:
            raise KeyError((name, text))
        return number

    def _walk(self, name: str, start: bytes) -> Iterator[Term]:
        field = self._fields[name]
        return ((name, field.term(number)) for number in range(field.floor(start), len(field)))


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
        text = string if isinstance(string, bytes) else self._field.to_bytes(string)
        self._number = self._terms.floor(text)
        return self.text()

    def next(self) -> Any:
        """Go to the next term and return it, None behind the last."""
        self._number = min(self._number + 1, len(self._terms))
        return self.text()

    def text(self) -> Any:
        """Return the current term, None behind the last."""
        return self._field.from_bytes(self._terms.term(self._number)) if self.is_valid() else None

    def term(self) -> Any:
        """Return the current term, under the name that Whoosh's cursor over several segments uses."""
        return self.text()

    def term_info(self) -> TermInfo | None:
        """Return the statistics of the current term."""
        return self._reader.term_info(self._name, self._terms.term(self._number)) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Tell whether there is a current term."""
        return self._number < len(self._terms)
