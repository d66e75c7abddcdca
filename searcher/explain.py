"""Explain a hit's score by the scores of the parts of its query."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import checkpoint
from indexer.errors import message
from indexer.schema import CONCEPTS, SEPARATOR
from searcher.query import model
from searcher.query.limits import LIMITS
from searcher.query.notes import Note, unexplained_note
from searcher.results import Explanation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.engine import Engine


def explain_hits(
    query: model.Node, top: Sequence[tuple[int, float]], engine: Engine
) -> tuple[tuple[Explanation, ...], tuple[Note, ...]]:
    """Explain the scores of the first hits of a page.

    Returns:
        An explanation for each of these hits, and a note if the page has more hits.
    """
    shown = [document for document, _ in top[: LIMITS.explained]]
    found = Explainer(engine, shown).explain(query)
    nothing = Explanation(message("explain.nothing"), 0.0)
    left = len(top) - len(shown)
    return tuple([found.get(document, nothing) for document in shown]), (
        (unexplained_note(left, LIMITS),) if left else ()
    )


class Explainer:
    """Explains the scores of some documents for a query.

    Each query node is evaluated once, for all documents, and returns those that match. So the cost grows with
    the number of matching parts, not with the size of the query times the number of documents.

    Args:
        engine: The open index.
        documents: The numbers of the documents, all of which match the query.
        scored: Whether scores are needed, or only matches.
    """

    def __init__(self, engine: Engine, documents: Sequence[int], *, scored: bool = True) -> None:
        self._engine = engine
        self._scored = scored
        self._documents = documents
        self._known: dict[model.Node, Mapping[int, float]] = {}

    def explain(self, node: model.Node) -> dict[int, Explanation]:  # noqa: PLR0911 - one case per node
        """Explain the score of a node for each document that it matches."""
        match node:
            case model.AndNot():
                excluded = self.explain(node.excluded)
                return {
                    document: _explain_compound(message("explain.without_excluded"), kept.score, [kept])
                    for document, kept in self.explain(node.kept).items()
                    if document not in excluded
                }
            case model.Should():
                optional = self.explain(node.optional)
                both = {document: [one] for document, one in self.explain(node.required).items()}
                for document in both.keys() & optional.keys():
                    both[document].append(optional[document])
                return {document: _sum(message("explain.sum"), parts) for document, parts in both.items()}
            case model.Positional():
                return self._explain_proximity(node)
            case model.DisjunctionMax() | model.Or() | model.And():
                least = len(node.parts) if isinstance(node, model.And) else 1
                found = self._parts(node).items()
                return {document: _combine(node, parts) for document, parts in found if len(parts) >= least}
            case model.ConstantScore():
                what = _origin(node) or message("explain.only_where", part=_describe(node.part))
                return {document: Explanation(what, node.boost) for document in self.explain(node.part)}
            case model.Not():
                excluded = self.explain(node.part)
                what = message("explain.not", part=_describe(node.part))
                return {
                    document: Explanation(what, 1.0)
                    for document in self._documents
                    if document not in excluded
                }
        return self._leaf(node)

    def _explain_proximity(self, node: model.Positional) -> dict[int, Explanation]:
        """Explain the score of a proximity query for each document that it matches."""
        parts, what = self._parts(node), _position(node)
        return {
            document: Explanation(what, sum(one.score for one in parts[document]), "", tuple(parts[document]))
            for document in self._engine.matching_documents(node, self._documents)
        }

    def _parts(self, node: model.Node) -> dict[int, list[Explanation]]:
        """Explain the scores of a node's parts for each document, the highest score first."""
        found: dict[int, list[Explanation]] = {}
        for part in model.kept_parts(node):
            for document, share in self.explain(part).items():
                found.setdefault(document, []).append(share)
        for parts in found.values():
            parts.sort(key=lambda part: -part.score)
        return found

    def _leaf(self, leaf: model.Node) -> dict[int, Explanation]:
        checkpoint()
        scores = self._known.get(leaf)
        if scores is None:
            engine, documents = self._engine, self._documents
            scores = self._known[leaf] = (
                engine.leaf_scores(leaf, documents)
                if self._scored
                else dict.fromkeys(engine.matching_documents(leaf, documents), 0.0)
            )
        what, origin = _describe(leaf), _origin(leaf)
        return {document: Explanation(what, score, origin) for document, score in scores.items()}


