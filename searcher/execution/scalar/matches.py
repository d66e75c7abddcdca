"""What matches a weighted query in one segment, with its score: a dictionary for each node."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import reduce
from typing import TYPE_CHECKING

from indexer.codec.postings import ESCAPE, term_frequency_table
from indexer.errors import QueryError
from indexer.schema import DATE_KINDS, WORDS
from searcher.bm25 import dis_max, length_norm, score
from searcher.execution.date_ranges import date_ranges
from searcher.execution.weighted import WeightedPhrase, WeightedTerm
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.codec.segment import Segment
    from searcher.query.model import Node

Scores = dict[int, float]  # document to score


class SegmentMatches:
    """Evaluates weighted queries on one segment.

    Args:
        segment: The segment.
        number: Its number in the index.
    """

    def __init__(self, segment: Segment, number: int) -> None:
        self._segment = segment
        self._number = number
        self._known: dict[int, Scores] = {}  # of leaves by identity: a query may have one several times

    def live(self, node: Node) -> Scores:
        """Find what matches and is not deleted."""
        scores = self.scores(node)
        for doc in self._segment.deleted:
            scores.pop(doc, None)
        return scores

    def scores(self, node: Node) -> Scores:  # noqa: C901, PLR0911 - a case a node
        """Find what matches, deleted documents included."""
        match node:
            case WeightedTerm() | WeightedPhrase() | model.Found():
                if id(node) not in self._known:
                    self._known[id(node)] = self._leaf(node)
                return self._known[id(node)]
            case model.AnyOf():
                return _sum(map(self.scores, node.parts))
            case model.BestOf():
                return _best(list(map(self.scores, node.parts)), node.tie_breaker)
            case model.AllOf():
                return reduce(_both, map(self.scores, node.parts))
            case model.Prefer():
                optional = self.scores(node.optional)
                return {
                    doc: value + optional.get(doc, 0.0) for doc, value in self.scores(node.required).items()
                }
            case model.Without():
                excluded = self.scores(node.excluded)
                return {doc: value for doc, value in self.scores(node.kept).items() if doc not in excluded}
            case model.Not():
                excluded = self.scores(node.part)
                return {doc: 1.0 for doc in range(self._segment.documents) if doc not in excluded}
            case model.Narrow():
                return dict.fromkeys(self.scores(node.part), 0.0)
            case model.Everything():
                return dict.fromkeys(range(self._segment.documents), 0.0)
            case model.Keyword():
                return dict.fromkeys(self._keyword(node), 1.0)
            case model.Days():
                ranges, lasting = date_ranges(self._segment, node.first, node.last, estimated=node.estimated)
                docs = [doc for low, high in ranges for doc in range(low, high)] + lasting
                return dict.fromkeys(docs, node.boost)
        raise QueryError(f"this kind of query cannot be executed: {type(node).__name__}")

    def _leaf(self, leaf: WeightedTerm | WeightedPhrase | model.Found) -> Scores:
        if isinstance(leaf, WeightedTerm):
            return self._term(leaf)
        if isinstance(leaf, WeightedPhrase):
            return self._phrase(leaf)
        return dict.fromkeys(self._having(WORDS, leaf.words), leaf.boost)

    def _term(self, term: WeightedTerm) -> Scores:
        if term.numbers[self._number] < 0:
            return {}
        postings = self._segment.postings(term.field)
        first, last = postings.bounds(term.numbers[self._number])
        ids = postings.ids_of(first, last)
        lengths = postings.lengths_at(ids)
        table = term_frequency_table(self._segment.title_weight)
        weight, average = term.weight, term.average
        counts = postings.counts_view[first:last].tolist()
        scores = {
            doc: score(weight, table[byte], length_norm(lengths[doc], average))
            for doc, byte in zip(ids, counts, strict=True)
        }
        if len(postings.over_at):
            for at, byte in enumerate(counts):
                if byte == ESCAPE:
                    tf = postings.count_of(first + at)[0]
                    scores[ids[at]] = score(weight, tf, length_norm(lengths[ids[at]], average))
        return scores

    def _phrase(self, phrase: WeightedPhrase) -> Scores:
        """Look at the documents of the rarest term."""
        numbers = [term.numbers[self._number] for term in phrase.terms]
        if min(numbers) < 0:
            return {}
        postings = self._segment.postings(phrase.field)
        bounds = list(map(postings.bounds, numbers))
        lists = [postings.ids_of(first, last) for first, last in bounds]
        found: Scores = {}
        for doc in min(lists, key=len):
            places = [bisect_left(ids, doc) for ids in lists]
            if not all(at < len(ids) and ids[at] == doc for at, ids in zip(places, lists, strict=True)):
                continue
            at = [first + place for (first, _), place in zip(bounds, places, strict=True)]
            if _stands(list(map(postings.positions_of, at)), phrase.offsets, phrase.slop):
                length = postings.lengths_at([doc])[doc]
                found[doc] = sum(
                    score(term.weight, postings.count_of(posting)[0], length_norm(length, term.average))
                    for term, posting in zip(phrase.terms, at, strict=True)
                )
        return found

    def _having(self, field: str, values: Iterable[str]) -> set[int]:
        """Find the documents that have any of some values of a field that is not ranked."""
        found: set[int] = set()
        for value in values:
            found.update(self._segment.having(field, value))
        return found

    def _keyword(self, leaf: model.Keyword) -> Iterable[int]:
        match leaf.field:
            case "country" | "language" | "own":
                return self._segment.having(leaf.field, leaf.value)
            case "id":
                doc = self._segment.find_id(leaf.value)
                return (doc,) if doc >= 0 else ()
            case "dating" if leaf.value in DATE_KINDS:
                kind = DATE_KINDS.index(leaf.value)
                return [doc for doc, other in enumerate(self._segment.column("kind")) if other == kind]
        return ()


def _sum(parts: Iterable[Scores]) -> Scores:
    sums: Scores = {}
    for scores in parts:
        if sums:
            for doc, value in scores.items():
                sums[doc] = sums.get(doc, 0.0) + value
        else:
            sums = dict(scores)
    return sums


def _best(parts: list[Scores], tie_breaker: float) -> Scores:
    best: Scores = {}
    for scores in parts:
        for doc, value in scores.items():
            best[doc] = max(best.get(doc, 0.0), value)
    sums = _sum(parts)
    return {doc: dis_max(top, sums[doc], tie_breaker) for doc, top in best.items()}


def _both(left: Scores, right: Scores) -> Scores:
    return {doc: value + right[doc] for doc, value in left.items() if doc in right}


def _stands(positions: Sequence[Iterable[int]], offsets: Sequence[int], slop: int) -> bool:
    """Tell whether a phrase stands in a document, by the positions of each of its terms."""
    reached = list(positions[0])
    for at in range(1, len(positions)):
        gap = offsets[at] - offsets[at - 1]
        reached = [
            spot
            for spot in positions[at]
            if bisect_left(reached, spot - gap - slop + 1) < bisect_right(reached, spot - gap)
        ]
    return bool(reached)
