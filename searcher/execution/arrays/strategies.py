"""Count and rank the matches of a query on one segment, in the way that suits their number."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.arrays.doc_sets import ALL, Array, merge
from searcher.execution.arrays.posting_list import PostingList, reached_by, reached_by_sum, scale_of
from searcher.execution.arrays.query_tree import MetLists
from searcher.execution.arrays.top_docs import MARGIN, SMALL_UNION, scores_of, search_sieved, subtract_deleted
from searcher.query.model import DisjunctionMax, Or, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.arrays.top_docs import SegmentSearch, TopDocs

SCORE_ALL = 128  # the number of documents that are scored without filtering by bounds


def search_matches(search: SegmentSearch, query: Any) -> None:
    """Count and rank a query: ``Or`` and ``DisjunctionMax`` nodes over posting lists and other matches."""
    if isinstance(query, PostingList):
        _search_list(search, query)
        return
    if not isinstance(query, (Or, DisjunctionMax)):
        _search_found(search, query)
        return
    below: list[Any] = leaves(query)
    lists = [leaf for leaf in below if isinstance(leaf, PostingList)]
    by_country = search.facets.filters.by_country and _is_flat(query, lists)
    if by_country or sum([len(one.ids) for one in lists]) <= SMALL_UNION:
        _search_whole(search, query, below)
    else:
        search_sieved(search, query, lists, [leaf for leaf in below if not isinstance(leaf, PostingList)])


def _is_flat(query: Any, below: Sequence[Any]) -> bool:
    """Return whether the scores of the leaves of a union are only added up."""
    return isinstance(query, Or) and not query.twice and len(query.parts) == len(below)


def _search_found(search: SegmentSearch, found: Any) -> None:
    """Count and rank documents that were found."""
    part = search.collect(found.ids)
    places: Any = np.arange(len(found.ids))[part]
    many = search.top.count > 0 and len(places) > SCORE_ALL and isinstance(found, MetLists)
    if many and all(one.postings.has_impacts for one in found.lists):
        places = places.take(_likely(found.lists, [spots.take(places) for spots in found.places], search.top))
    if search.top.count and len(places):
        search.top.add(search.columns, found.ids.take(places), found.scores_at(places))


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
    """Build a union, and score the documents that pass the filters."""
    columns, top = search.columns, search.top
    order, ordered, first = merge(np.concatenate([leaf.ids for leaf in below]))
    docs = ordered[first]
    live = columns.live_at(docs)
    docs = docs[live]
    part = search.collect(docs)
    passing = docs[part]
    if not top.count or not len(passing) or _is_below(top.threshold, below):
        return
    if len(order) <= SMALL_UNION and _is_flat(query, below):
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


def _likely(lists: Sequence[PostingList], places: Sequence[Array], top: TopDocs) -> Array:
    """Return the indexes of the documents that may be among the best, by upper bounds of their scores.

    ``places`` are the indexes of the documents in each list.
    """
    scale = scale_of(lists)
    bounds = np.zeros(len(places[0]), np.uint16)
    for one, spots in zip(lists, places, strict=True):
        bounds += one.bounds(scale).take(one.impacts.take(spots))
    threshold = max(top.threshold, reached_by_sum(lists, bounds, top.count)) * MARGIN
    return (bounds >= int(max(threshold, 0) * scale)).nonzero()[0]
