"""Translate proximity queries to the span queries of a cluster.

Positions are only comparable within a field, so the field of each language is searched separately. A term may
be restricted to documents that contain given words, which a span cannot express. So each combination of such
restrictions becomes a query of its own.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations_with_replacement, pairwise, product
from math import comb
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.mapping import BODY, GAP
from indexer.errors import QueryError, message
from indexer.schema import LEAD as LEAD_WORDS
from indexer.schema import TITLE_WEIGHT
from searcher.query import model
from searcher.query.chunks import LEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searcher.query.model import Node

Json = dict[str, Any]

MAX_RESTRICTIONS: Final = 4  # maximum number of terms of a field that are restricted to words
MAX_SPANS: Final = 800  # maximum spans of a repetition; a cluster allows 1,024 clauses


class _NoSpansError(Exception):
    """Span queries cannot express a proximity query."""


def proximity_queries(
    node: model.Positional, translate: Callable[[Node], Json], gap: int
) -> list[Json] | None:
    """Translate a proximity query to queries that match it together.

    The result is ``None`` if span queries cannot express the proximity query.

    Args:
        node: The proximity query to translate.
        translate: Translates any other node of a resolved query.
        gap: The difference between the positions of the title and of the text in the index.

    Raises:
        QueryError: An index of an earlier version cannot look up the proximity query.
    """
    found = model.nodes(node)
    distances = [getattr(one, "distance", 1) for one in found]
    if 0 in distances:
        return None
    if any(isinstance(one, model.Occurring) for one in found) and gap < GAP:
        raise QueryError(message("cluster.needs_new_index"))
    if (most := max(distances)) > gap:
        raise QueryError(message("cluster.near_beyond_gap", most=most, gap=gap))
    placed = [leaf for leaf in model.leaves(node) if isinstance(leaf, (model.Term, model.Phrase))]
    fields = [*dict.fromkeys(leaf.field for leaf in placed)]
    try:
        if isinstance(node, model.Occurring):
            return _repetition_queries(node, fields, translate)
        return [query for field in fields for query in _field_queries(node, field, translate)]
    except _NoSpansError:
        return None


def _repetition_queries(
    node: model.Occurring, fields: list[str], translate: Callable[[Node], Json]
) -> list[Json]:
    """Return queries for a part that must occur several times.

    There is one for each way to distribute the occurrences over fields.
    """
    languages = {field.rpartition("_")[2] for field in fields}
    ways = comb(node.least + len(fields) - 1, node.least)
    long = any(isinstance(leaf, model.Phrase) and leaf.offsets[-1] > 1 for leaf in model.leaves(node))
    spans = ways * node.least * len(model.leaves(node))
    if len(languages) < len(fields) or spans > MAX_SPANS or (long and len(model.leaves(node)) > len(fields)):
        raise _NoSpansError
    found = []
    for chosen in combinations_with_replacement(fields, node.least):
        counts = Counter(chosen)
        each = [[*_field_queries(node.replace(least=counts[name]), name, translate)] for name in counts]
        if all(each):
            filters = [{"bool": {"should": some, "minimum_should_match": 1}} for some in each]
            found.append({"bool": {"filter": filters}})
    return found


def _field_queries(node: model.Positional, field: str, translate: Callable[[Node], Json]) -> Iterator[Json]:
    """Yield queries for a proximity query in a field."""
    restrictions = [
        *dict.fromkeys(
            part
            for one in model.nodes(node)
            if isinstance(one, model.And) and getattr(one.parts[0], "field", "") == field
            for part in one.parts[1:]
        )
    ]
    if len(restrictions) > MAX_RESTRICTIONS:
        raise _NoSpansError
    for met in product((True, False), repeat=len(restrictions)):
        held = dict(zip(restrictions, met, strict=True))
        query = _Spans(field, held).matches(node)
        if query is not None:
            filters = [query, *[translate(part) for part, is_met in held.items() if is_met]]
            without = [translate(part) for part, is_met in held.items() if not is_met]
            yield {"bool": {"filter": filters, "must_not": without}}


_ANYWHERE: Final = 2**31 - 1  # more positions than a field has


class _Spans:
    """Translates the occurrences of nodes in a field to span queries.

    Args:
        field: The field.
        held: For each restriction of a term to words, whether to search the documents that have such a word,
            or those that do not.
        in_lead: Whether to include only occurrences in the lead.
    """

    def __init__(self, field: str, held: dict[Node, bool], *, in_lead: bool = False) -> None:
        self._field = field
        self._held = held
        self._in_lead = in_lead

    def matches(self, node: Node) -> Json | None:
        """Return a query for the documents with a node's occurrences, or None if it has none."""
        if isinstance(node, model.Occurring) and node.least > 1:
            span = self.spans(node)
            if span and self._field.startswith("text_"):
                span = _after_position(span, GAP)  # the title is indexed twice in this field
            return span and _ordered_span([span] * node.least, _ANYWHERE)
        if not isinstance(node, model.Near):
            return self.spans(node)
        first, second = map(self.spans, node.parts)
        if first is None or second is None:
            return None
        pairs = [[first, second]] if node.ordered else [[first, second], [second, first]]
        either = [_ordered_span(pair, node.distance - 1) for pair in pairs]
        return {"bool": {"should": either, "minimum_should_match": 1}}

    def spans(self, node: Node) -> Json | None:  # noqa: PLR0911 - one case per node
        """Return a span query for a node's occurrences, or None if it has none."""
        match node:
            case model.Term():
                return self._last_term(node.text) if node.field == self._field else None
            case model.Phrase():
                return self._phrase(node) if node.field == self._field else None
            case model.Or() | model.DisjunctionMax():
                return _any_of([self.spans(part) for part in node.parts])
            case model.And():
                return (
                    self.spans(node.parts[0])
                    if all(self._held.get(part) for part in node.parts[1:])
                    else None
                )
            case model.Occurring():
                placed = _Spans(self._field, self._held, in_lead=node.place == LEAD)
                span = placed.spans(node.part)
                return _after_position(span, TITLE_WEIGHT * GAP) if span and node.place == "body" else span
            case model.Near():
                return self._near(node)
            case model.NotNear():
                kept, excluded = self.spans(node.kept), self.spans(node.excluded)
                if kept is None or excluded is None:
                    return kept
                return _exclude_near(kept, excluded, node.distance, node.distance)
        raise QueryError(message("query.without_positions", name=type(node).__name__))

    def _near(self, node: model.Near) -> Json | None:
        """Return a span query for the occurrences of two parts that are near the other part.

        The result is ``None`` if a part has no span query.
        """
        first, second = map(self.spans, node.parts)
        if first is None or second is None:
            return None
        if not set.isdisjoint(*[self._terms(part) for part in node.parts]):
            raise _NoSpansError
        far = 0 if node.ordered else node.distance
        return _any_of(
            [
                _require_near(first, second, far, node.distance),
                _require_near(second, first, node.distance, far),
            ]
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
        clauses = [self._term(phrase.terms[0])]
        for term, (before, after) in zip(phrase.terms[1:], pairwise(phrase.offsets), strict=True):
            if after - before > 1:
                clauses.append({"span_gap": {self._field: after - before - 1}})
            clauses.append(self._term(term))
        return _ordered_span([*clauses[:-1], self._last_term(phrase.terms[-1])], 0)

    def _last_term(self, text: str) -> Json:
        """Return a span query for a term, restricted to the lead if required."""
        term = self._term(text)
        if not self._in_lead:
            return term
        in_title = {"span_first": {"match": term, "end": TITLE_WEIGHT * GAP}}
        begins_text = _require_near(term, self._term(BODY), LEAD_WORDS, 0)
        return {"span_or": {"clauses": [in_title, begins_text]}}

    def _term(self, text: str) -> Json:
        return {"span_term": {self._field: text}}


def _ordered_span(spans: list[Json], gap: int) -> Json:
    """Return a query for several spans in order, at most ``gap`` positions apart."""
    return {"span_near": {"clauses": spans, "slop": gap, "in_order": True}}


def _any_of(spans: list[Json | None]) -> Json | None:
    found = [one for one in spans if one is not None]
    return {"span_or": {"clauses": found}} if len(found) > 1 else found[0] if found else None


def _exclude_near(kept: Json, excluded: Json, before: int, behind: int) -> Json:
    """Return a span query for the occurrences of ``kept`` that are not near an excluded one.

    ``before`` and ``behind`` are the distances before and after an occurrence.
    """
    return {"span_not": {"include": kept, "exclude": excluded, "pre": before, "post": behind}}


def _after_position(spans: Json, position: int) -> Json:
    """Return a span query for the occurrences that end after a position."""
    return _exclude_near(spans, {"span_first": {"match": spans, "end": position}}, 0, 0)


def _require_near(some: Json, others: Json, before: int, behind: int) -> Json:
    """Return a span query for the occurrences of ``some`` that are near one of ``others``.

    ``before`` and ``behind`` are the distances before and after an occurrence.
    """
    return _exclude_near(some, _exclude_near(some, others, before, behind), 0, 0)
