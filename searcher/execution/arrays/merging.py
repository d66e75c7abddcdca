"""Any of several words over one segment, where little matches: it is merged and scored whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searcher.execution.arrays.country_counts import Rows, Union
from searcher.execution.arrays.lists import TermList, all_scores

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.execution.arrays.best import Best
    from searcher.execution.arrays.columns import Columns
    from searcher.execution.arrays.tally import Tally


class Here(NamedTuple):
    """One segment and what gathers its matches.

    Attributes:
        columns: The segment.
        tally: What counts the documents.
        best: What ranks them.
        base: The segment's first global document number.
    """

    columns: Columns
    tally: Tally
    best: Best
    base: int


def distinct(lists: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return the documents that are in any of some lists, sorted, each once."""
    if len(lists) == 1:
        return lists[0]
    docs: npt.NDArray[Any] = np.concatenate(lists)
    docs.sort()
    fresh = np.empty(len(docs), np.bool_)
    fresh[:1] = True
    np.not_equal(docs[1:], docs[:-1], out=fresh[1:])
    joined: npt.NDArray[Any] = docs[fresh]
    return joined


def small_union(here: Here, lists: list[TermList], language: int) -> None:
    """Count and rank a union that is small enough to be built and scored whole."""
    _, tally, best, base = here
    ids = np.concatenate([one.ids for one in lists])
    order, ordered, fresh = merged(ids)
    starts = fresh.nonzero()[0]
    docs = ordered.take(starts)
    rows = _rows(lists, ordered, fresh) if tally.takes_rows else None
    part = tally.add(docs, 1, rows, language=language)
    docs = docs[part]
    if not best.count or not len(docs):
        return
    scores = np.add.reduceat(all_scores(lists, ids).take(order), starts)
    best.add(base, docs, scores[part])


def placed_union(here: Here, lists: list[TermList], language: int) -> None:
    """Count and rank a union under a country filter: little passes it, which is built and scored whole."""
    _, tally, best, base = here
    ids = np.concatenate([one.ids for one in lists])
    places, packed = tally.placed(ids)
    placed = ids.take(places)
    order, ordered, fresh = merged(placed)
    starts = fresh.nonzero()[0]
    docs = ordered.take(starts)
    union = Union([one.ids for one in lists], [one.row() for one in lists], ids, packed)
    part = tally.add_placed(docs, union, language=language)
    docs = docs[part]
    if not best.count or not len(docs):
        return
    scores = np.add.reduceat(all_scores(lists, placed, places).take(order), starts)
    best.add(base, docs, scores[part])


def merged(ids: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Bring sorted lists that stand one behind the other into one order.

    Returns:
        The places in that order, the documents in it, and whether each is the first of its kind.
    """
    # Stable: the postings of a document follow each other in the order of the query, so that equal documents
    # get equal sums.
    order = ids.argsort(kind="stable")
    ordered = ids.take(order)
    fresh = np.empty(len(ids), np.bool_)
    fresh[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return order, ordered, fresh


def _rows(lists: list[TermList], ordered: npt.NDArray[Any], fresh: npt.NDArray[Any]) -> Rows | None:
    """Return what spares counting the countries of frequent words; None where no word is frequent."""
    rows = [row for one in lists if (row := one.row()) is not None]
    if not rows:
        return None
    others = [one.ids for one in lists if one.row() is None]
    return Rows(rows, np.concatenate(others) if others else ordered[:0], ordered[~fresh])
