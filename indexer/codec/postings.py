"""Read the posting lists and the dictionary of a field.

A posting list has a term's documents, term frequencies and positions. The dictionary numbers the terms in
byte order, and is read in blocks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.codec.layout import Container

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt


T = TypeVar("T")

# A count byte of a posting has the number of occurrences in its lower 5 bits, and the number of those in the
# title in its upper 3 bits. 255 is an escape: the counts do not fit. Then they are in `over_count` and
# `over_title`, at the position at which `over_at` has the posting.
OCCURRENCE_BITS: Final = 5
OCCURRENCE_MASK: Final = (1 << OCCURRENCE_BITS) - 1
ESCAPE: Final = 255
WIDE_GAP: Final = (1 << 16) - 1  # gaps between documents of this size or more are in `gap_at` and `gap_of`
HALF: Final = 16  # lower bits of a document number, in `ids`; the upper half is in `uppers`
MARK_EVERY: Final = 64  # postings between two stored offsets into the positions
IMPACT_STEPS: Final = 255  # an impact is stored as a multiple of 1 / IMPACT_STEPS
PART: Final = 10  # 2 ** PART postings share a stored start of their upper halves
COMPARED: Final = 13  # checksums are verified for 2 ** COMPARED postings, or terms, at once
ROWS_FROM: Final = 1024  # document frequency from which the facet counts of a term are stored


def term_frequency_table(title_weight: int) -> list[int]:
    """Return the term frequency for each of the 256 values of a count byte (meaningless for the escape)."""
    return [(byte & OCCURRENCE_MASK) + (title_weight - 1) * (byte >> OCCURRENCE_BITS) for byte in range(256)]


def _block(part: str, read: Callable[[Container, str], T]) -> cached_property[T]:
    """Declare a block of a field as an attribute that is read on first use."""
    return cached_property(lambda self: read(self._container, f"{self._field}.{part}"))


class FieldPostings:
    """The posting lists of a field in a segment."""

    def __init__(self, container: Container, title_weight: int, field: str) -> None:
        self._container = container
        self._field = field
        self._weight = title_weight
        self._start = container.raw_view(f"{field}.start")
        self._compared_starts = bytearray((len(self._start) >> COMPARED) + 1)
        meta = container.meta["fields"][field]
        self._compared = bytearray((meta["postings"] >> COMPARED) + 1)
        self.mean_length = meta["total_length"] / max(meta["documents"], 1) or 1.0
        self._halved = f"{field}.upper_at" in container  # not in format 8
        self._has_uppers = container.count(f"{field}.upper_at") > 0
        self.packed = self._halved or f"{field}.gaps" in container
        self._has_far = container.count(f"{field}.far_at") > 0
        self.has_over = f"{field}.over_at" in container
        self.has_positions = f"{field}.positions" in container  # and count bytes
        self.has_impacts = f"{field}.impacts" in container
        of_posting = (f"{field}.{part}" for part in ("ids", "gaps", "counts", "impacts"))
        self._of_posting = [block for block in of_posting if block in container]

    def bounds(self, term: int, count: int = 1) -> tuple[int, int]:
        """Return the first posting of consecutive terms, and the end of their postings.

        ``term`` is the first of ``count`` terms. Call this method before reading a posting list: it verifies
        the checksums of the list, except those of positions.

        Raises:
            IndexFolderError: The list is damaged.
        """
        first, last = self._starts(term, count)
        part, end = first >> COMPARED, (last - 1 >> COMPARED) + 1
        if self._compared.find(0, part, end) >= 0:
            for block in self._of_posting:
                self._container.verify_part(block, part << COMPARED, end << COMPARED)
            if self._has_uppers:
                begins, shift = self._upper_from, COMPARED - PART
                low, high = begins[part << shift], begins[min(end << shift, len(begins) - 1)]
                for block in ("upper_at", "uppers"):
                    self._container.verify_part(f"{self._field}.{block}", low, high)
            self._compared[part:end] = b"\1" * (min(end, len(self._compared)) - part)
        return first, last

    def document_frequency(self, term: int) -> int:
        """Return the document frequency of a term."""
        first, last = self._starts(term)
        return last - first

    def document_frequencies(self, terms: range) -> list[int]:
        """Return the document frequencies of terms with consecutive numbers."""
        self._container.verify_part(f"{self._field}.start", terms.start, terms.stop + 1)
        starts = self._start[terms.start : terms.stop + 1].tolist()
        return [end - start for start, end in pairwise(starts)]

    def starts(self, terms: range) -> npt.NDArray[Any]:
        """Return the first posting of each term in a range, and finally the end of the last posting list."""
        import numpy as np

        self._container.verify_part(f"{self._field}.start", terms.start, terms.stop + 1)
        return np.asarray(self._start[terms.start : terms.stop + 1])

    def _starts(self, term: int, count: int = 1) -> tuple[int, int]:
        """Return the first posting of a term, and that of the term ``count`` numbers later."""
        part, end = term >> COMPARED, (term + count >> COMPARED) + 1
        if self._compared_starts.find(0, part, end) >= 0:
            self._container.verify_part(f"{self._field}.start", part << COMPARED, end << COMPARED)
            self._compared_starts[part:end] = b"\1" * (end - part)
        return self._start[term], self._start[term + count]

    def documents(self, first: int, last: int) -> npt.NDArray[Any]:
        """Decode the documents of the postings from ``first`` up to ``last``, sorted (uint32)."""
        if not self.packed:
            return self._ids[first:last]
        import numpy as np

        documents: npt.NDArray[Any]
        if self._halved:
            documents = self._ids[first:last].astype(np.uint32)
            for begin, end, upper in self._uppers_of(first, last) if self._has_uppers else ():
                part = documents[begin:end]
                part |= upper  # faster than with an index
            return documents
        gaps = self._gaps[first:last].astype(np.uint32)
        _put_exceptions(gaps, first, last, self._gap_at, self._gap_of)
        documents = gaps.cumsum(dtype=np.uint32)
        return documents

    def documents_of(self, terms: range) -> npt.NDArray[Any]:
        """Decode the documents of consecutive terms, one posting list after another (uint32)."""
        import numpy as np

        first, last = self.bounds(terms.start, len(terms))
        if not self.packed or (self._halved and not self._has_uppers):
            return self.documents(first, last)
        if not self._halved:
            return np.concatenate([self.documents(*self.bounds(term)) for term in terms])
        begin, end = self._upper_range(first, last)
        starts = np.asarray(self._start[terms.start : terms.stop])  # each list begins without an upper half
        places = np.concatenate((starts, self._upper_at[begin:end]))
        uppers = np.concatenate((np.zeros(len(starts), np.uint32), self._uppers[begin:end]))
        order = places.argsort(kind="stable")
        sizes = np.diff(places.take(order), append=last)
        documents: npt.NDArray[Any] = self._ids[first:last].astype(np.uint32)
        documents |= uppers.astype(np.uint32).take(order).repeat(sizes) << np.uint32(HALF)
        return documents

    def country_row(self, at: int) -> npt.NDArray[Any]:
        """Return the number of documents per country for a frequent term.

        ``at`` is the index of the term in ``frequent``.
        """
        rows = self._country_rows
        width = len(rows) // len(self.frequent)
        self._container.verify_part(f"{self._field}.country_rows", at * width, (at + 1) * width)
        return rows[at * width : (at + 1) * width]

    def ids_of(self, first: int, last: int) -> Sequence[int]:
        """Decode the sorted documents of a posting list without numpy (see :meth:`documents`)."""
        if not self.packed:
            return self._ids_view[first:last]
        if self._halved:
            documents = self._ids_view[first:last].tolist()
            for begin, end, upper in self._uppers_of(first, last) if self._has_uppers else ():
                documents[begin:end] = [upper | document for document in documents[begin:end]]
            return documents
        gaps = self._container.raw_view(f"{self._field}.gaps")[first:last].tolist()
        _put_exceptions(gaps, first, last, self._gap_at, self._gap_of)
        return list(accumulate(gaps))

    def _upper_range(self, first: int, last: int) -> tuple[int, int]:
        """Return the range of ``upper_at`` that belongs to a range of postings.

        A document number is stored as two halves. The array ``upper_at`` has the postings at which the upper
        half changes.
        """
        at = self._upper_at
        begin = bisect_left(at, first, self._upper_from[first >> PART], self._upper_from[(first >> PART) + 1])
        high = self._upper_from[(last - 1 >> PART) + 1]
        end = begin if begin == high or at[begin] >= last else bisect_left(at, last, begin, high)
        return begin, end

    def _uppers_of(self, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """Split a posting list where the upper half of its document numbers changes.

        Returns:
            The start and the end of each part in the posting list, and the upper half, shifted to its place.
            Postings before the first part have an upper half of 0.
        """
        begin, end = self._upper_range(first, last)
        if begin == end:
            return ()
        begins = [posting - first for posting in self._upper_at[begin:end]]
        uppers = [upper << HALF for upper in self._uppers[begin:end]]
        return zip(begins, [*begins[1:], last - first], uppers, strict=True)

    # Blocks of the whole field. A raw block is used in parts, after `bounds` has verified them.
    counts = _block("counts", Container.raw_array)  # count bytes, uint8
    impacts = _block("impacts", Container.raw_array)  # upper bounds of tf / (tf + norm) in 255ths, uint8
    _positions = _block("positions", Container.raw_array)  # the maximum value means: see `far`
    marks = _block("marks", Container.array)  # offset in the positions of every 64th posting, uint32
    lengths = _block("lengths", Container.array)  # the sum of the term frequencies of each document
    _ids = _block("ids", Container.raw_array)
    _gaps = _block("gaps", Container.raw_array)
    _gap_at = _block("gap_at", Container.pages)
    _gap_of = _block("gap_of", Container.pages)
    _country_rows = _block("country_rows", Container.raw_array)

    # The following are read without numpy.
    _ids_view = _block("ids", Container.raw_view)
    _upper_at = _block("upper_at", Container.raw_view)  # the postings at which the upper half changes
    _uppers = _block("uppers", Container.raw_view)  # their upper halves
    _upper_from = _block("upper_from", Container.view)  # the start of each part in `upper_at`
    counts_view = _block("counts", Container.raw_view)
    _positions_view = _block("positions", Container.raw_view)
    _far_at = _block("far_at", Container.view)  # where `_positions` has the maximum value, ascending
    _far = _block("far", Container.view)  # the positions that are too large for `_positions`
    marks_view = _block("marks", Container.pages)
    lengths_view = _block("lengths", Container.view)
    over_at = _block("over_at", Container.view)  # the postings whose count byte is an escape, ascending
    over_count = _block("over_count", Container.view)  # the number of occurrences of each of these postings
    over_title = _block("over_title", Container.view)  # the number of occurrences in the title
    frequent = _block("big", Container.view)  # the terms in ROWS_FROM documents or more, ascending
    tops = _block("tops", Container.view)  # the impact of the tenth best posting of each frequent term
    _raw_lengths = _block("lengths", Container.raw_view)

    @cached_property
    def term_frequency_of_byte(self) -> npt.NDArray[Any]:
        """The term frequency for each value of a count byte (float64)."""
        import numpy as np

        return np.array(term_frequency_table(self._weight), np.float64)

    def lengths_at(self, docs: Sequence[int]) -> memoryview[int]:
        """Return the lengths of the field in all documents, of which only those of ``docs`` are verified.

        ``docs`` are in ascending order.
        """
        self._container.verify_values(f"{self._field}.lengths", docs)
        return self._raw_lengths

    def count_of(self, posting: int) -> tuple[int, int]:
        """Decode the term frequency and the number of occurrences of a posting.

        In the term frequency, an occurrence in the title counts several times.
        """
        if not self.has_over:
            return 1, 1
        byte = self.counts_view[posting] if self.has_positions else ESCAPE
        if byte != ESCAPE:
            occurrences = byte & OCCURRENCE_MASK
            return occurrences + (self._weight - 1) * (byte >> OCCURRENCE_BITS), occurrences
        slot = bisect_left(self.over_at, posting)
        if not self.has_positions and (slot == len(self.over_at) or self.over_at[slot] != posting):
            return 1, 1  # only term frequencies above one are stored
        occurrences = self.over_count[slot]
        return occurrences + (self._weight - 1) * self.over_title[slot], occurrences

    def title_count_of(self, posting: int) -> int:
        """Decode how many occurrences of a posting are in the title; they have the first positions."""
        byte = self.counts_view[posting]
        return (
            byte >> OCCURRENCE_BITS if byte != ESCAPE else self.over_title[bisect_left(self.over_at, posting)]
        )

    def title_counts(self, postings: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Decode how many occurrences of each posting are in the title (uint32)."""
        import numpy as np

        bytes_ = self.counts.take(postings)
        values = (bytes_ >> OCCURRENCE_BITS).astype(np.uint32)
        for at in (bytes_ == ESCAPE).nonzero()[0].tolist():
            values[at] = self.title_count_of(int(postings[at]))
        return values

    def positions_of(self, posting: int) -> Sequence[int]:
        """Return the positions of a posting, ascending."""
        mark = posting - posting % MARK_EVERY
        counts = self.counts_view[mark:posting].tobytes()
        if ESCAPE in counts or not self.has_over:
            between = sum([self.count_of(before)[1] for before in range(mark, posting)])
        else:
            between = sum([byte & OCCURRENCE_MASK for byte in counts])
        offset = self.marks_view[posting // MARK_EVERY] + between
        end = offset + self.count_of(posting)[1]
        self._container.verify_part(f"{self._field}.positions", offset, end)
        positions = self._positions_view[offset:end].tolist()
        if self._has_far:
            _put_exceptions(positions, offset, end, self._far_at, self._far)
        return positions

    def positions_at(self, spots: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Read positions (int64), given their ascending indexes among all positions of the field."""
        import numpy as np

        self._container.verify_values(f"{self._field}.positions", spots)
        stored = self._positions.take(spots)
        positions = stored.astype(np.int64)
        if self._has_far and len(escaped := (stored == (1 << 8 * stored.itemsize) - 1).nonzero()[0]):
            at = np.asarray(self._far_at).searchsorted(spots.take(escaped))
            positions[escaped] = np.asarray(self._far).take(at)
        return positions

    def term_frequencies(self, postings: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Decode the term frequency of each posting (float64)."""
        import numpy as np

        if self.has_positions:
            bytes_ = self.counts.take(postings)
            values = self.term_frequency_of_byte.take(bytes_)
            escaped = (bytes_ == ESCAPE).nonzero()[0]
        else:
            values = np.ones(len(postings))
            over = np.asarray(self.over_at if self.has_over else (), np.uint32)
            low, high = (over.searchsorted(postings.astype(np.uint32), side) for side in ("left", "right"))
            escaped = (low < high).nonzero()[0]
        for at in escaped.tolist():
            values[at] = self.count_of(int(postings[at]))[0]
        return values

    def occurrences(self, first: int, last: int) -> npt.NDArray[Any]:
        """Decode the number of occurrences of each posting in a range (int64)."""
        import numpy as np

        bytes_ = self.counts[first:last]
        values = (bytes_ & OCCURRENCE_MASK).astype(np.int64)
        _put_exceptions(values, first, last, self.over_at, self.over_count)
        return values


def _put_exceptions(values: Any, first: int, last: int, at: Sequence[int], of: Sequence[int]) -> None:
    """Replace the escape values in a range of postings.

    ``values`` are those of the postings from ``first`` up to ``last``. The value of posting ``at[i]`` becomes
    ``of[i]``.
    """
    for slot in range(bisect_left(at, first), bisect_left(at, last)):
        values[at[slot] - first] = of[slot]


BLOCK_TERMS: Final = 64  # terms in a block of a dictionary
TAB: Final = b"\t"  # between a term and its forms


class Lexicon:
    """The dictionary of a field in a segment.

    Its lines are in byte order, in blocks of 64. A line is a term, followed by a tab and its forms (unstemmed
    words) if they differ from the term. A lookup finds the block by binary search in the list of first terms,
    then searches the bytes of the block.
    """

    __slots__ = ("_firsts", "_lines", "_size")

    def __init__(self, container: Container, field: str, size: int) -> None:
        self._size = size
        self._firsts: Sequence[bytes] = container.view(f"{field}.firsts").tobytes().split(b"\n")
        # Returns the lines of a range of blocks, with a line break before the first line and after each.
        self._lines = container.parts(f"{field}.terms", container.view(f"{field}.block_at"))

    def __len__(self) -> int:
        return self._size

    def entry(self, term: bytes) -> tuple[int, bytes]:
        """Find a term in the dictionary.

        Returns:
            The number of the term, and its forms separated by spaces. If the field lacks the term, -1 and
            ``b""``.
        """
        block = bisect_right(self._firsts, term, 1) - 1
        lines = self._lines(block, block + 1)
        at = lines.find(b"\n" + term)  # longer terms with this prefix follow it
        end = at + 1 + len(term)
        if at < 0 or (behind := lines[end : end + 1]) not in (TAB, b"\n") or not _is_line(term):
            return -1, b""
        number = block * BLOCK_TERMS + lines.count(b"\n", 0, at)
        return number, lines[end + 1 : lines.index(b"\n", end)] if behind == TAB else term

    def term(self, number: int) -> bytes:
        """Return the bytes of a term, given its number."""
        return self.walk(range(number, number + 1))[0]

    def walk(self, numbers: range) -> list[bytes]:
        """Return the terms in a range of numbers."""
        return [line.partition(TAB)[0] for line in self.lines(numbers)]

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """Return terms as text, given ascending term numbers."""
        if not numbers:
            return []
        first = numbers[0]
        lines = self.lines(range(first, numbers[-1] + 1))
        text = b"\n".join([lines[number - first] for number in numbers]).decode("utf-8", "surrogatepass")
        return re.sub("\t[^\n]*", "", text).split("\n")  # without forms

    def lines(self, numbers: range) -> list[bytes]:
        """Return the lines of terms, given consecutive term numbers."""
        if not numbers:
            return []
        first = numbers.start // BLOCK_TERMS
        lines = self._lines(first, -(-numbers.stop // BLOCK_TERMS)).split(b"\n")
        before = first * BLOCK_TERMS - 1
        return lines[numbers.start - before : numbers.stop - before]

    def floor(self, term: bytes) -> int:
        """Return the number of the first term not less than ``term``.

        If there is none, return the number of terms.
        """
        first = (bisect_right(self._firsts, term, 1) - 1) * BLOCK_TERMS
        return first + bisect_left(self.walk(range(first, min(first + BLOCK_TERMS, self._size))), term)

    def lines_with_prefix(self, start: bytes) -> bytes:
        """Return the lines of all terms with a prefix, as one string with a line break before each line."""
        last = bisect_right(self._firsts, start, 1)
        first = last - 1
        while last < len(self._firsts) and self._firsts[last].startswith(start):
            last += 1
        lines = self._lines(first, last)
        at = lines.find(b"\n" + start)
        if at < 0 or not (_is_line(start) and self._size):
            return b""
        return lines[at : lines.index(b"\n", lines.rfind(b"\n" + start, 0, -1) + 1)]

    def numbers_with_prefix(self, start: bytes) -> range:
        """Return the numbers of all terms that start with a prefix."""
        stem = start.rstrip(b"\xff")
        after = self.floor(stem[:-1] + bytes([stem[-1] + 1])) if stem else self._size
        return range(self.floor(start), after)


def _is_line(term: bytes) -> bool:
    """Return whether bytes can be a term or a prefix: they have neither a tab nor a line break."""
    return b"\n" not in term and TAB not in term
