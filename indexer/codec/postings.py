"""The postings of a field: for each term the documents that have it, how often, and where."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from indexer.codec.layout import Container

# A count byte holds the occurrences (5 bits) and those in the title (3 bits); 255 says: see `over_at`.
OCCURRENCE_BITS: Final = 5
OCCURRENCE_MASK: Final = (1 << OCCURRENCE_BITS) - 1
ESCAPE: Final = 255
WIDE_GAP: Final = (1 << 16) - 1  # a gap between documents that stands in `gap_at` and `gap_of` instead
MARK_EVERY: Final = 64  # postings between two stored offsets into the positions
IMPACT_STEPS: Final = 255
ROWS_FROM: Final = 1024  # document frequency from which a term has its facet counts stored
K1: Final = 1.2
B: Final = 0.75


def frequency_table(title_weight: int) -> list[int]:
    """Return the frequency that each of the 256 count bytes stands for (255 has none)."""
    return [(byte & OCCURRENCE_MASK) + (title_weight - 1) * (byte >> OCCURRENCE_BITS) for byte in range(256)]


class FieldPostings:
    """All posting lists of one field of one segment, one behind the other.

    Args:
        container: The segment's arrays.
        field: The field's name.
        title_weight: How much an occurrence in the title counts.
    """

    def __init__(self, container: Container, field: str, title_weight: int) -> None:
        self._container = container
        self._field = field
        self._weight = title_weight
        self._start = container.pages(f"{field}.start")
        self.packed = f"{field}.gaps" in container
        self.has_over = f"{field}.over_at" in container
        self.has_counts = f"{field}.counts" in container
        self.has_positions = f"{field}.positions" in container
        self.has_impacts = f"{field}.impacts" in container
        of_posting = (f"{field}.{part}" for part in ("ids", "gaps", "counts", "impacts"))
        self._of_posting = [block for block in of_posting if block in container]

    def bounds(self, term: int) -> tuple[int, int]:
        """Return the first posting of a term and the one after its last.

        Whoever wants to read a list asks for its bounds first: here it is compared with its checksums, all of
        it but the positions.

        Raises:
            IndexFolderError: The list is damaged.
        """
        first, last = self._start[term], self._start[term + 1]
        for block in self._of_posting:  # from the last mark on: positions are counted from there
            self._container.touch(block, first - first % MARK_EVERY, last)
        return first, last

    def frequency(self, term: int) -> int:
        """Return in how many documents a term stands."""
        return self._start[term + 1] - self._start[term]

    def documents(self, first: int, last: int) -> npt.NDArray[Any]:
        """Return the documents of one term, sorted, uint32.

        Args:
            first: Its first posting.
            last: The one after its last.
        """
        if not self.packed:
            return self._ids[first:last]
        import numpy as np

        gaps = self._gaps[first:last].astype(np.uint32)
        low, high = bisect_left(self._gap_at, first), bisect_left(self._gap_at, last)
        for slot in range(low, high):
            gaps[self._gap_at[slot] - first] = self._gap_of[slot]
        documents: npt.NDArray[Any] = gaps.cumsum(dtype=np.uint32)
        return documents

    # Arrays of the whole field; a term's part is a slice by its bounds, which were asked for before.

    @cached_property
    def _ids(self) -> npt.NDArray[Any]:
        return self._container.raw_array(f"{self._field}.ids")

    @cached_property
    def _gaps(self) -> npt.NDArray[Any]:
        return self._container.raw_array(f"{self._field}.gaps")

    @cached_property
    def _gap_at(self) -> memoryview[int]:
        return self._container.pages(f"{self._field}.gap_at")

    @cached_property
    def _gap_of(self) -> memoryview[int]:
        return self._container.pages(f"{self._field}.gap_of")

    @cached_property
    def counts(self) -> npt.NDArray[Any]:
        """Count bytes, uint8."""
        return self._container.raw_array(f"{self._field}.counts")

    @cached_property
    def impacts(self) -> npt.NDArray[Any]:
        """Upper bounds of tf / (tf + K) in 255ths, uint8."""
        return self._container.raw_array(f"{self._field}.impacts")

    @cached_property
    def positions(self) -> npt.NDArray[Any]:
        """Positions of all occurrences, uint8, uint16 or uint32."""
        return self._container.raw_array(f"{self._field}.positions")

    @cached_property
    def marks(self) -> npt.NDArray[Any]:
        """Offset in ``positions`` of every 64th posting, uint32."""
        return self._container.array(f"{self._field}.marks")

    @cached_property
    def lengths(self) -> npt.NDArray[Any]:
        """Length of the field in each document: the sum of its frequencies."""
        return self._container.array(f"{self._field}.lengths")

    @cached_property
    def frequency_of_byte(self) -> npt.NDArray[Any]:
        """The frequency that each count byte stands for, float64."""
        import numpy as np

        return np.array(frequency_table(self._weight), np.float64)

    # The same without np.

    @cached_property
    def ids_view(self) -> memoryview[int]:
        """Documents of a field that is not packed."""
        return self._container.raw_view(f"{self._field}.ids")

    @cached_property
    def counts_view(self) -> memoryview[int]:
        """Count bytes."""
        return self._container.raw_view(f"{self._field}.counts")

    @cached_property
    def positions_view(self) -> memoryview[int]:
        """Positions of all occurrences."""
        return self._container.raw_view(f"{self._field}.positions")

    @cached_property
    def marks_view(self) -> memoryview[int]:
        """Offset in the positions of every 64th posting."""
        return self._container.pages(f"{self._field}.marks")

    @cached_property
    def lengths_view(self) -> memoryview[int]:
        """Length of the field in each document."""
        return self._container.view(f"{self._field}.lengths")

    def lengths_at(self, docs: Sequence[int]) -> memoryview[int]:
        """Return the lengths of the field, to be looked at for some documents only, ascending."""
        self._container.touch_at(f"{self._field}.lengths", docs)
        return self._raw_lengths

    @cached_property
    def _raw_lengths(self) -> memoryview[int]:
        return self._container.raw_view(f"{self._field}.lengths")

    @cached_property
    def over_at(self) -> memoryview[int]:
        """Numbers of the postings whose count byte is an escape, ascending."""
        return self._container.view(f"{self._field}.over_at")

    @cached_property
    def over_count(self) -> memoryview[int]:
        """Their occurrences."""
        return self._container.view(f"{self._field}.over_count")

    @cached_property
    def over_title(self) -> memoryview[int]:
        """Of these, in the title."""
        return self._container.view(f"{self._field}.over_title")

    def count_of(self, posting: int) -> tuple[int, int]:
        """Return the frequency and the number of occurrences of one posting."""
        if not self.has_over:
            return 1, 1
        byte = self.counts_view[posting] if self.has_counts else ESCAPE
        if byte != ESCAPE:
            occurrences = byte & OCCURRENCE_MASK
            return occurrences + (self._weight - 1) * (byte >> OCCURRENCE_BITS), occurrences
        slot = bisect_left(self.over_at, posting)
        if not self.has_counts and (slot == len(self.over_at) or self.over_at[slot] != posting):
            return 1, 1  # where only frequencies above one are kept
        occurrences = self.over_count[slot]
        return occurrences + (self._weight - 1) * self.over_title[slot], occurrences

    def positions_of(self, posting: int) -> memoryview[int]:
        """Return the positions of one posting, ascending."""
        offset = self.marks_view[posting // MARK_EVERY]
        for before in range(posting - posting % MARK_EVERY, posting):
            offset += self.count_of(before)[1]
        end = offset + self.count_of(posting)[1]
        self._container.touch(f"{self._field}.positions", offset, end)
        return self.positions_view[offset:end]

    def positions_at(self, spots: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return positions by their numbers in the field, int64.

        Args:
            spots: Ascending numbers.

        Raises:
            IndexFolderError: They are damaged.
        """
        import numpy as np

        if len(spots):
            self._container.touch(f"{self._field}.positions", int(spots[0]), int(spots[-1]) + 1)
        return self.positions.take(spots).astype(np.int64)

    def frequencies(self, postings: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the frequencies of some postings, float64.

        Args:
            postings: Their numbers in the field.
        """
        import numpy as np

        if not self.has_counts:
            values: npt.NDArray[Any] = np.ones(len(postings))
            if self.has_over and len(postings):
                over = self._container.array(f"{self._field}.over_at")
                at = over.searchsorted(postings)
                there: npt.NDArray[Any] = over.take(at, mode="clip") == postings if len(over) else at[:0]
                for place in there.nonzero()[0]:
                    values[place] = self.count_of(int(postings[place]))[0]
            return values
        bytes_ = self.counts.take(postings)
        values = self.frequency_of_byte.take(bytes_)
        if len(self.over_at):
            for place in np.flatnonzero(bytes_ == ESCAPE):
                values[place] = self.count_of(int(postings[place]))[0]
        return values

    def occurrences(self, first: int, last: int) -> npt.NDArray[Any]:
        """Return the number of occurrences of the postings from ``first`` up to ``last``, int64."""
        import numpy as np

        bytes_ = self.counts[first:last]
        values = (bytes_ & OCCURRENCE_MASK).astype(np.int64)
        low = bisect_left(self.over_at, first)
        for slot in range(low, bisect_left(self.over_at, last)):
            values[self.over_at[slot] - first] = self.over_count[slot]
        return values
