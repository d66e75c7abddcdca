"""Search several segments as one index with global document numbers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import add_checkpoints
from indexer.runtime import NamedTuple, cache_method

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.custom_values import CustomValues
    from indexer.codec.segment import Segment


TERM_CACHE_SIZE: Final = 1 << 10  # a query looks up the same terms several times


class FoundTerm(NamedTuple):
    """The occurrences of a term in the segments of an index.

    Attributes:
        numbers: The term's number in each segment; -1 if the segment lacks the term.
        documents: The document frequency, including deleted documents.
        forms: The unstemmed words of the texts that have this term, sorted; empty for unranked fields.
    """

    numbers: tuple[int, ...]
    documents: int
    forms: tuple[str, ...]


class ArrayIndex:
    """The segments of an index.

    A global document number is the document's number in its segment plus the segment's base: the number of
    documents in all earlier segments.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        *self.bases, self.documents = accumulate([one.documents for one in self.segments], initial=0)
        self.lookup = cache_method(self._lookup, TERM_CACHE_SIZE)
        self.statistics = cache_method(self._statistics, None)

    def _statistics(self, field: str) -> tuple[int, float]:
        """Return the number of documents that have a field, and the mean length of the field in them.

        Deleted documents are counted until their segment is rewritten.
        """
        ranked = [segment.fields[field] for segment in self.segments if field in segment.fields]
        having, total = (sum([meta[key] for meta in ranked]) for key in ("documents", "total_length"))
        return having, total / having if having else 1.0

    def _lookup(self, field: str, text: str) -> FoundTerm:
        """Find a term of a field in every segment.

        Raises:
            ValueError: The document frequency exceeds the number of documents, so the index is damaged.
        """
        term = text.encode("utf-8", "surrogatepass")
        numbers, documents, forms = [], 0, b""
        for segment in self.segments:
            number, having, own = segment.lookup(field, term)
            numbers.append(number)
            documents += having
            forms += b" " + own
        if not documents:
            return FoundTerm((-1,) * len(numbers), 0, ())
        if not 0 <= documents <= self.documents:
            raise ValueError(f"{documents} documents have the term {text!r} of {field}")
        words = forms.decode("utf-8", "surrogatepass").split()
        return FoundTerm(tuple(numbers), documents, tuple(words if len(numbers) < 2 else sorted({*words})))

    def count_keyword(self, field: str, value: str) -> int:
        """Return the number of documents with a keyword, including deleted documents."""
        return sum([len(segment.keyword_documents(field, value)) for segment in self.segments])

    @cached_property
    def own(self) -> CustomValues:
        """The custom fields and their values."""
        from indexer.codec.custom_values import CustomValues  # few queries need it

        return CustomValues(self.segments)

    def locate(self, document: int) -> tuple[Segment, int]:
        """Return the segment of a document, and its number in the segment."""
        at = bisect_right(self.bases, document) - 1
        return self.segments[at], document - self.bases[at]

    def by_segment(self, documents: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """Convert ascending global document numbers to a tuple of numbers in each segment."""
        bounds = pairwise([bisect_left(documents, base) for base in (*self.bases, self.documents)])
        return tuple(
            [
                tuple([document - base for document in documents[first:last]])
                for base, (first, last) in zip(self.bases, bounds, strict=True)
            ]
        )

    def in_order(self, first: int, last: int) -> bool:
        """Return whether document numbers in a range are in the order of :meth:`tie_break`.

        This holds for dated documents of one segment, which are numbered newest first, then by id.
        """
        segment, doc = self.locate(first)
        return last - first + doc < segment.dated.last

    def tie_break(self, document: int) -> tuple[int, str]:
        """Return the key that sorts documents with equal scores: newest first, undated last, then by id."""
        segment, doc = self.locate(document)
        return -segment.column("start")[doc], segment.head(doc)[0]

    def head(self, document: int) -> tuple[str, str | None]:
        """Return the id and the title of a document."""
        segment, doc = self.locate(document)
        return segment.head(doc)

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Return the ids and titles of documents."""
        if len(self.segments) == 1:
            return self.segments[0].ids_and_titles(documents)
        return [self.head(document) for document in documents]

    def find(self, key: str) -> int | None:
        """Return the document with an id, or ``None`` if it is deleted or missing."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            doc = segment.find_id(key)
            if doc >= 0 and not segment.is_deleted(doc):
                return base + doc
        return None

    def ids_with_prefix(self, prefix: str, most: int) -> list[str]:
        """Return the first ``most`` ids that start with a prefix, sorted.

        Deleted documents are ignored.
        """
        from heapq import merge
        from itertools import islice

        return [*islice(merge(*(segment.ids_with_prefix(prefix) for segment in self.segments)), most)]

    def terms_with_prefix(self, field: str, prefix: str) -> str:
        """Return the terms of a field that start with a prefix, as one string.

        Each term is preceded by a line break. The terms are distinct and sorted.
        """
        start = prefix.encode("utf-8", "surrogatepass")
        lines = b""
        for segment in self.segments:
            if field in segment.fields:
                lines += segment.lexicon(field).lines_with_prefix(start)
        if lines and len(self.segments) > 1:
            # Merge the sorted terms of the segments, which is faster than sorting a set.
            lines = b"\n".join([b"", *dict.fromkeys(sorted(lines.split(b"\n")[1:]))])
        return lines.decode("utf-8", "surrogatepass")


BATCH_SIZE: Final = 1 << 15  # documents that are read together, in stored order
MAX_BYTES: Final = 64 << 20  # of records in memory


def read_records(
    index: ArrayIndex, documents: Sequence[int], *, together: int = BATCH_SIZE, most: int = MAX_BYTES
) -> Iterator[bytes]:
    """Yield the records of documents, in the given order.

    Args:
        index: The index.
        documents: Global document numbers.
        together: The number of documents per batch. Each block of records is read once per batch.
        most: The maximum number of bytes of records in memory, unless a single record is larger.

    Raises:
        IndexFolderError: A block is damaged.
    """
    for first in range(0, len(documents), together):
        yield from _read_records(index, documents[first : first + together], most)


def _read_records(index: ArrayIndex, documents: Sequence[int], most: int) -> Iterator[bytes]:
    stored_at = [segment.container.pages("stored_at") for segment in index.segments]
    places: dict[int, list[tuple[int, int]]] = {}
    for at, document in enumerate(add_checkpoints(documents)):
        ordinal = bisect_right(index.bases, document) - 1
        number = stored_at[ordinal][document - index.bases[ordinal]]
        places.setdefault(ordinal, []).append((number, at))
    found: list[bytes] = [b""] * len(documents)
    held = 0
    for ordinal, numbered in places.items():
        numbered.sort()
        records = index.segments[ordinal].records.read([number for number, _ in numbered])
        for (_, at), record in add_checkpoints(zip(numbered, records, strict=True)):
            found[at] = record
            held += len(record)
            if held > most and len(documents) > 1:
                found.clear()
                half = len(documents) // 2
                yield from _read_records(index, documents[:half], most)
                yield from _read_records(index, documents[half:], most)
                return
    yield from found
