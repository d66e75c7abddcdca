"""Translate proximities to span queries of a cluster.

Only words of one field have comparable positions, so each field of a language is searched by itself. A term
that is restricted to the documents with some words is not a span: each combination of such restrictions is a
query.
"""

from __future__ import annotations

from itertools import chain, pairwise, product
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searcher.query.model import Node

Json = dict[str, Any]

MAX_RESTRICTIONS: Final = 4  # terms of a field that are restricted to some words


def proximity_queries(
    node: model.Near | model.NotNear, translate: Callable[[Node], Json], gap: int
) -> list[Json]:
    """Return queries of which any matches the documents with a proximity.

    Args:
        node: The proximity.
        translate: Translates other nodes.
        gap: The number of positions between title and text in the index.

    Raises:
        QueryError: A cluster cannot look it up.
    """
    found = [one for one in model.nodes(node) if isinstance(one, (model.Near, model.NotNear))]
    if (most := max(one.distance for one in found)) > gap:
        raise QueryError(
            f"NEAR/{most} needs an index that this version built on OpenSearch, since in this one title and "
            f"text are {gap} words apart: build the index again, or search within {gap} words"
        )
    placed = [leaf for leaf in model.leaves(node) if isinstance(leaf, (model.Term, model.Phrase))]
    return [
        query
        for field in dict.fromkeys(leaf.field for leaf in placed)
        for query in _in_field(node, field, translate)
    ]


def _in_field(
    node: model.Near | model.NotNear, field: str, translate: Callable[[Node], Json]
) -> Iterator[Json]:
    """Yield a query for each combination of restrictions to words that allows the proximity in a field."""
    restrictions = [
        *dict.fromkeys(
            part
            for one in model.nodes(node)
            if isinstance(one, model.And) and getattr(one.parts[0], "field", "") == field
            for part in one.parts[1:]
        )
    ]
    if len(restrictions) > MAX_RESTRICTIONS:
        raise QueryError(
            "this proximity has too many words whose stems other words share for OpenSearch; write fewer "
            "words, more letters of a pattern, or expand=False"
        )
    for met in product((True, False), repeat=len(restrictions)):
        held = dict(zip(restrictions, met, strict=True))
        query = _Spans(field, held).matches(node)
        if query is not None:
            filters = [query, *[translate(part) for part, is_met in held.items() if is_met]]
            without = [translate(part) for part, is_met in held.items() if not is_met]
            yield {"bool": {"filter": filters, "must_not": without}}


class _Spans:
    """Translates the occurrences of a field.

    Args:
        field: The field.
        held: Whether the documents meet each restriction to words.
    """

    def __init__(self, field: str, held: dict[Node, bool]) -> None:
        self._field = field
        self._held = held

    def matches(self, node: Node) -> Json | None:
        """Return a query for the documents in which a node occurs; None if there are none."""
        if not isinstance(node, model.Near):
            return self._spans(node)
        first, second = map(self._spans, node.parts)
        if first is None or second is None:
            return None
        pairs = [(first, second)] if node.ordered else [(first, second), (second, first)]
        either = [
            {"span_near": {"clauses": list(pair), "slop": node.distance - 1, "in_order": True}}
            for pair in pairs
        ]
        return {"bool": {"should": either, "minimum_should_match": 1}}

    def _spans(self, node: Node) -> Json | None:  # noqa: PLR0911 - one case per node
        """Return a query for the occurrences of a node; None if it has none in the field."""
        match node:
            case model.Term():
                return {"span_term": {self._field: node.text}} if node.field == self._field else None
            case model.Phrase():
                return self._phrase(node) if node.field == self._field else None
            case model.Or() | model.DisjunctionMax():
                return _any_of([self._spans(part) for part in node.parts])
            case model.And():
                return (
                    self._spans(node.parts[0])
                    if all(self._held.get(part) for part in node.parts[1:])
                    else None
                )
            case model.Near():
                return self._near(node)
            case model.NotNear():
                kept, excluded = self._spans(node.kept), self._spans(node.excluded)
                if kept is None or excluded is None:
                    return kept
                return _without(kept, excluded, node.distance, node.distance)
        raise QueryError(f"this kind of query has no positions: {type(node).__name__}")

    def _near(self, node: model.Near) -> Json | None:
        """Return a query for the occurrences of a nested proximity: those near one of the other part."""
        first, second = map(self._spans, node.parts)
        if first is None or second is None:
            return None
        if not set.isdisjoint(*[self._terms(part) for part in node.parts]):
            raise QueryError(
                "a proximity within another one cannot be searched on OpenSearch if its sides have a word in "
                "common"
            )
        far = 0 if node.ordered else node.distance
        return _any_of(
            [_near_some(first, second, far, node.distance), _near_some(second, first, node.distance, far)]
        )

    def _terms(self, node: Node) -> set[str]:
        """Return the terms of a node in the field."""
        leaves = [leaf for leaf in model.leaves(node) if isinstance(leaf, (model.Term, model.Phrase))]
        terms = [
            leaf.terms if isinstance(leaf, model.Phrase) else (leaf.text,)
            for leaf in leaves
            if leaf.field == self._field
        ]
        return set(chain.from_iterable(terms))

    def _phrase(self, phrase: model.Phrase) -> Json:
        clauses: list[Json] = [{"span_term": {self._field: phrase.terms[0]}}]
        for term, (before, after) in zip(phrase.terms[1:], pairwise(phrase.offsets), strict=True):
            if after - before > 1:
                clauses.append({"span_gap": {self._field: after - before - 1}})
            clauses.append({"span_term": {self._field: term}})
        return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _any_of(spans: list[Json | None]) -> Json | None:
    found = [one for one in spans if one is not None]
    return {"span_or": {"clauses": found}} if len(found) > 1 else found[0] if found else None


def _without(kept: Json, excluded: Json, before: int, behind: int) -> Json:
    """Return the occurrences that overlap no excluded one and have none within some positions."""
    return {"span_not": {"include": kept, "exclude": excluded, "pre": before, "post": behind}}


def _near_some(some: Json, others: Json, before: int, behind: int) -> Json:
    """Return the occurrences that have another one within some positions: all but those that have none."""
    return _without(some, _without(some, others, before, behind), 0, 0)
