"""Any of several words, without building the union: the lists themselves, less the documents that repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searcher.execution.arrays.columns import find, marks
from searcher.execution.arrays.lists import TermList, bound_table

if TYPE_CHECKING:
    import numpy.typing as npt

# A list so much shorter than another, or so short, is searched in it rather than marked: a search takes 10 to
# 30 ns a document of the short list, a mark 2 ns a document of both.
SEARCH_RATIO = 12
SEARCH_BELOW = 256


class Repeats(NamedTuple):
    """The documents of one list that stand in an earlier list too.

    Attributes:
        ids: Sorted.
        bounds: The highest scaled score that the lists so far give each, None where it was not worked out.
    """

    ids: npt.NDArray[Any]
    bounds: npt.NDArray[Any] | None


def repeats(lists: list[TermList], documents: int, scale: float) -> list[Repeats]:
    """Return what must be subtracted from the lists to count each document once.

    Args:
        lists: Ascending by length.
        documents: How many documents the segment has.
        scale: What brings scores into 16 bits.

    Returns:
        For each list but the first what it shares with the earlier ones.
    """
    found: list[Repeats] = []
    marked = 0  # lists whose documents are marked
    scratch = marks(documents, np.uint16)
    earlier = 0
    places: list[npt.NDArray[Any]] = []
    try:
        for at, one in enumerate(lists):
            if at:
                if earlier < SEARCH_BELOW or SEARCH_RATIO * earlier < len(one):
                    found.append(_searched(lists[:at], one))
                else:
                    while marked < at:
                        spots = lists[marked].ids.astype(np.intp)
                        places.append(spots)
                        _mark(scratch, spots, lists[marked], scale, fresh=not marked)
                        marked += 1
                    found.append(_marked(scratch, one, scale))
            earlier += len(one)
    finally:
        for spots in places:
            scratch[spots] = 0
    return found


def _searched(earlier: list[TermList], one: TermList) -> Repeats:
    parts = [find(one.ids, other.ids)[1] for other in earlier]
    places = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
    return Repeats(one.ids[places], None)


def _mark(
    scratch: npt.NDArray[Any], spots: npt.NDArray[Any], one: TermList, scale: float, *, fresh: bool
) -> None:
    bounds = bound_table(one, scale).take(one.impacts)
    np.maximum(bounds, 1, out=bounds)  # a weight may be so small that its bound rounds to nothing
    scratch[spots] = bounds if fresh else bounds + scratch[spots]


def _marked(scratch: npt.NDArray[Any], one: TermList, scale: float) -> Repeats:
    before = scratch.take(one.ids)
    places = before.nonzero()[0]
    bounds = before[places] + bound_table(one, scale).take(one.impacts.take(places))
    return Repeats(one.ids.take(places), bounds)
