"""Explain the score of a hit: the resolved query, with the score of each node for one document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indexer.checkpoint import checkpoint
from indexer.schema import SEPARATOR
from searcher.query import model
from searcher.query.limits import LIMITS
from searcher.query.notes import Note, hits_not_explained
from searcher.results import Explanation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.engine import Engine


def explanations_of(
    query: model.Node, top: Sequence[tuple[int, float]], engine: Engine
) -> tuple[tuple[Explanation, ...], tuple[Note, ...]]:
    """Explain the scores of the first hits.

    Args:
        query: The query that was executed.
        top: The documents of the hits with their scores.
        engine: The open index.

    Returns:
        An explanation for each of them, and a note if there are more.
    """
    shown = [document for document, _ in top[: LIMITS.explained]]
    found = Explainer(engine, shown).explain(query)
    nothing = Explanation("nothing is ranked", 0.0)
    left = len(top) - len(shown)
    return tuple([found.get(document, nothing) for document in shown]), (
        (hits_not_explained(left, LIMITS),) if left else ()
    )


class Explainer:
    """Explains the scores of one query for some documents.

    A node is evaluated once for all the documents, and only returns those that it matches, so that the cost
    grows with the matching parts, not with the query times the documents.

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
        """Return the explanation of a node for each document that it matches."""
        match node:
            case model.AndNot():
                excluded = self.explain(node.excluded)
                return {
                    document: _made_of("without what is excluded", kept.score, [kept])
                    for document, kept in self.explain(node.kept).items()
                    if document not in excluded
                }
            case model.Should():
                optional = self.explain(node.optional)
                return {
                    document: _sum("sum of", [required, *filter(None, [optional.get(document)])])
                    for document, required in self.explain(node.required).items()
                }
            case model.Positional():
                return self._near(node)
            case model.DisjunctionMax() | model.Or() | model.And():
                least = len(node.parts) if isinstance(node, model.And) else 1
                found = self._parts(node).items()
                return {document: _combined(node, parts) for document, parts in found if len(parts) >= least}
            case model.ConstantScore():
                what = node.origin or f"only where {_described(node.part)}"
                return {document: Explanation(what, node.boost) for document in self.explain(node.part)}
            case model.Not():
                excluded = self.explain(node.part)
                what = f"not {_described(node.part)}"
                return {
                    document: Explanation(what, 1.0)
                    for document in self._documents
                    if document not in excluded
                }
        return self._leaf(node)

    def _near(self, node: model.Positional) -> dict[int, Explanation]:
        """Return the explanation of a proximity for each document that it matches."""
        parts = self._parts(node)
        match node:
            case model.Near(distance=0):
                what = "in one paragraph: all of"
            case model.Near():
                what = f"near each other, {node.distance} words at most: all of"
            case model.NotNear(distance=0):
                what = "not in one paragraph with what is excluded"
            case model.NotNear():
                what = f"not within {node.distance} words of what is excluded"
            case model.Occurring():
                what = _often(node)
        matched = self._engine.matched(node, self._documents)
        return {
            document: Explanation(
                what, sum(one.score for one in parts[document]), parts=tuple(parts[document])
            )
            for document in matched
        }

    def _parts(self, node: model.Node) -> dict[int, list[Explanation]]:
        """Return the parts of a node that match each document, highest score first."""
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
                else dict.fromkeys(engine.matched(leaf, documents), 0.0)
            )
        what, origin = _described(leaf), getattr(leaf, "origin", "")
        return {document: Explanation(what, score, origin) for document, score in scores.items()}


def _combined(node: model.DisjunctionMax | model.Or | model.And, parts: Sequence[Explanation]) -> Explanation:
    """Return the explanation of a node from its matching parts, highest score first."""
    if not isinstance(node, model.DisjunctionMax):
        return _sum("sum of" if isinstance(node, model.Or) else "all of", parts, node.origin)
    best = max(part.score for part in parts)
    others = sum(part.score for part in parts) - best
    what = f"best of, with {node.tie_breaker:g} of each other" if node.tie_breaker else "best of"
    return _made_of(what, best + node.tie_breaker * others, parts, node.origin)


def _sum(what: str, parts: Sequence[Explanation], origin: str = "") -> Explanation:
    return _made_of(what, sum(part.score for part in parts), parts, origin)


def _made_of(what: str, score: float, parts: Sequence[Explanation], origin: str = "") -> Explanation:
    """Return the explanation of a compound, or of its single part."""
    if len(parts) == 1 and not (origin and parts[0].note):
        return parts[0]._replace(note=origin or parts[0].note)
    return Explanation(what, score, origin, tuple(parts))


def _described(node: model.Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one case per node
    boost = float(getattr(node, "boost", 1.0))
    times = f" × {boost:.3g}" if boost != 1.0 else ""
    match node:
        case model.Term():
            return f"{node.field}: {node.text}{times}"
        case model.Phrase():
            return f"{node.field}: “{' '.join(node.terms)}”{times}"
        case model.WordSet():
            return f"written: {node.pattern}{times}"
        case model.Exact():
            return f"as typed: {' '.join(node.words)}"
        case model.Keyword(field="own"):
            return node.value.replace(SEPARATOR, ": ")
        case model.Keyword():
            return f"{node.field}: {node.value}"
        case model.Days():
            return f"date: {_day(node.first)}..{_day(node.last)}"
        case model.Numbers():
            return f"{node.field}: {node.first:g}..{node.last:g}"
        case model.Everything():
            return "everything"
        case model.Not():
            return f"not {_described(node.part)}"
        case model.ConstantScore():
            return _described(node.part)
        case model.Occurring():
            return f"{_often(node)} {_described(node.part)}"
    signs = {model.And: " and ", model.AndNot: " without ", model.Should: " with or without "}
    if isinstance(node, (model.Near, model.NotNear)):
        place = f"within {node.distance} words of" if node.distance else "in one paragraph with"
        signs[type(node)] = f" {'not ' * isinstance(node, model.NotNear)}{place} "
    return f"({signs.get(type(node), ' or ').join(map(_described, model.parts_of(node)))})"


def _often(node: model.Occurring) -> str:
    return f"in the {node.place}:" if node.place else f"at least {node.least} times:"


def _day(day: int | None) -> str:
    return "" if day is None else date.fromordinal(day).isoformat()
