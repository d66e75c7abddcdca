"""The fields of a segment as Whoosh expects them: some stand on disk, others follow from the columns."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer import schema as names
from indexer.schema import DATE_KINDS, ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indexer.codec.segment import Segment

DAY_BITS = 32
DAY_STEP = 4  # Whoosh's NUMERIC indexes a number once for every four bits that it leaves off

# The day fields: which column, and whether of estimated documents.
DAY_COLUMNS = {
    names.START_DAY: ("start", False),
    names.END_DAY: ("end", False),
    names.ESTIMATED_START: ("start", True),
    names.ESTIMATED_END: ("end", True),
}
_DERIVED = {names.ID, names.DATING, *DAY_COLUMNS}


class PostingList(NamedTuple):
    """The postings of one term.

    Attributes:
        ids: Documents, ascending.
        weights: How often the term counts in each.
        positions: Gives the positions of the n-th posting.
    """

    ids: list[int]
    weights: list[float]
    positions: Callable[[int], list[int]]


class FieldTerms(NamedTuple):
    """The terms of one field in ascending order, numbered from 0.

    Attributes:
        size: How many there are.
        term: Gives a term by its number.
        postings: Gives the postings of a term by its number.
    """

    size: int
    term: Callable[[int], bytes]
    postings: Callable[[int], PostingList]

    def find(self, text: bytes) -> int:
        """Find the number of a term, or -1."""
        number = self.floor(text)
        return number if number < self.size and self.term(number) == text else -1

    def floor(self, text: bytes) -> int:
        """Find the number of the first term that is not before ``text``."""
        return bisect_left(range(self.size), text, key=self.term)


class SegmentFields:
    """All fields of a segment by name, each opened when it is first asked for.

    Args:
        segment: The segment.
    """

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._open = cache(self._field)
        self.lengths = cache(self._lengths)

    @cached_property
    def names(self) -> list[str]:
        """The names of the fields that have terms, ascending."""
        stored = self._segment.fields
        return sorted(name for name in {*stored, *_DERIVED} if name in stored or self[name].size)

    def __contains__(self, name: str) -> bool:
        return name in self._segment.fields or name in _DERIVED

    def __getitem__(self, name: str) -> FieldTerms:
        return self._open(name)

    def _lengths(self, name: str) -> Sequence[int]:
        """Give the length of a field by document, the sum of its term frequencies; empty for days and ids.

        They are exact, where Whoosh's own codec squeezes them into a byte.
        """
        if f"{name}.lengths" in self._segment.container:
            return self._segment.postings(name).lengths_view
        if name not in {names.COUNTRY, names.LANGUAGE, names.DATING, names.OWN}:
            return ()
        counts = np.zeros(self._segment.documents, np.int64)
        for number in range(self[name].size):
            counts[self[name].postings(number).ids] += 1
        return list(counts.tolist())

    def _field(self, name: str) -> FieldTerms:
        segment = self._segment
        if name == names.ID:
            by_id = segment.column("by_id")
            return FieldTerms(
                segment.documents,
                lambda number: segment.head(by_id[number])[0].encode(),
                lambda number: _unweighted([by_id[number]]),
            )
        if name == names.DATING:
            kinds = segment.array("kind")
            lists = {kind.encode(): np.flatnonzero(kinds == n).tolist() for n, kind in enumerate(DATE_KINDS)}
            return _derived({kind: docs for kind, docs in lists.items() if docs})
        if name in DAY_COLUMNS:
            return _derived(_tiers(*day_column(segment, name)))
        return _stored(segment, name)


def _stored(segment: Segment, name: str) -> FieldTerms:
    lexicon, postings = segment.lexicon(name), segment.postings(name)

    def read(number: int) -> PostingList:
        first, last = postings.bounds(number)
        if name == names.OWN:
            return _unweighted(segment.having_terms(name, range(number, number + 1)))
        return PostingList(
            postings.documents(first, last).tolist(),
            postings.term_frequencies(np.arange(first, last)).tolist(),
            lambda posting: list(postings.positions_of(first + posting)),
        )

    return FieldTerms(len(lexicon), lexicon.term, read)


def _derived(lists: Mapping[bytes, Sequence[int]]) -> FieldTerms:
    terms = sorted(lists)
    return FieldTerms(len(terms), terms.__getitem__, lambda number: _unweighted(lists[terms[number]]))


def _unweighted(ids: Sequence[int]) -> PostingList:
    return PostingList(list(ids), [1.0] * len(ids), lambda _: [])


def day_column(segment: Segment, name: str) -> tuple[Any, Any]:
    """Select the documents that have a day field, and their days."""
    column, estimated = DAY_COLUMNS[name]
    kinds = segment.array("kind")
    documents = np.flatnonzero((kinds == ESTIMATED) if estimated else ((kinds != ESTIMATED) & (kinds != 0)))
    return documents, segment.array(column)[documents]


def _tiers(documents: Any, days: Any) -> dict[bytes, list[int]]:
    """Make the terms that Whoosh's NUMERIC field has for days: one for each number of bits left off."""
    lists: dict[bytes, list[int]] = {}
    for shift in range(0, DAY_BITS, DAY_STEP):
        values = days.astype(np.int64) >> shift
        order = np.argsort(values, kind="stable")
        distinct, begins = np.unique(values[order], return_index=True)
        for value, own in zip(distinct.tolist(), np.split(documents[order], begins[1:]), strict=False):
            lists[bytes([shift]) + int(value).to_bytes(4, "big")] = own.tolist()
    return lists
