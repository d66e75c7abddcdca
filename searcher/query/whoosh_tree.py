"""Convert a resolved query into a ``whoosh.query`` tree for Whoosh's searcher.

The index can be opened by ``whoosh.index.open_dir``, and its fields are Whoosh's, so that a program can
search it with Whoosh alone::

    from whoosh.index import open_dir

    with open_dir("index_data").searcher() as searcher:
        hits = searcher.search(to_whoosh(node), limit=None)

The tree finds the same documents. The scores are the same under the same weighting; Whoosh's ``BM25F`` has
another idf, and averages lengths over all documents rather than over those that have a field.

Some natural trees are avoided because Whoosh's matchers (2.7.4 and 2.7.5) evaluate them incorrectly:
``AndNot`` may let excluded documents through and ``Not`` deleted ones, a nested ``AndMaybe`` loses scores,
``DisjunctionMax`` may take the score of another document and ignores its tiebreak, a constant score of 0
counts 1, an ``Or`` of three or more, in an index of at most 5,000 documents, loses matches with score 0, and
``NumericRange`` finds too much. Search without a limit, since the top few may be wrong, and without
``normalize``, which drops repeated words that should count twice.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from whoosh import fields
from whoosh import query as q
from whoosh.matching import ListMatcher
from whoosh.query import spans

from indexer import schema
from indexer.errors import QueryError
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.query.model import Node

_LAST_DAY = date.max.toordinal()


class ConstantScore(q.ConstantScoreQuery):  # type: ignore[misc]  # Whoosh has no types
    """The matches of a query with a constant score, which may be 0."""

    def matcher(self, searcher: Any, _context: Any = None) -> Any:
        """Return a matcher of the documents of the child query."""
        matched = list(self.child.matcher(searcher, searcher.boolean_context()).all_ids())
        return ListMatcher(matched, weights=[self.score] * len(matched))


class DisMax(q.DisjunctionMax):  # type: ignore[misc]  # Whoosh has no types
    """The highest score of several queries, plus the others times the tiebreak."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher of the documents of all queries with their scores."""
        scored = context is None or context.weighting is not None
        scores: defaultdict[int, list[float]] = defaultdict(list)
        for query in self.subqueries:
            matcher = query.matcher(searcher, context)
            while matcher.is_active():
                scores[matcher.id()].append(matcher.score() if scored else 0.0)
                matcher.next()
        matched = sorted(scores)
        highest = [max(scores[number]) for number in matched]
        sums = [sum(scores[number]) for number in matched]
        weights = [most + self.tiebreak * (all_ - most) for most, all_ in zip(highest, sums, strict=True)]
        return ListMatcher(matched, weights=weights)


class GappedPhrase(q.Phrase):  # type: ignore[misc]  # Whoosh has no types
    """A phrase with the distance of each word from the first one, since words between are not indexed.

    Attributes:
        offsets: The distances, as in :class:`searcher.query.model.Phrase`.
    """

    def __init__(
        self, fieldname: str, words: list[str], offsets: tuple[int, ...], slop: int, boost: float
    ) -> None:
        super().__init__(fieldname, words, slop=slop, boost=boost)
        self.offsets = offsets

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Nest spans from the left: each next word is at its distance, or up to ``slop`` - 1 farther."""
        terms = [q.Term(self.fieldname, word, boost=self.boost) for word in self.words]
        phrase = terms[0]
        for (before, after), term in zip(pairwise(self.offsets), terms[1:], strict=True):
            gap = after - before
            phrase = spans.SpanNear(phrase, term, slop=gap + self.slop - 1, mindist=gap)
        return phrase.matcher(searcher, context)


def to_whoosh(node: Node) -> q.Query:
    """Return the Whoosh query with the same matches and scores as a resolved query.

    Args:
        node: The resolved query.

    Returns:
        The tree over the fields of :func:`indexer.codec.whoosh.codec.whoosh_schema`, not to be normalised.

    Raises:
        QueryError: A node is not a resolved one.
    """
    return _tree(node, 1.0)


def _tree(node: Node, weight: float) -> q.Query:  # noqa: PLR0911 - one case per node
    """Return the tree of a node whose score is multiplied by a weight."""
    match node:
        case model.And():
            return q.And([_tree(part, weight) for part in node.parts])
        case model.Or():
            return _union([_tree(part, weight) for part in node.parts])
        case model.DisjunctionMax():
            return DisMax([_tree(part, weight) for part in node.parts], tiebreak=node.tie_breaker)
        case model.Should():
            both = q.And([_constant(node.required, 0.0), _tree(node.optional, weight)])
            return _union([_tree(node.required, weight), both])
        case model.AndNot():
            return q.And([_tree(node.kept, weight), _constant(model.Not(node.excluded), 0.0)])
        case model.Days():
            return _constant(node, weight * node.boost)
        case model.Not() | model.Keyword():
            return _constant(node, weight)
        case model.ConstantScore():
            return _constant(node.part, weight * node.boost)
        case model.Everything():
            return ConstantScore(q.Every(), 0.0)
    return _leaf(node, weight)


def _leaf(node: Node, weight: float) -> q.Query:
    match node:
        case model.Term():
            return q.Term(node.field, node.text, boost=weight * node.boost)
        case model.Phrase():
            return GappedPhrase(node.field, list(node.terms), node.offsets, node.slop, weight * node.boost)
        case model.WordSet():
            words = _union([q.Term(schema.WORDS, word) for word in node.words])
            return ConstantScore(words, weight * node.boost)
    raise QueryError(f"no such node can be executed: {type(node).__name__}")


def _union(parts: Sequence[q.Query]) -> q.Query:
    """Combine queries by a union whose matcher keeps documents that score 0."""
    union = q.Or(parts)
    union.matcher_type = q.Or.DEFAULT_MATCHER
    return union


def _constant(node: Node, score: float) -> q.Query:
    return ConstantScore(_matching(node), score)


def _matching(node: Node) -> q.Query:
    """Return a tree with the matches of a node, whose scores are ignored."""
    match node:
        case model.Keyword(field="own"):
            return q.Prefix(node.field, node.value + schema.SEPARATOR)
        case model.Keyword():
            return q.Term(node.field, node.value)
        case model.Days():
            days = _days(schema.START_DAY, schema.END_DAY, node)
            if not node.estimated:
                return days
            return _union([days, _days(schema.ESTIMATED_START, schema.ESTIMATED_END, node)])
        case model.Not():
            return q.And([q.Every(), q.Not(_matching(node.part))])
    return _tree(node, 1.0)


def _days(start: str, end: str, node: model.Days) -> q.Query:
    """Match the intervals that overlap the given one."""
    return q.And([_range(start, 0, node.last), _range(end, node.first, _LAST_DAY)])


def _range(field: str, first: int | None, last: int | None) -> q.Query:
    """Match the days of a closed interval by their terms; None for an open end."""
    days = fields.NUMERIC(numtype=int, bits=32, signed=False)
    return q.TermRange(field, days.to_bytes(first or 0), days.to_bytes(_LAST_DAY if last is None else last))
