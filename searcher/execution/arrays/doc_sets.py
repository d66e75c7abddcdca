"""Sorted arrays of documents: intersections, unions, and scratch memory that belongs to a thread."""

from __future__ import annotations

import threading
from collections import defaultdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.schema import FIRST_COUNTRY, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from indexer.codec.segment import Segment


K = TypeVar("K")
V = TypeVar("V")
Array: TypeAlias = "npt.NDArray[Any]"  # documents, places, scores: what of, a name says

# A list so much shorter than another, or so short, is searched in it rather than marked: a search takes 10 to
# 30 ns a document of the short list, a mark 2 ns a document of both.
SEARCH_RATIO = 12
SEARCH_BELOW = 256

_scratch = threading.local()


def scratch(size: int, kind: type[np.number[Any]]) -> Array:
    """Give the calling thread's scratch array of zeros; whoever writes to it must reset what it wrote.

    Args:
        size: How many elements are needed at least.
        kind: Their type.
    """
    name = kind.__name__
    array: Array | None = getattr(_scratch, name, None)
    if array is None or len(array) < size:
        array = np.zeros(size, kind)
        setattr(_scratch, name, array)
    return array


def is_searched(short: int, long: int) -> bool:
    """Tell whether a list is searched in another one, by their lengths, rather than marked."""
    return short < SEARCH_BELOW or SEARCH_RATIO * short < long


def find(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """Find some documents in a sorted list, both of the same type.

    Returns:
        Which of ``wanted`` are in the list (their places in ``wanted``), and their places in the list.
    """
    if not len(ids):
        empty = np.empty(0, np.intp)
        return empty, empty
    at = ids.searchsorted(wanted)
    there = (ids.take(at, mode="clip") == wanted).nonzero()[0]
    return there, at.take(there)


def merge(ids: Array) -> tuple[Array, Array, Array]:
    """Bring sorted lists that stand one behind the other into one order.

    Returns:
        The places in that order, the documents in it, and whether each is the first of its kind.
    """
    # Stable: the postings of a document follow each other in the order of the query, so that equal documents
    # get equal sums.
    order = ids.argsort(kind="stable")
    ordered = ids.take(order)
    return order, ordered, is_first(ordered)


def is_first(ordered: Array) -> Array:
    """Tell of each document of a sorted array whether it differs from the one before."""
    first = np.empty(len(ordered), np.bool_)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def union_of(lists: Sequence[Array]) -> Array:
    """Give the documents that are in any of some lists, sorted, each once."""
    if len(lists) == 1:
        return lists[0]
    docs: Array = np.concatenate(lists)
    docs.sort()
    once: Array = docs[is_first(docs)]
    return once


def meet(short: Array, long: Array, documents: int) -> tuple[Array, Array]:
    """Find the documents that two sorted lists have in common.

    Args:
        short: One list.
        long: One that is not shorter.
        documents: How many documents the segment has.

    Returns:
        Their places in each of the lists.
    """
    if is_searched(len(short), len(long)):
        return find(long, short)
    places_of = scratch(documents, np.uint32)
    spots = short.astype(np.intp)
    try:
        places_of[spots] = np.arange(1, len(short) + 1, dtype=np.uint32)
        places = places_of.take(long)
    finally:
        places_of[spots] = 0
    there = places.nonzero()[0]
    return places.take(there).astype(np.intp) - 1, there


def meet_all(lists: Sequence[Array], documents: int) -> tuple[Array, list[Array]]:
    """Find the documents that are in all of some lists, and their places in each.

    Args:
        lists: The lists.
        documents: How many documents the segment has.
    """
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]))
    docs = lists[order[0]]
    places: dict[int, Array] = {}
    for at in order[1:]:
        mine, there = meet(docs, lists[at], documents)
        docs = docs.take(mine)
        places = {other: spots.take(mine) for other, spots in places.items()} or {order[0]: mine}
        places[at] = there
    if not places:
        places[order[0]] = np.arange(len(docs))
    return docs, [places[at] for at in range(len(lists))]


VALUE_CACHE_SIZE: Final = 4096  # values of fields that are not ranked whose numbers are kept


def _column(name: str) -> cached_property[Array]:
    """Declare a column, read when it is first asked for."""
    return cached_property(lambda columns: columns.segment.array(name))


class Columns:
    """What evaluation reads of one segment.

    Attributes:
        segment: The segment.
        number: Its number in the index.
        base: The global number of its first document.
        years: The years of the whole index, newest first: all segments count the same, so that counts add up.
    """

    def __init__(self, segment: Segment, number: int, base: int, years: Sequence[int]) -> None:
        self.segment = segment
        self.years = years
        self.number = number
        self.base = base
        self.country_ordinals = {UNKNOWN: NO_COUNTRY} | {
            code: at for at, code in enumerate(segment.countries, FIRST_COUNTRY)
        }
        self._terms_of = lru_cache(VALUE_CACHE_SIZE)(segment.keyword_terms)
        self._of_country: dict[str, Array | None] = {}  # views, made once: there are few countries
        self.has_many = len(self.many) > 0
        self._kept: defaultdict[Any, dict[Any, Any]] = defaultdict(dict)

    start = _column("start")  # first days
    end = _column("end")  # last days
    spans = _column("spans")  # documents whose dates are more than a day
    crossing = _column("crossing")  # those of them that reach another year
    languages = _column("languages")  # masks
    countries = _column("countries")  # the first four ordinals, packed
    many = _column("many.docs")  # documents with more than four countries
    many_at = _column("many.at")  # for each of these where the others begin
    many_countries = _column("many.countries")  # ordinals of the fifth and later countries

    @cached_property
    def dead(self) -> Array | None:
        """Whether each document is deleted; None when none is."""
        if not self.segment.deleted:
            return None
        dead = np.zeros(self.segment.documents, np.bool_)
        dead[self.segment.deleted] = True
        return dead

    def live_at(self, docs: Array) -> Array | slice:
        """Find those of some documents that are not deleted, as places among them."""
        if self.dead is None:
            return slice(None)
        places: Array = (~self.dead.take(docs)).nonzero()[0]
        return places

    def kept(self, make: Callable[[Columns, K], V], key: K, most: int) -> V:
        """Return what a function makes of the segment, and keep it, as questions about it repeat.

        Args:
            make: The function.
            key: Its argument.
            most: How many values of the function are kept.
        """
        known: dict[K, V] = self._kept[make]
        value = known.get(key)
        if value is None:
            if len(known) >= most:
                known.clear()
            value = known[key] = make(self, key)
        return value

    def of_country(self, code: str) -> Array | None:
        """Give the documents about a country, sorted; None where the segment keeps no such list."""
        if code not in self._of_country:
            self._of_country[code] = self.keyword("country", code)
        return self._of_country[code]

    def keyword(self, field: str, value: str) -> Array | None:
        """Give the documents that have a value of a field that is not ranked, sorted; None where none has."""
        terms = self._terms_of(field, value)
        return self.having(field, terms) if terms else None

    def having(self, field: str, terms: range) -> Array:
        """Give the documents that have any of some terms side by side of such a field, sorted."""
        postings = self.segment.postings(field)
        ids = postings.documents(*postings.bounds(terms.start, len(terms)))
        if not len(ids) or (len(terms) > 1 and not all(map(postings.document_frequency, terms))):
            # A value that all have takes no posting.
            return np.arange(self.segment.documents, dtype=np.uint32)
        return distinct(ids) if len(terms) > 1 else ids
