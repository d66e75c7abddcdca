"""Read the posting lists of weighted terms: documents, score bounds and exact scores."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from indexer.codec.postings import IMPACT_STEPS, ROWS_FROM
from searcher.bm25 import length_norm, score
from searcher.execution.arrays.doc_sets import ALL, intersect_all, take_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.execution.arrays.doc_sets import Array, Columns, Places
    from searcher.execution.query_plan import WeightedTerm

_STEPS = np.arange(IMPACT_STEPS + 1)


class PostingList:
    """The posting list of a weighted term in a segment.

    A long list includes deleted documents, because removing them would copy the list for each query. Their
    impact is 0, and the caller removes them. A short list is copied once, without deleted documents.

    Args:
        columns: The columns of the segment.
        term: The term of the query, with its weight.
        among: The documents to which the list is restricted, sorted, or ``None`` for all documents.

    Attributes:
        field, weight, average: The field, the weight, and the mean length of the field, as in the term.
        number: The number of the term in the lexicon of its field.
        postings: All postings of the field.
        first, last: The start and end of the term's postings.
        ids: The documents, sorted, uint32.
        high: Scores compute tf / (tf + norm) with the mean length of the index, impacts with the mean length
            of the segment. This is an upper bound of the score's value divided by the impact's value: the
            larger of 1 and the ratio of the means.
        low: The lower bound: the smaller of 1 and the ratio of the means.
        step: The maximum score per impact step: weight * high / 255.
        frequent: The index of the term among the frequent terms of the field, or -1 if it is not frequent.
        simple: Whether the count bytes contain all term frequencies of the term.
    """

    def __init__(self, columns: Columns, term: WeightedTerm, among: Array | None = None) -> None:
        # The term references the list, so a reference to the term would be a cycle.
        self.field, self.weight, self.average = term.field, term.weight, term.average
        self.number = term.numbers[columns.number]
        self.postings = postings = columns.segment.postings(term.field)
        self.first, self.last = postings.bounds(self.number)
        self.ids: Array = postings.documents(self.first, self.last)
        self._spots: Array | None = None  # indexes among all postings, if documents were removed
        if among is not None:
            self.ids, (self._spots, _) = intersect_all([self.ids, among])
        self._dead = columns.dead
        self._short = len(self.ids) < ROWS_FROM
        if self._dead is not None and self._short:
            live = (~self._dead.take(self.ids)).nonzero()[0]
            if len(live) < len(self.ids):
                self.ids = self.ids[live]
                self._spots = live if self._spots is None else self._spots[live]
            self._dead = None
        ratio = term.average / postings.mean_length  # mean length of the index by that of the segment
        self.high, self.low = (ratio, 1.0) if ratio > 1.0 else (1.0, ratio)
        self.step = term.weight * self.high / IMPACT_STEPS
        is_listed = among is None and not self._short and postings.has_impacts
        self.frequent = bisect_left(postings.frequent, self.number) if is_listed else -1
        over = postings.over_at if postings.has_over else ()
        at = bisect_left(over, self.first)
        self.simple = postings.has_positions and not (at < len(over) and over[at] < self.last)

    @property
    def is_cached(self) -> bool:
        """Whether searches cache this posting list."""
        return self._short or self.postings.has_impacts

    @cached_property
    def deleted(self) -> Array:
        """The deleted documents in ``ids``, sorted."""
        return self.ids.take(self._deleted_at)

    @cached_property
    def _deleted_at(self) -> Array:
        if self._dead is None:
            return self.ids[:0]
        return self._dead.take(self.ids).nonzero()[0].astype(np.uint32)

    @cached_property
    def _highest_deleted(self) -> int:
        """The highest impact of a deleted document, or 0 if none is deleted."""
        return int(self._select_own(self.postings.impacts).take(self._deleted_at).max(initial=0))

    @property
    def impacts(self) -> Array:
        """The impact of each posting: an upper bound of tf / (tf + norm), in 255ths.

        It is 0 for deleted documents.
        """
        impacts = self._select_own(self.postings.impacts)
        if self._dead is not None and len(self._deleted_at):
            impacts = (
                impacts.copy()
            )  # a byte per posting, copied for each query, since a cache would need memory
            impacts[self._deleted_at] = 0
        return impacts

    @property
    def counts(self) -> Array:
        """The count byte of each posting, which encodes the term frequency."""
        return self._select_own(self.postings.counts)

    @property
    def country_row(self) -> Array | None:
        """The number of documents with the term in each country, or None if the term is not frequent.

        The index does not store these numbers for other terms.
        """
        return self.postings.country_row(self.frequent) if self.frequent >= 0 else None

    def tenth_impact(self) -> int:
        """Return the tenth highest impact in the posting list, or 0 if unknown."""
        tenth = self.postings.tops[self.frequent] if self.frequent >= 0 else 0
        return tenth if self._dead is None or self._highest_deleted < tenth else 0

    def bounds(self, scale: float) -> Array:
        """Return the maximum score for each impact, times a scale and rounded up."""
        return np.ceil(_STEPS * (self.step * scale)).astype(np.uint16)

    def spots_at(self, places: Array) -> Array:
        """Convert indexes in ``ids`` to indexes in all postings of the term.

        ``ids`` may lack deleted or other documents.
        """
        return places if self._spots is None else self._spots[places]

    def norms_at(self, places: Places) -> Array:
        """Return the length norms of the documents at some indexes of ``ids``."""
        lengths = self.postings.lengths.take(take_values(self.ids, places))
        return length_norm(lengths, self.average)

    def term_frequencies(self, places: Places) -> Array:
        """Return the term frequencies of the documents at some indexes of ``ids``."""
        if self.simple:
            return self.postings.term_frequency_of_byte.take(take_values(self.counts, places))
        spots = np.arange(len(self.ids))[places] if isinstance(places, slice) else places
        return self.postings.term_frequencies(self.spots_at(spots) + self.first)

    def scores_at(self, places: Places, norms: Array | None = None) -> Array:
        """Return the exact scores of the documents at some indexes of ``ids``."""
        tf = self.term_frequencies(places)
        norms = self.norms_at(places) if norms is None else norms
        return score(self.weight, tf, norms)

    def _select_own(self, values: Array) -> Array:
        """Return the values of this list's postings.

        ``values`` are those of all postings of the field.
        """
        part = values[self.first : self.last]
        return part if self._spots is None else part.take(self._spots)


def posting_list(columns: Columns, term: WeightedTerm, among: Array | None = None) -> PostingList | None:
    """Return the posting list of a term in a segment, or None if it is empty.

    ``among`` are the documents to which the list is restricted, sorted, or ``None`` for all documents.
    """
    kept = term.lists
    if among is None and columns.number in kept:
        found: PostingList | None = kept[columns.number]
        return found
    if term.numbers[columns.number] < 0:
        return None
    one = PostingList(columns, term, among)
    found = one if len(one.ids) else None
    if among is None and one.is_cached:
        kept[columns.number] = found
        if len(one.ids) >= ROWS_FROM:
            columns.limit_cached_lists(kept, len(one.ids))
    return found


def posting_lists(columns: Columns, terms: Sequence[WeightedTerm]) -> list[PostingList]:
    """Return the posting lists of terms in a segment, without empty lists."""
    found = [posting_list(columns, term) for term in terms]
    return [one for one in found if one is not None]


def sum_scores(lists: Sequence[PostingList], places: Sequence[Array]) -> Array:
    """Add up the exact scores of documents that are in several lists.

    ``places`` are the indexes of these documents in each list.
    """
    field = lists[0].postings
    norms = lists[0].norms_at(places[0])
    scores = lists[0].scores_at(places[0], norms)
    for one, at in zip(lists[1:], places[1:], strict=True):
        scores += one.scores_at(at, norms if one.postings is field else None)
    return scores


def score_scale(lists: Sequence[PostingList]) -> float:
    """Return a factor by which the sum of maximum scores fits into 16 bits."""
    return 60_000.0 / max(sum([one.step for one in lists]) * IMPACT_STEPS, 1e-300)


SMALL = 2048  # maximum number of values to partition directly
GROUPS = 32


def kth_largest(values: Array, k: int) -> int:
    """Return a lower bound of the k-th largest value.

    At least ``k`` values are equal to or greater than this bound. It is 0 if there are fewer than ``k``
    values.
    """
    size = len(values)
    if size < k:
        return 0
    groups = GROUPS
    while groups < 2 * k:
        groups *= 2
    if size > SMALL and size >= 8 * groups:
        # The k-th largest of the maxima of disjoint groups: each maximum is a distinct value.
        width = size // groups
        values = values[: width * groups].reshape(groups, width).max(1)
        size = groups
    else:
        values = values.copy()
    values.partition(size - k)
    return int(values[size - k])


STORED_TOP = 10  # for frequent terms, the impact of the tenth best posting is stored


def score_threshold(one: PostingList, part: Places, impacts: Array, count: int) -> float:
    """Return a score that at least ``count`` documents of a filtered list reach.

    The score is negative if there are fewer documents. An impact of i is rounded up, so tf / (tf + norm)
    exceeds (i - 1) / 255 if computed with the segment's mean length. With the index's mean length, it exceeds
    ``low`` times this value.

    Args:
        one: The posting list to be filtered.
        part: The indexes in the list of the documents that pass the filters.
        impacts: The impacts of these documents.
        count: The number of documents that must reach the score.
    """
    impact = one.tenth_impact() if part is ALL and count <= STORED_TOP else 0
    return ((impact or kth_largest(impacts, count)) - 1) * one.step * one.low / one.high


def sum_threshold(lists: Sequence[PostingList], bounds: Array, count: int) -> float:
    """Return a sum of scores that at least ``count`` documents reach.

    The sum is negative if there are fewer documents. ``bounds`` are upper bounds of the scores of documents
    in the lists, multiplied by :func:`score_scale`.
    """
    scale = score_scale(lists)
    # A bound exceeds the score by less than one step per list, plus rounding in the scale.
    slack = sum([one.step for one in lists]) + (len(lists) + 1) / scale
    loss = min([one.low / one.high for one in lists])
    return (kth_largest(bounds, count) / scale - slack) * loss
