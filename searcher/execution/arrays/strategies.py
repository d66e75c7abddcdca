"""Search the most common shapes of questions, unions and intersections of terms, on one segment."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.arrays.doc_sets import Array, find, is_searched, meet_all, merge, scratch, union_of
from searcher.execution.arrays.posting_list import (
    PostingList,
    all_scores,
    posting_lists,
    scale_of,
    sum_scores,
)
from searcher.execution.arrays.query_tree import PhraseMatches, Scored, scored
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
    from searcher.execution.arrays.top_docs import SegmentSearch
    from searcher.execution.query_plan import Intersection

# The number of postings of the rarest word up to which all documents with every word are scored directly.
SCORED_IN_PLACE = 1024
SCORE_ALL = 128  # the number of documents that are scored without filtering by bounds


def search_union(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Count and rank the documents that are in any of the lists.

    Args:
        search: The search of the segment.
        lists: The distinct lists, in the order of the query.
    """
    if len(lists) == 1:
        _search_list(search, lists[0])
    elif search.facets.takes_countries(search.language):
        _search_in_countries(search, lists)
    elif sum([len(one.ids) for one in lists]) <= SMALL_UNION:
        _search_whole(search, lists)
    else:
        search_sieved(search, _any_of(lists), lists, ())


def _any_of(lists: Sequence[Any]) -> Or:
    return Or(tuple(lists))


def _search_list(search: SegmentSearch, one: PostingList) -> None:
    columns, top = search.columns, search.top
    subtract_deleted(search, [one])
    part = search.collect(one.ids, stored=one.country_row)
    if not top.count or not _reaches(one, top.threshold):
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


def _search_whole(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Build a union, and score the documents that may be among the best."""
    columns, top = search.columns, search.top
    subtract_deleted(search, lists)
    ids = np.concatenate([one.ids for one in lists])
    order, ordered, first = merge(ids)
    starts = first.nonzero()[0]
    docs = ordered.take(starts)
    part = search.collect(docs)
    docs = docs[part]
    if not top.count or not len(docs):
        return
    if any(_reaches(one, top.threshold) for one in lists):
        top.add(columns, docs, _sums(all_scores(lists, ids).take(order), first)[part])
        return
    several = ~first.take(starts + 1, mode="clip")  # no document in only one list is good enough
    docs = docs[several[part]]
    if len(docs):
        top.add(columns, docs, scores_of(_any_of(lists), docs))


def _sums(scores: Array, first: Array) -> Array:
    """Add up the scores of each document in sequence, as everywhere else.

    ``np.add.reduceat`` adds the first to the sum of the others, whose last bit may differ, so that the same
    text in another segment could get another score.

    Args:
        scores: The scores of all postings, document by document.
        first: Whether each is the first of its document.
    """
    sums: Array = np.bincount(first.cumsum() - 1, scores)
    return sums


def _reaches(one: PostingList, threshold: float) -> bool:
    """Return whether a document may reach a threshold by one list alone.

    In the small segments of updates few do, compared with the best documents of the large ones.
    """
    return not threshold or one.step * one.highest >= threshold * MARGIN


def _search_in_countries(search: SegmentSearch, lists: Sequence[PostingList]) -> None:
    """Build the small part of a union that passes a country filter, and score all of it."""
    columns, top = search.columns, search.top
    subtract_deleted(search, lists)
    ids = np.concatenate([one.ids for one in lists])
    packed = columns.countries.take(ids)
    places = search.facets.filters.among(ids, packed)
    passing = ids.take(places)
    order, ordered, first = merge(passing)
    starts = first.nonzero()[0]
    docs = ordered.take(starts)
    part = search.facets.add_in_countries(docs, lists, packed, language=search.language)
    docs = docs[part]
    if top.count and len(docs):
        scores = all_scores(lists, passing, places).take(order)
        top.add(columns, docs, _sums(scores, first)[part])


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
        matches = scored(query)
        subtract_deleted(search, lists)
        part = search.collect(matches.ids)
        top.add(columns, matches.ids[part], matches.scores[part])
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
    if min([len(one.ids) for one in lists]) <= SCORED_IN_PLACE:
        docs, places = meet_all([one.ids for one in lists])
        live = columns.live_at(docs)
        docs, places = docs[live], [spots[live] for spots in places]
        part = search.collect(docs)
        if top.count and len(docs):
            top.add(columns, docs[part], sum_scores(lists, [spots[part] for spots in places]))
        return
    docs, bounds = _bounded(lists, columns.segment.documents)
    live = columns.live_at(docs)
    docs, bounds = docs[live], bounds[live]
    part = search.collect(docs)
    docs = docs[part]
    if top.count and len(docs):
        if len(docs) > SCORE_ALL:
            docs = docs.take(_likely(lists, bounds[part], top.count, top.threshold))
        top.add(columns, docs, scores_of(_any_of(lists), docs))


def _bounded(lists: Sequence[PostingList], documents: int) -> tuple[Array, Array]:
    """Return the documents that are in all of some lists, and upper bounds of their scores from impacts.

    Args:
        lists: The lists.
        documents: The number of documents of the segment.

    Returns:
        The documents, sorted, and their bounds in the scale of the lists, uint16.
    """
    scale = scale_of(lists)
    first, *others = sorted(lists, key=lambda one: len(one.ids))
    docs, bounds = first.ids, np.maximum(first.bounds(scale).take(first.impacts), 1)
    for one in others:
        if is_searched(len(docs), len(one.ids)):
            rows, places = find(one.ids, docs)
            bounds = bounds.take(rows)
        else:
            bounds_of = scratch(documents, np.uint16)
            spots = docs.astype(np.intp)
            try:
                bounds_of[spots] = bounds
                found = bounds_of.take(one.ids)
            finally:
                bounds_of[spots] = 0
            places = found.nonzero()[0]
            bounds = found.take(places)
        docs = one.ids.take(places)
        bounds += one.bounds(scale).take(one.impacts.take(places))
    return docs, bounds


def _likely(lists: Sequence[PostingList], bounds: Array, count: int, threshold: float) -> Array:
    """Return the documents that may be among the best, by upper bounds of their scores."""
    threshold = max(threshold, reached_by_sum(lists, bounds, count)) * MARGIN
    kept: Array = (bounds >= int(max(threshold, 0) * scale_of(lists))).nonzero()[0]
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
