"""Intersect and merge sorted arrays of documents, and read the columns of a segment."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.schema import FIRST_COUNTRY, NO_COUNTRY, OWN, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from indexer.codec.document_columns import PackedCountries
    from indexer.codec.segment import Segment


K = TypeVar("K")
V = TypeVar("V")
Array: TypeAlias = "npt.NDArray[Any]"  # documents, indexes or scores, depending on the name

Places: TypeAlias = "slice | Any"  # indexes in a sorted list: a slice, or an ascending array
ALL: Final = slice(None)

# A list that is very short or much shorter than another is searched in it instead of being marked: searching
# takes 10 to 30 ns per document of the short list, marking 2 ns per document of both.
SEARCH_RATIO = 12
SEARCH_BELOW = 256


def is_search_faster(short: int, long: int) -> bool:
    """Return whether binary search in the longer of two lists is faster than marking both.

    ``short`` and ``long`` are their lengths.
    """
    return short < SEARCH_BELOW or SEARCH_RATIO * short < long


def find(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """Find documents in a sorted list.

    For example: ``[3, 5, 8], [5, 6, 8] -> [0, 2], [1, 2]``.

    Returns:
        The indexes in ``wanted`` of the documents that are in ``ids``, and the indexes in ``ids`` of the same
        documents.
    """
    if not len(ids):
        empty = np.empty(0, np.intp)
        return empty, empty
    at = ids.searchsorted(wanted)
    there = (ids.take(at, mode="clip") == wanted).nonzero()[0]
    return there, at.take(there)


def merge(ids: Array) -> tuple[Array, Array, Array]:
    """Merge sorted lists that are concatenated in one array.

    Returns:
        The permutation that sorts the array; the sorted documents; and a mask that is false for repeated
        documents.
    """
    # Stable: a document's postings stay in the order of the query, so that equal documents
    # get equal sums.
    order = ids.argsort(kind="stable")
    ordered = ids.take(order)
    return order, ordered, is_first(ordered)


def is_first(ordered: Array) -> Array:
    """Return a mask of a sorted array that is false for repeated documents."""
    first = np.empty(len(ordered), np.bool_)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def union(lists: Sequence[Array]) -> Array:
    """Return the distinct documents of several lists, sorted."""
    return lists[0] if len(lists) == 1 else distinct(np.concatenate(lists))


def intersect(left: Array, right: Array) -> tuple[Array, Array]:
    """Return the indexes of the common documents of two sorted lists in the first and in the second list."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if left is right:
        mine = there = np.arange(len(left))
    elif not len(short) or is_search_faster(len(short), len(long)):
        mine, there = find(long, short)
    else:
        places_of = np.zeros(1 + int(max(short[-1], long[-1])), np.uint32)
        places_of[short] = np.arange(1, len(short) + 1, dtype=np.uint32)
        places = places_of.take(long)
        there = places.nonzero()[0]
        mine = places.take(there).astype(np.intp) - 1
    return (mine, there) if short is left else (there, mine)


def intersect_all(lists: Sequence[Array]) -> tuple[Array, list[Array]]:
    """Return the documents that are in all lists, and their indexes in each list."""
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]))
    docs = lists[order[0]]
    places: dict[int, Array] = {}
    for at in order[1:]:
        mine, there = intersect(docs, lists[at])
        docs = docs.take(mine)
        places = {other: spots.take(mine) for other, spots in places.items()} or {order[0]: mine}
        places[at] = there
    if not places:
        places[order[0]] = np.arange(len(docs))
    return docs, [places[at] for at in range(len(lists))]


def take_values(values: Array, places: Places) -> Array:
    """Return the values at some indexes, faster than numpy's indexing."""
    return values[places] if isinstance(places, slice) else values.take(places)


def values_of_docs(column: Array, ids: Array) -> Array:
    """Return the values of a column for some documents."""
    return column if len(ids) == len(column) else column.take(ids)


VALUE_CACHE_SIZE: Final = 4096  # cached ordinals of values of unranked fields
LONG_POSTINGS: Final = 1 << 21  # maximum postings of a segment's cached long lists, 4 bytes each


def _column(name: str) -> cached_property[Array]:
    """Declare a column that is read when it is first used."""
    return cached_property(lambda columns: columns.segment.array(name))


class Columns:
    """The columns of a segment, each with a value for every document.

    ``base`` is the index-wide number of the segment's first document. ``years`` are the years of the whole
    index, newest first, so that the counts of segments can be added.
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
        self._kept: defaultdict[Any, dict[Any, Any]] = defaultdict(dict)
        self._held: deque[tuple[dict[int, Any], int]] = deque()
        self._room = LONG_POSTINGS
        self._holding = threading.Lock()

    start = _column("start")  # first days
    end = _column("end")  # last days
    spans = _column("spans")  # documents whose dates are longer than a day
    crossing = _column("crossing")  # documents whose dates extend into another year
    languages = _column("languages")  # masks of languages

    @cached_property
    def countries(self) -> PackedCountries:
        """The countries of the documents."""
        from indexer.codec.document_columns import PackedCountries

        segment = self.segment
        names = ("countries", "many.docs", "many.at", "many.countries")
        return PackedCountries(list(segment.countries), *map(segment.array, names))

    @cached_property
    def dead(self) -> Array | None:
        """A mask of the deleted documents, or None if no document is deleted."""
        if not self.segment.deleted:
            return None
        dead = np.zeros(self.segment.documents, np.bool_)
        dead[self.segment.deleted] = True
        return dead

    def live_places(self, docs: Array) -> Array | slice:
        """Return the indexes in ``docs`` of the documents that are not deleted."""
        if self.dead is None:
            return slice(None)
        return (~self.dead.take(docs)).nonzero()[0]

    def cached_result(self, make: Callable[[Columns, K], V], key: K, most: int) -> V:
        """Return the result of a function of these columns and a key, from a cache.

        The cache has at most ``most`` results of the function.
        """
        known: dict[K, V] = self._kept[make]
        value = known.get(key)
        if value is None:
            if len(known) >= most:
                known.clear()
            value = known[key] = make(self, key)
        return value

    def limit_cached_lists(self, lists: dict[int, Any], size: int) -> None:
        """Remove the oldest posting lists from the cache if their total length is too great.

        Args:
            lists: The posting lists of a term by segment; the one of this segment is new.
            size: The number of postings in the new list.
        """
        with self._holding:
            self._held.append((lists, size))
            self._room -= size
            while self._room < 0:
                oldest, size = self._held.popleft()
                self._room += size
                oldest.pop(self.number, None)

    def docs_with_keyword(self, field: str, value: str) -> Array | None:
        """Return the sorted documents with a keyword, or None if there are none."""
        annotations = self.segment.annotations
        if field == OWN and annotations and (docs := annotations.keyword_documents(value)) is not None:
            return np.array(docs, np.uint32) if docs else None
        terms = self._terms_of(field, value)
        return self.docs_with_keywords(field, terms) if terms else None

    def docs_with_keywords(self, field: str, terms: range) -> Array:
        """Return the sorted documents with any of several consecutive keywords."""
        postings = self.segment.postings(field)
        ids = postings.documents_of(terms)
        if not len(ids) or (len(terms) > 1 and not all(map(postings.document_frequency, terms))):
            # A value of all documents has no postings.
            return np.arange(self.segment.documents, dtype=np.uint32)
        return distinct(ids) if len(terms) > 1 else ids
