"""Evaluate weighted queries on a segment.

The evaluation of each node returns documents and scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.checkpoint import add_checkpoints, checkpoint
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import DATE_KINDS, DATING, ID, WORDS
from searcher.execution.arrays.doc_sets import Array, find, intersect_all, take_values, union
from searcher.execution.arrays.occurrences import OccurrenceFinder, matching_rows
from searcher.execution.arrays.posting_list import PostingList, posting_list, posting_lists, sum_scores
from searcher.execution.arrays.top_docs import SMALL_UNION, score_docs
from searcher.execution.date_ranges import date_ranges
from searcher.execution.query_plan import DocumentList, WeightedPhrase, WeightedTerm, only_filters_by_words
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.arrays.doc_sets import Columns, Places
    from searcher.query.model import Node


class Intersection(NamedTuple):
    """Documents that contain all of several terms, or a phrase of these terms."""

    ids: Array  # the documents, sorted, uint32
    lists: Sequence[PostingList]  # the posting list of each term
    places: Sequence[Array]  # the indexes of the documents in each list

    def scores_at(self, at: Array | slice) -> Array:
        """Return the exact scores of the documents at the indexes ``at``."""
        return sum_scores(self.lists, [spots[at] for spots in self.places])


def find_phrase(columns: Columns, phrase: WeightedPhrase, among: Array | None = None) -> Intersection | None:
    """Find the documents that match a phrase and are not deleted.

    ``among`` are the documents to search, sorted, or ``None`` to search all documents.
    """
    lists = posting_lists(columns, phrase.terms)
    if len(lists) < len(phrase.terms) or not lists[0].postings.has_positions:
        return None
    of_terms = [one.ids for one in lists]
    docs, places = intersect_all(of_terms if among is None else [*of_terms, among])
    if not len(docs):
        return None
    rows = matching_rows(lists, places[: len(lists)], phrase)
    rows = rows[columns.live_places(docs.take(rows))]
    return (
        Intersection(docs.take(rows), lists, [one.take(rows) for one in places[: len(lists)]])
        if len(rows)
        else None
    )


class RequiredParts(NamedTuple):
    """Documents that match all of several parts, scored on demand."""

    ids: Array  # the documents, sorted, uint32
    parts: Any  # the union of the matches of the parts

    def scores_at(self, places: Places) -> Array:
        """Return the exact scores of the documents at the indexes ``places`` in ``ids``."""
        return score_docs(self.parts, take_values(self.ids, places))


class Scored(NamedTuple):
    """Documents with their scores."""

    ids: Array  # the documents, sorted and distinct, uint32
    scores: Array  # the scores of the documents, float64

    def scores_at(self, places: Places) -> Array:
        """Return the scores of the documents at the indexes ``places`` in ``ids``."""
        return self.scores[places]


NOTHING = Scored(np.empty(0, np.uint32), np.empty(0))


class SegmentTree:
    """Evaluates weighted queries on a segment."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._documents = columns.segment.documents
        # Matches of leaves by identity, and of proximities, since a query may repeat them.
        self._known: dict[int | Node, Any] = {}

    def evaluate(self, node: Node) -> Scored:
        """Return the documents that match a node, some of which may be deleted, and their scores."""
        match node:
            case model.Should():
                kept, extra = self.evaluate(node.required), self.evaluate(node.optional)
                mine, other = find(extra.ids, kept.ids)
                scores = kept.scores.copy()
                scores[mine] += extra.scores[other]
                return Scored(kept.ids, scores)
            case model.AndNot():
                return _exclude(self.evaluate(node.kept), self.evaluate(node.excluded).ids)
            case model.Not():
                stays = np.ones(self._documents, np.bool_)
                stays[self.evaluate(node.part).ids] = False
                return self._constant(stays.nonzero()[0], 1.0)
            case model.ConstantScore():
                ids = self.evaluate(node.part).ids
                return self._constant(ids[self._columns.live_places(ids)], node.boost)
        bound = self.find(node)
        return NOTHING if bound is None else score_matches(bound)

    def find(self, node: Node) -> Any:
        """Return the matches of a node, or None if there are none.

        For an OR query, return a node with the matches of each part.
        """
        if isinstance(node, model.Or) and (words := self._match_doubled(node)) is not None:
            return words
        if isinstance(node, (model.Or, model.DisjunctionMax)):
            parts = tuple([bound for part in node.parts if (bound := self.find(part)) is not None])
            if len(parts) <= 1:
                return parts[0] if parts else None
            return (
                model.Or(parts)
                if isinstance(node, model.Or)
                else model.DisjunctionMax(parts, node.tie_breaker)
            )
        if isinstance(node, model.And):
            return (
                self._match_among_words(*node.parts)
                if only_filters_by_words(node)
                else self._intersect(node.parts)
            )
        if isinstance(node, (model.Should, model.AndNot, model.Not, model.ConstantScore)):
            matches: Any = self.evaluate(node)
        else:
            is_near = isinstance(node, model.Positional)
            key = node if is_near else id(node)
            if key not in self._known:
                checkpoint()
                self._known[key] = self._match_proximity(node) if is_near else self.find_leaf(node)
            matches = self._known[key]
        return matches if matches is not None and len(matches.ids) else None

    def _match_doubled(self, node: model.Or) -> model.Or | None:
        """Match a small OR query that doubles the scores of documents with all its words.

        The result is ``None`` for any other OR query.
        """
        words, every = node.parts[:-1], node.parts[-1:]
        if not every or not isinstance(every[0], model.And) or every[0].parts != words:
            return None
        parts = tuple(map(self.find, words))
        if None in parts:
            return None
        found = model.Or(parts, twice=True)
        below: list[Any] = model.leaves(found)
        if not {PostingList, Intersection}.issuperset(map(type, below)):  # others may match with a score of 0
            return None
        return found if sum([len(leaf.ids) for leaf in below]) <= SMALL_UNION else None

    def _intersect(self, parts: Sequence[Node]) -> Intersection | RequiredParts | None:
        """Return the documents that match all parts and are not deleted, or None if there are none."""
        cheap = [part for part in parts if not _is_near(part)]
        if 0 < len(cheap) < len(parts) and self._intersect(cheap) is None:
            return None
        bound: list[Any] = list(map(self.find, parts))
        if None in bound:
            return None
        below: list[list[Any]] = list(map(model.leaves, bound))
        ids, places = intersect_all([union([leaf.ids for leaf in leaves]) for leaves in below])
        if not len(ids):
            return None
        live = self._columns.live_places(ids)
        if all(isinstance(one, PostingList) for one in bound):
            return Intersection(ids[live], bound, [spots[live] for spots in places])
        return RequiredParts(ids[live], model.Or(tuple(bound)))

    def _match_proximity(self, node: Any) -> Intersection | RequiredParts | None:
        """Return the documents that match a proximity query and are not deleted, or None without any."""
        if isinstance(node, model.Near):
            met = self._intersect(node.parts)
        else:
            kept = self.find(model.kept_parts(node)[0])
            below: list[Any] = [] if kept is None else model.leaves(kept)
            met = RequiredParts(union([one.ids for one in below]), kept) if below else None
        if met is None:
            return None
        rows = OccurrenceFinder(self._columns, met.ids, self._docs_with_words).rows(node)
        rows = rows[self._columns.live_places(met.ids.take(rows))]
        if not len(rows):
            return None
        if isinstance(met, Intersection):
            return Intersection(met.ids.take(rows), met.lists, [one[rows] for one in met.places])
        return RequiredParts(met.ids.take(rows), met.parts)

    def _match_among_words(self, ranked: Any, *words: Any) -> PostingList | Intersection | None:
        """Return the matches of a term or phrase among the documents with given words, or None."""
        having, _ = intersect_all([self._docs_with_words(one.part.words) for one in words])
        if isinstance(ranked, WeightedPhrase):
            return find_phrase(self._columns, ranked, having)
        return posting_list(self._columns, ranked, having)

    def find_leaf(  # noqa: PLR0911 - one case per leaf
        self, leaf: Node, among: Array | None = None
    ) -> PostingList | Intersection | Scored | None:
        """Return the matches of a leaf, or None if there are none."""
        columns = self._columns
        match leaf:
            case WeightedTerm():
                return posting_list(columns, leaf)
            case WeightedPhrase():
                return find_phrase(columns, leaf, among)
            case model.WordSet():
                return self._constant(self._docs_with_words(leaf.words), leaf.boost)
            case model.Keyword():
                return self._constant(self._keyword(leaf), 1.0)
            case model.Numbers():
                from searcher.execution.arrays.custom_facets import documents_between  # few have ranges

                return self._constant(documents_between(columns, leaf), 1.0)
            case model.Days():
                ranges, lasting = date_ranges(
                    columns.segment, leaf.first, leaf.last, estimated=leaf.estimated
                )
                parts = [np.arange(*one) for one in ranges] + [np.array(lasting, np.intp)]
                return self._constant(np.sort(np.concatenate(parts)), leaf.boost)
            case DocumentList():
                return self._constant(leaf.documents[columns.number], 1.0)
            case model.Everything():
                return self._constant(np.arange(self._documents, dtype=np.uint32), 0.0)
        raise QueryError(message("query.unsupported", name=type(leaf).__name__))

    def _docs_with_words(self, words: Sequence[str]) -> Array:
        """Return the documents with any of ``words``."""
        found = [self._columns.docs_with_keyword(WORDS, word) for word in add_checkpoints(words)]
        lists = [ids for ids in found if ids is not None]
        return union(lists) if lists else NOTHING.ids

    def _keyword(self, leaf: model.Keyword) -> Any:
        """Return the documents with a keyword."""
        if leaf.field == ID:
            doc = self._columns.segment.find_id(leaf.value)
            return [doc] if doc >= 0 else []
        if leaf.field == DATING:
            kind = DATE_KINDS.index(leaf.value) if leaf.value in DATE_KINDS else -1
            return (self._columns.segment.array("kind") == kind).nonzero()[0]
        listed = self._columns.docs_with_keyword(leaf.field, leaf.value)
        return [] if listed is None else listed

    def _constant(self, docs: Any, score: float) -> Scored:
        """Return documents with a constant score."""
        ids = np.asarray(docs, np.uint32)
        return Scored(ids, np.broadcast_to(np.float64(score), len(ids)))


def score_matches(query: Any) -> Scored:
    """Score all matches of an OR query, or of a single term or phrase."""
    if isinstance(query, Scored):
        return query
    if isinstance(query, (model.Or, model.DisjunctionMax)):
        below: list[Any] = model.leaves(query)
        ids = union([leaf.ids for leaf in below])
    else:
        ids = query.ids
    return Scored(ids, score_docs(query, ids))


def _is_near(node: Node) -> bool:
    """Return whether a node is or contains a proximity query."""
    return isinstance(node, model.Positional) or any(
        isinstance(part, model.Positional) for part in model.parts_of(node)
    )


def _exclude(kept: Scored, excluded: Array) -> Scored:
    stays = np.ones(len(kept.ids), np.bool_)
    if len(excluded) <= len(kept.ids):
        stays[find(kept.ids, excluded)[1]] = False
    else:
        stays[find(excluded, kept.ids)[0]] = False
    return Scored(kept.ids[stays], kept.scores[stays])
