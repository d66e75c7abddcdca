"""Several segments as one index: global document numbers and the statistics that ranking needs."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from indexer.runtime import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.codec.custom_values import CustomValues
    from indexer.codec.segment import Segment


TERM_CACHE_SIZE: Final = 1 << 10  # terms kept as they were found: one query asks for the same several times


class ArrayIndex:
    """All segments of an index. A global document number is the segment's base plus its own number.

    Args:
        segments: In a fixed order.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.bases: list[int] = []
        self.documents = 0
        for segment in self.segments:
            self.bases.append(self.documents)
            self.documents += segment.documents
        self.find_term = remembered(self._find_term, TERM_CACHE_SIZE)
        self._statistics: dict[str, tuple[int, float]] = {}

    def statistics(self, field: str) -> tuple[int, float]:
        """Count the documents that have a field, and average its length there; (0, 1.0) without ranking.

        Deleted documents count until their segment is written anew.
        """
        found = self._statistics.get(field)
        if found is None:
            having = total = 0
            for segment in self.segments:
                meta = segment.fields.get(field)
                if meta:
                    having += meta["documents"]
                    total += meta["total_length"]
            found = self._statistics[field] = (having, total / having if having else 1.0)
        return found

    def _find_term(self, field: str, text: str) -> tuple[tuple[int, ...], int]:
        """Find a term in a field.

        Returns:
            Its number in each segment, -1 where it is missing; and the documents that have it, deleted ones
            included.

        Raises:
            ValueError: There are more of them than documents: the index is damaged.
        """
        numbers = [segment.find_term(field, text) for segment in self.segments]
        counts = [
            segment.postings(field).document_frequency(number)
            for segment, number in zip(self.segments, numbers, strict=True)
            if number >= 0
        ]
        found = sum(counts)
        if not 0 <= found <= self.documents:
            raise ValueError(f"the term {text!r} of {field} stands in {found} documents")
        return tuple(numbers), found

    def having(self, field: str, value: str) -> int:
        """Count the documents that have a keyword, deleted ones included."""
        return sum([len(segment.having(field, value)) for segment in self.segments])

    @cached_property
    def own(self) -> CustomValues:
        """The own fields and their values."""
        from indexer.codec.custom_values import CustomValues  # few questions ask for any

        return CustomValues(self.segments)

    def forms(self, field: str, text: str) -> set[str]:
        """Give the words that texts have for a term of a ranked field."""
        found: set[str] = set()
        for segment in self.segments:
            number = segment.find_term(field, text)
            if number >= 0:
                found.update(segment.forms(field, number))
        return found

    def locate(self, document: int) -> tuple[Segment, int]:
        """Find the segment of a global document number and the number in it."""
        if len(self.segments) == 1:
            return self.segments[0], document
        at = bisect_right(self.bases, document) - 1
        return self.segments[at], document - self.bases[at]

    def in_order(self, first: int, last: int) -> bool:
        """Tell whether all documents from one to another rank by their numbers where their scores are equal.

        Those of one segment whose dates are printed do: newer first, then by id.
        """
        segment, doc = self.locate(first)
        return last - first + doc < segment.dated.last

    def tie_break(self, document: int) -> tuple[int, str]:
        """Give what orders documents of equal score: newer first, without a date last, then by id."""
        segment, doc = self.locate(document)
        return -segment.column("start")[doc], segment.head(doc)[0]

    def head(self, document: int) -> tuple[str, str | None]:
        """Read a document's id and title."""
        segment, doc = self.locate(document)
        return segment.head(doc)

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Read the id and the title of some documents."""
        if len(self.segments) == 1:
            return self.segments[0].ids_and_titles(documents)
        if documents:  # most hits are of the largest segment
            at = bisect_right(self.bases, min(documents)) - 1
            segment, base = self.segments[at], self.bases[at]
            if max(documents) < base + segment.documents:
                return segment.ids_and_titles([document - base for document in documents])
        return [self.head(document) for document in documents]

    def stored(self, document: int) -> bytes:
        """Read a document's stored record, one JSON object."""
        segment, doc = self.locate(document)
        return segment.stored(doc)

    def find(self, key: str) -> int | None:
        """Find the global number of the live document with an id, or None."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            doc = segment.find_id(key)
            if doc >= 0 and not segment.is_deleted(doc):
                return base + doc
        return None

    def ids_beginning(self, beginning: str, most: int) -> list[str]:
        """List the first few ids of live documents that begin so, ascending."""
        from heapq import merge
        from itertools import islice

        return [*islice(merge(*(segment.ids_beginning(beginning) for segment in self.segments)), most)]

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of all fields that any segment has."""
        return frozenset(name for segment in self.segments for name in segment.fields)

    def terms_with_prefix(self, field: str, prefix: bytes) -> list[bytes]:
        """List the terms of a field that start with ``prefix``, ascending, each once."""
        lexicons = [segment.lexicon(field) for segment in self.segments if field in segment.fields]
        found = [lexicon.walk(numbers) for lexicon in lexicons if (numbers := lexicon.prefix(prefix))]
        if len(found) < 2:
            return [*found[0]] if found else []
        from heapq import merge  # an index in several segments

        return [*dict.fromkeys(merge(*found))]
