"""The fields of a segment as Whoosh expects them: some stand on disk, others follow from the columns."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from indexer import schema as names
from indexer.item import ESTIMATED, KIND_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indexer.codec.lexicon import Lexicon
    from indexer.codec.postings import FieldPostings
    from indexer.codec.segment import Segment

DAY_BITS = 32
DAY_STEP = 4  # Whoosh's NUMERIC indexes a number once for every four bits that it leaves off


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


class FieldTerms(Protocol):
    """The terms of one field in ascending order, numbered from 0."""

    def __len__(self) -> int:
        """Return how many there are."""

    def term(self, number: int) -> bytes:
        """Return a term."""

    def find(self, term: bytes) -> int:
        """Return the number of a term, or -1."""

    def floor(self, term: bytes) -> int:
        """Return the number of the first term that is not before ``term``."""

    def postings(self, number: int) -> PostingList:
        """Return the postings of a term."""


class StoredField:
    """A field that stands on disk."""

    def __init__(self, lexicon: Lexicon, postings: FieldPostings) -> None:
        self._lexicon = lexicon
        self._postings = postings
        self.term = lexicon.term
        self.find = lexicon.find
        self.floor = lexicon.floor

    def __len__(self) -> int:
        return len(self._lexicon)

    def postings(self, number: int) -> PostingList:
        """Return the postings of a term."""
        first, last = self._postings.bounds(number)
        return PostingList(
            self._postings.documents(first, last).tolist(),
            self._postings.frequencies(np.arange(first, last)).tolist(),
            lambda posting: list(self._postings.positions_of(first + posting)),
        )


class DerivedField:
    """A field whose posting lists are worked out from a column."""

    def __init__(self, lists: Mapping[bytes, Sequence[int]]) -> None:
        self._terms = sorted(lists)
        self._lists = lists
        self.term = self._terms.__getitem__

    def __len__(self) -> int:
        return len(self._terms)

    def find(self, term: bytes) -> int:
        """Return the number of a term, or -1."""
        return self.floor(term) if term in self._lists else -1

    def floor(self, term: bytes) -> int:
        """Return the number of the first term that is not before ``term``."""
        return bisect_left(self._terms, term)

    def postings(self, number: int) -> PostingList:
        """Return the postings of a term."""
        ids = list(self._lists[self._terms[number]])
        return PostingList(ids, [1.0] * len(ids), lambda _: [])


class IdField:
    """The ids: one document each, in the order that the segment keeps anyway."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._by_id = segment.column("by_id")

    def __len__(self) -> int:
        return len(self._by_id)

    def term(self, number: int) -> bytes:
        """Return an id."""
        return self._segment.head(self._by_id[number])[0].encode()

    def find(self, term: bytes) -> int:
        """Return the number of an id, or -1."""
        number = self.floor(term)
        return number if number < len(self) and self.term(number) == term else -1

    def floor(self, term: bytes) -> int:
        """Return the number of the first id that is not before ``term``."""
        return bisect_left(range(len(self)), term, key=self.term)

    def postings(self, number: int) -> PostingList:
        """Return the one document that has it."""
        return PostingList([self._by_id[number]], [1.0], lambda _: [])


class SegmentFields:
    """All fields of a segment by name, each opened when it is first asked for."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._open: dict[str, FieldTerms] = {}

    @cached_property
    def names(self) -> list[str]:
        """The names of the fields that have terms, ascending."""
        derived = [names.ID, names.DATING, *_DAYS]
        return sorted(
            name
            for name in {*self._segment.fields, *derived}
            if name in self._segment.fields or len(self[name])
        )

    def __contains__(self, name: str) -> bool:
        return name in self._segment.fields or name in {names.ID, names.DATING, *_DAYS}

    def __getitem__(self, name: str) -> FieldTerms:
        field = self._open.get(name)
        if field is None:
            field = self._open[name] = self._field(name)
        return field

    def _field(self, name: str) -> FieldTerms:
        segment = self._segment
        if name == names.ID:
            return IdField(segment)
        if name == names.DATING:
            kinds = segment.array("kind")
            lists = {name.encode(): np.flatnonzero(kinds == n).tolist() for n, name in enumerate(KIND_NAMES)}
            return DerivedField({name: docs for name, docs in lists.items() if docs})
        if name in _DAYS:
            return DerivedField(_tiers(*day_column(segment, name)))
        return StoredField(segment.lexicon(name), segment.postings(name))


# The day fields: which column, and whether of estimated documents.
_DAYS = {
    names.START_DAY: ("start", False),
    names.END_DAY: ("end", False),
    names.ESTIMATED_START: ("start", True),
    names.ESTIMATED_END: ("end", True),
}


def is_day(name: str) -> bool:
    """Tell whether a field holds days."""
    return name in _DAYS


def day_column(segment: Segment, name: str) -> tuple[Any, Any]:
    """Return the documents that have a day field, and their days."""
    column, estimated = _DAYS[name]
    kinds = segment.array("kind")
    documents = np.flatnonzero((kinds == ESTIMATED) if estimated else ((kinds != ESTIMATED) & (kinds != 0)))
    return documents, segment.array(column)[documents]


def _tiers(documents: Any, days: Any) -> dict[bytes, list[int]]:
    """Return the terms that Whoosh's NUMERIC field has for days: one for each number of bits left off."""
    lists: dict[bytes, list[int]] = {}
    for shift in range(0, DAY_BITS, DAY_STEP):
        values = days.astype(np.int64) >> shift
        order = np.argsort(values, kind="stable")
        distinct, begins = np.unique(values[order], return_index=True)
        for value, own in zip(distinct.tolist(), np.split(documents[order], begins[1:]), strict=False):
            lists[bytes([shift]) + int(value).to_bytes(4, "big")] = own.tolist()
    return lists