def _combine(node: model.DisjunctionMax | model.Or | model.And, parts: Sequence[Explanation]) -> Explanation:
    """Return the explanation of a node's score, given those of its parts.

    All are for the same document.
    """
    if not isinstance(node, model.DisjunctionMax):
        summed = isinstance(node, model.Or) or "explain.every_word" in node.origin
        key = "explain.sum" if summed else "explain.all_of"
        return _sum(message(key), parts, _origin(node))
    best = max(part.score for part in parts)
    others = sum(part.score for part in parts) - best
    share = f"{node.tie_breaker:g}"
    what = message("explain.best_with_others", share=share) if node.tie_breaker else message("explain.best")
    return _explain_compound(what, best + node.tie_breaker * others, parts, _origin(node))


def _sum(what: str, parts: Sequence[Explanation], origin: str = "") -> Explanation:
    return _explain_compound(what, sum(part.score for part in parts), parts, origin)


def _explain_compound(what: str, score: float, parts: Sequence[Explanation], origin: str = "") -> Explanation:
    """Return the explanation of a node with parts.

    If there is one part, its explanation is returned unchanged.
    """
    if len(parts) == 1 and not (origin and parts[0].note):
        return parts[0]._replace(note=origin or parts[0].note)
    return Explanation(what, score, origin, tuple(parts))


def _describe(node: model.Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one case per node
    boost = float(getattr(node, "boost", 1.0))
    times = f" × {boost:.3g}" if boost != 1.0 else ""
    match node:
        case model.Term():
            return f"{node.field}: {node.text}{times}"
        case model.Phrase():
            quoted = message("text.quoted", text=" ".join(node.terms))
            return message("explain.phrase", field=node.field, words=quoted, times=times)
        case model.WordSet():
            return message("explain.written", pattern=f"{node.pattern}{times}")
        case model.Exact():
            return message("explain.as_typed", words=" ".join(node.words))
        case model.Keyword(field="own"):
            return node.value.replace(f"{CONCEPTS}{SEPARATOR}", SEPARATOR).replace(SEPARATOR, ": ")
        case model.Keyword():
            return f"{node.field}: {node.value}"
        case model.Days():
            return message("explain.date", first=_day(node.first), last=_day(node.last))
        case model.Numbers():
            return f"{node.field}: {node.first:g}..{node.last:g}"
        case model.Everything():
            return message("explain.everything")
        case model.Not():
            return message("explain.not", part=_describe(node.part))
        case model.ConstantScore():
            return _describe(node.part)
        case model.Occurring():
            return message("explain.parts_of", what=_describe_occurrence(node), part=_describe(node.part))
    key, distance = _JOINED.get(type(node), "explain.or"), {}
    if isinstance(node, (model.Near, model.NotNear)):
        if node.distance:
            distance = {"distance": node.distance}
        else:
            key = f"explain.{'not_' * isinstance(node, model.NotNear)}same_paragraph"
    first, *others = [*map(_describe, model.parts_of(node))] or [""]  # without parts it matches nothing
    for other in others:
        first = message(key, first=first, other=other, **distance)
    return message("explain.group", parts=first)


_JOINED: Final = {
    model.And: "explain.and",
    model.AndNot: "explain.without",
    model.Should: "explain.should",
    model.Near: "explain.within",
    model.NotNear: "explain.not_within",
}


def _position(node: model.Positional) -> str:
    """Describe the distance and the order that a proximity query requires."""
    if isinstance(node, model.Occurring):
        return _describe_occurrence(node)
    negation = "not_" * isinstance(node, model.NotNear)
    if distance := getattr(node, "distance", 0):
        return message(f"explain.{negation}near", distance=distance)
    return message(f"explain.{negation}in_paragraph")


def _describe_occurrence(node: model.Occurring) -> str:
    if not node.place:
        return message("explain.at_least", n=node.least)
    return message("explain.in_lead" if node.place == "lead" else "explain.in_body")


def _origin(node: model.Node) -> str:
    """Return why Dragoman added a node to the query.

    The text is empty if the user typed the node.
    """
    key, word = (*getattr(node, "origin", ()), "", "")[:2]
    return message(key, word=word) if key else ""


def _day(day: int | None) -> str:
    return "" if day is None else date.fromordinal(day).isoformat()
