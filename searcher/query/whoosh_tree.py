"""Convert a resolved query to a query of Whoosh.

Whoosh itself can open and search the index::

    from whoosh.index import open_dir

    with open_dir("index_data").searcher() as searcher:
        hits = searcher.search(to_whoosh(node), limit=None)

The tree matches the same documents as the resolved query. The scores are equal with the same weighting;
Whoosh's ``BM25F`` has another idf, and averages lengths over all documents, not over those with the field.

Some simpler trees are avoided because Whoosh's matchers (2.7.4 and 2.7.5) evaluate them incorrectly:
``AndNot`` may let excluded documents through and ``Not`` deleted ones, a nested ``AndMaybe`` loses scores,
``DisjunctionMax`` may take the score of another document and ignores its tiebreak, a constant score of 0
counts 1, an ``Or`` of three or more, in an index of at most 5,000 documents, loses matches with score 0, and
``NumericRange`` finds too much. Search without a limit, because the first hits of a limited search may be
wrong, and without ``normalize``, which drops repeated words that should count twice.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from whoosh import fields
from whoosh import query as q
from whoosh.matching import ListMatcher

from indexer import schema
from indexer.annotations import annotation_field
from indexer.custom_fields import as_number, split_term
from indexer.errors import QueryError, message
from searcher.query import model
from searcher.query.positions import find_occurrences, find_phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.query.model import Node

_LAST_DAY = date.max.toordinal()


class ConstantScore(q.ConstantScoreQuery):  # type: ignore[misc]  # Whoosh has no types
    """Matches the documents of a query, all with the same score.

    Unlike in Whoosh's class, the score may be 0.
    """

    def matcher(self, searcher: Any, _context: Any = None) -> Any:
        """Return a matcher for the documents of the child query."""
        matched = list(self.child.matcher(searcher, searcher.boolean_context()).all_ids())
        return ListMatcher(matched, weights=[self.score] * len(matched))


class DisMax(q.DisjunctionMax):  # type: ignore[misc]  # Whoosh has no types
    """Scores documents by the best of several queries.

    ``tiebreak`` times the scores of the other queries is added.
    """

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher for the documents of all queries, with scores."""
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


class NodeQuery(q.Query):  # type: ignore[misc]  # Whoosh has no types
    """The base class of this module's queries.

    Such a query matches the same documents as its node, with a score of 0.
    """

    def __init__(self, node: Node) -> None:
        self.node = node

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.node!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def estimate_size(self, reader: Any) -> int:
        """Return an upper bound of the number of documents."""
        return int(reader.doc_count())

    def matcher(self, searcher: Any, _context: Any = None) -> Any:
        """Return a matcher for the matching documents."""
        matched = sorted(self.documents(searcher))
        return ListMatcher(matched, weights=[0.0] * len(matched))

    def documents(self, searcher: Any) -> Iterable[int]:
        """Return the matching documents."""
        raise NotImplementedError  # each subclass finds its documents


class PositionMatches(NodeQuery):
    """Matches the documents in which a phrase or a proximity query occurs.

    Whoosh's span queries cannot express the distances of a proximity query.
    """

    def documents(self, searcher: Any) -> Iterable[int]:
        """Return the matching documents."""
        places: dict[tuple[str, str], dict[int, list[int]]] = {}
        having: dict[Node, set[int]] = {}
        for leaf in model.leaves(self.node):
            if isinstance(leaf, model.WordSet):
                having[leaf] = set(_leaf(leaf, 1.0).matcher(searcher).all_ids())
            for text in _terms(leaf):
                matcher = q.Term(leaf.field, text).matcher(searcher)  # type: ignore[attr-defined]
                found = places[leaf.field, text] = {}  # type: ignore[attr-defined]
                while matcher.is_active():
                    found[matcher.id()] = list(matcher.value_as("positions"))
                    matcher.next()

        def occurs(doc: int, leaf: Any) -> list[tuple[int, int]]:
            keys = [
                [at + (schema.LANGUAGE_NUMBERS[leaf.field.rpartition("_")[2]] << 32) for at in found]
                for text in _terms(leaf)
                for found in [places[leaf.field, text].get(doc, [])]
            ]
            if isinstance(leaf, model.Term):
                return [(at, at) for at in keys[0]]
            return [(min(at), max(at)) for at in find_phrases(keys, leaf.terms, leaf.offsets, leaf.slop)]

        return [
            doc
            for doc in set().union(*places.values())
            if find_occurrences(
                self.node,
                partial(occurs, doc),
                lambda part, doc=doc: doc in having[part.part],  # type: ignore[misc]
            )
        ]


class ExactMatches(NodeQuery):
    """Matches the documents whose stored text contains an exact phrase."""

    def documents(self, searcher: Any) -> Iterable[int]:
        """Return the matching documents."""
        from searcher.query.as_written import find_exact

        assert isinstance(self.node, model.Exact)
        bound = _tree(self.node.part or model.NOTHING, 1.0)
        documents = list(bound.matcher(searcher, searcher.boolean_context()).all_ids())
        records = [searcher.stored_fields(document)["record"].encode() for document in documents]
        found = zip(documents, find_exact([self.node], records), strict=True)
        return [document for document, (has,) in found if has]


