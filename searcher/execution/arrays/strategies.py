"""Search the most common shapes of questions, unions and intersections of terms, on one segment."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.arrays.doc_sets import ALL, Array, meet_all, merge, union_of
from searcher.execution.arrays.posting_list import (
    PostingList,
    posting_lists,
    scale_of,
    sum_scores,
)
from searcher.execution.arrays.query_tree import PhraseMatches, Scored
from searcher.execution.arrays.top_docs import (
    MARGIN,
    SMALL_UNION,
    reached_by,
    reached_by_sum,
    scores_of,
    search_sieved,
    subtract_deleted,
)
from searcher.query.model import Or, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.arrays.doc_sets import Columns
    from searcher.execution.arrays.top_docs import SegmentSearch, TopDocs
    from searcher.execution.query_plan import Intersection

SCORE_ALL = 128  # the number of documents that are scored without filtering by bounds


def search_union(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Count and rank the documents that are in any of the lists.

    Args:
        search: The search of the segment.
        lists: The distinct lists, in the order of the query.
    """
    if len(lists) == 1:
        _search_list(search, lists[0])
    elif search.facets.filters.by_country or sum([len(one.ids) for one in lists]) <= SMALL_UNION:
        _search_whole(search, _any_of(lists), lists)
    else:
        search_sieved(search, _any_of(lists), lists, ())


def _any_of(lists: Sequence[Any]) -> Or:
    return Or(tuple(lists))


def _search_list(search: SegmentSearch, one: PostingList) -> None:
    columns, top = search.columns, search.top
    subtract_deleted(search, [one])
    part = search.collect(one.ids, stored=one.country_row)
    if not top.count or _is_below(top.threshold, [one]):
        return
    size = len(one.ids)
    places: Array
    if size <= SCORE_ALL:
        places = np.arange(*part.indices(size)) if isinstance(part, slice) else part
    else:
        impacts = one.impacts[part]
        threshold = max(top.threshold, reached_by(one, part, impacts, top.count)) * MARGIN
        # Compared as bytes, since a float would convert the whole list to floats.
        places = (impacts >= ceil(threshold / one.step)).nonzero()[0]
        if isinstance(part, slice):
            places += part.start or 0
        else:
            places = part[places]
    if len(places):
        top.add(columns, one.ids.take(places), one.scores_at(places))


def _search_whole(search: SegmentSearch, query: Any, below: Sequence[Any]) -> None:
    """Build a union, and score the documents that pass the filters.

    Args:
        search: The search of the segment.
        query: The union.
        below: Its leaves.
    """
    columns, top = search.columns, search.top
    order, ordered, first = merge(np.concatenate([leaf.ids for leaf in below]))
    docs = ordered[first]
    live = columns.live_at(docs)
    docs = docs[live]
    part = search.collect(docs)
    passing = docs[part]
    if not top.count or not len(passing) or _is_below(top.threshold, below):
        return
    if (
        len(order) <= SMALL_UNION
        and isinstance(query, Or)
        and len(query.parts) == len(below)
        and not query.twice
    ):
        # Added up in sequence, as everywhere else: the last bit of other sums may differ.
        shares = np.concatenate([leaf.scores_at(ALL) for leaf in below]).take(order)
        top.add(columns, passing, np.bincount(first.cumsum() - 1, shares)[live][part])
    else:
        top.add(columns, passing, scores_of(query, passing))


def _is_below(threshold: float, below: Sequence[Any]) -> bool:
    """Return whether no score of a union reaches a threshold, as often in the small segment of an update."""
    if not threshold:
        return False
    bounds = [one.step * one.highest if isinstance(one, PostingList) else inf for one in below]
    return sum(bounds) < threshold * MARGIN


def search_expanded(search: SegmentSearch, query: Any) -> None:
    """Count and rank a union of terms, phrases and intersections.

    Args:
        search: The search of the segment.
        query: ``Or`` and ``DisjunctionMax`` nodes over posting lists and the matches of other parts.
    """
    columns, top = search.columns, search.top
    if isinstance(query, (PhraseMatches, Scored)):
        part = search.collect(query.ids)
        top.add(columns, query.ids[part], query.scores_at(part))
        return
    below: list[Any] = list(leaves(query))
    lists: list[PostingList] = [leaf for leaf in below if isinstance(leaf, PostingList)]
    if _is_flat(query, lists):
        search_union(search, lists)
    elif sum([len(one.ids) for one in lists]) <= SMALL_UNION:
        _search_whole(search, query, below)
    else:
        others = [leaf for leaf in below if not isinstance(leaf, PostingList)]
        search_sieved(search, query, lists, others)


def _is_flat(query: Any, lists: Sequence[PostingList]) -> bool:
    """Return whether a union consists of different terms whose scores add up."""
    parts = query.parts if isinstance(query, Or) else (query,)
    if (isinstance(query, Or) and query.twice) or not all(isinstance(part, PostingList) for part in parts):
        return False
    return len({(one.field, one.number) for one in lists}) == len(parts)


def search_intersection(search: SegmentSearch, query: Intersection) -> None:
    """Count and rank the documents that have every required word.

    Args:
        search: The search of the segment.
        query: The words.
    """
    columns, top = search.columns, search.top
    groups = [posting_lists(columns, group) for group in query.groups]
    if not all(groups):
        return
    lists = posting_lists(columns, query.terms)
    # The number of words and lists may agree by chance: a word may have several lists, and another share one.
    if len(lists) == len(groups) and all(len(group) == 1 for group in groups):
        _search_meeting(search, lists)
        return
    docs = _meeting(columns, groups)
    docs = docs[search.collect(docs)]
    if top.count and len(docs):
        top.add(columns, docs, scores_of(_any_of(lists), docs))


def _search_meeting(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Count and rank the documents that are in all of some lists."""
    columns, top = search.columns, search.top
    docs, places = meet_all([one.ids for one in lists])
    live = columns.live_at(docs)
    docs, places = docs[live], [spots[live] for spots in places]
    part = search.collect(docs)
    docs, places = docs[part], [spots[part] for spots in places]
    if top.count and len(docs) > SCORE_ALL:
        kept = _likely(lists, places, top)
        docs, places = docs.take(kept), [spots.take(kept) for spots in places]
    if top.count and len(docs):
        top.add(columns, docs, sum_scores(lists, places))


def _likely(lists: Sequence[PostingList], places: Sequence[Array], top: TopDocs) -> Array:
    """Return the indexes of the documents that may be among the best, by upper bounds of their scores.

    Args:
        lists: The lists.
        places: The indexes of the documents in each list.
        top: The best documents.
    """
    scale = scale_of(lists)
    bounds = np.zeros(len(places[0]), np.uint16)
    for one, spots in zip(lists, places, strict=True):
        bounds += one.bounds(scale).take(one.impacts.take(spots))
    threshold = max(top.threshold, reached_by_sum(lists, bounds, top.count)) * MARGIN
    kept: Array = (bounds >= int(max(threshold, 0) * scale)).nonzero()[0]
    return kept


def find_intersection(columns: Columns, query: Intersection) -> Array:
    """Return the documents that have every required word, sorted."""
    groups = [posting_lists(columns, group) for group in query.groups]
    return _meeting(columns, groups) if all(groups) else columns.crossing[:0]


def _meeting(columns: Columns, groups: Sequence[Sequence[PostingList]]) -> Array:
    words = [union_of([one.ids for one in group]) for group in groups]
    docs, _ = meet_all(words)
    found: Array = docs[columns.live_at(docs)]
    return found
