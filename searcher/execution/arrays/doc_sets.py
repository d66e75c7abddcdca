"""Sorted arrays of documents: intersections, unions, and scratch memory that belongs to a thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

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


def distinct(lists: Sequence[Array]) -> Array:
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