class NumberRange(NodeQuery):
    """Matches the documents with a number in an interval of a custom field."""

    def documents(self, searcher: Any) -> Iterable[int]:
        """Return the matching documents."""
        assert isinstance(self.node, model.Numbers)
        matched: set[int] = set()
        for term in searcher.reader().expand_prefix(schema.OWN, self.node.field + schema.SEPARATOR):
            number = as_number(split_term(term.decode())[1])
            if number is not None and self.node.first <= number <= self.node.last:
                matched.update(q.Term(schema.OWN, term).matcher(searcher).all_ids())
        return matched


def _terms(leaf: Any) -> tuple[str, ...]:
    return (
        leaf.terms if isinstance(leaf, model.Phrase) else (leaf.text,) if isinstance(leaf, model.Term) else ()
    )


def to_whoosh(node: Node) -> q.Query:
    """Convert a resolved query to a Whoosh query with the same matches and scores.

    The query searches the fields of :func:`indexer.codec.whoosh.codec.whoosh_schema`.

    Raises:
        QueryError: A node is not resolved.
    """
    return _tree(node, 1.0)


def _tree(node: Node, weight: float) -> q.Query:  # noqa: C901, PLR0911 - one case per node
    """Convert a node to a Whoosh query whose scores are multiplied by a weight."""
    match node:
        case model.And():
            return q.And([_tree(part, weight) for part in node.parts])
        case model.Or():
            return _combine([_tree(part, weight) for part in node.parts])
        case model.DisjunctionMax():
            return DisMax([_tree(part, weight) for part in node.parts], tiebreak=node.tie_breaker)
        case model.Should():
            both = q.And([_constant(node.required, 0.0), _tree(node.optional, weight)])
            return _combine([_tree(node.required, weight), both])
        case model.AndNot():
            return q.And([_tree(node.kept, weight), _constant(model.Not(node.excluded), 0.0)])
        case model.Positional():
            scored = [_tree(part, weight) for part in model.kept_parts(node)]
            return q.And([*scored, _position_filter(node, getattr(node, "distance", 0))])
        case model.Exact():
            return q.And([_tree(node.part or model.NOTHING, weight), ConstantScore(ExactMatches(node), 0.0)])
        case model.Days():
            return _constant(node, weight * node.boost)
        case model.Not() | model.Keyword() | model.Numbers():
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
            terms = [q.Term(node.field, term, boost=weight * node.boost) for term in node.terms]
            return q.And([*terms, _position_filter(node, node.slop)])
        case model.WordSet():
            words = _combine([q.Term(schema.WORDS, word) for word in node.words])
            return ConstantScore(words, weight * node.boost)
    raise QueryError(message("whoosh.unsupported_node", name=type(node).__name__))


def _position_filter(node: Node, reach: int) -> q.Query:
    """Convert a node that compares positions to a filter.

    ``reach`` is the number of positions that the node may span.
    """
    below = [*model.nodes(node)]
    if any(getattr(one, "place", "") for one in below):
        raise QueryError(message("whoosh.no_lead"))
    if any(not getattr(one, "distance", 1) for one in below):
        raise QueryError(message("whoosh.no_paragraphs"))
    if reach >= schema.TITLE_GAP:
        raise QueryError(message("whoosh.beyond_gap", most=schema.TITLE_GAP - 1, reach=reach))
    return ConstantScore(PositionMatches(node), 0.0)


def _combine(parts: Sequence[q.Query]) -> q.Query:
    """Return the union of queries, including documents with a score of 0."""
    union = q.Or(parts)
    union.matcher_type = q.Or.DEFAULT_MATCHER
    return union


def _constant(node: Node, score: float) -> q.Query:
    return ConstantScore(_filter_tree(node), score)


def _filter_tree(node: Node) -> q.Query:  # noqa: PLR0911 - one case per node
    """Convert a node to a query with the same matches, without scores."""
    match node:
        case model.Keyword(field="own") if annotation_field(node.value):
            raise QueryError(message("whoosh.no_annotations"))
        case model.Keyword(field="own"):
            return q.Prefix(node.field, node.value + schema.SEPARATOR)
        case model.Keyword():
            return q.Term(node.field, node.value)
        case model.Numbers() if node.field != "length":
            return NumberRange(node)
        case model.Numbers():
            raise QueryError(message("whoosh.no_lengths"))
        case model.Days():
            days = _days(schema.START_DAY, schema.END_DAY, node)
            if not node.estimated:
                return days
            return _combine([days, _days(schema.ESTIMATED_START, schema.ESTIMATED_END, node)])
        case model.Not():
            return q.And([q.Every(), q.Not(_filter_tree(node.part))])
    return _tree(node, 1.0)


def _days(start: str, end: str, node: model.Days) -> q.Query:
    """Return a query for the documents whose dates overlap the days of ``node``.

    ``start`` and ``end`` are the names of the fields with the first and the last day.
    """
    return q.And([_range(start, 0, node.last), _range(end, node.first, _LAST_DAY)])


def _range(field: str, first: int | None, last: int | None) -> q.Query:
    """Return a query for the days from ``first`` to ``last``, each of which is None for no limit."""
    days = fields.NUMERIC(numtype=int, bits=32, signed=False)
    return q.TermRange(field, days.to_bytes(first or 0), days.to_bytes(_LAST_DAY if last is None else last))
