"""Why a hit has its score: the query tree once more, each node with what it gave to one document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from whoosh import query as q

from indexer.index.schema import ID
from searcher.execution.shapes import Filters, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.execution.shapes import Executor


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one part of a query gave to the score of one document.

    Attributes:
        what: A term with its field (``text_en: ferri``), or how the parts add up (``sum of``, ``best of``).
        score: Its share.
        note: Where it comes from, if not from what was typed.
        parts: What it is made of, without those that gave nothing.
    """

    what: str
    score: float
    note: str = ""
    parts: tuple[Explanation, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        record: dict[str, Any] = {"what": self.what, "score": round(self.score, 4)}
        if self.note:
            record["note"] = self.note
        if self.parts:
            record["parts"] = [part.to_record() for part in self.parts]
        return record

    def lines(self, depth: int = 0) -> list[str]:
        """Return it as lines for people, parts indented below what they add up to."""
        note = f"  ({self.note})" if self.note else ""
        own = f"{'  ' * depth}{self.score:8.4f}  {self.what}{note}"
        return [own, *(line for part in self.parts for line in part.lines(depth + 1))]


class Explainer:
    """Explains the scores of one query in some documents.

    Args:
        executor: The open index.
        notes: The identity of a node to where it comes from.
        ids: The ids of the items whose scores are asked for.
    """

    def __init__(self, executor: Executor, notes: Mapping[int, str], ids: Sequence[str]) -> None:
        self._executor = executor
        self._notes = notes
        self._asked = q.ConstantScoreQuery(q.Or([q.Term(ID, item_id) for item_id in ids]), 0.0)
        self._most = len(ids)
        self._scores: dict[int, dict[int, float]] = {}

    def explain(  # noqa: PLR0911 - one case a node of the tree
        self, node: q.Query, document: int
    ) -> Explanation | None:
        """Explain what a node gave to a document; None where it does not match."""
        note = self._notes.get(id(node), "")
        match node:
            case q.AndNot():
                kept = self.explain(node.a, document)
                return kept and _made_of("without what is excluded", kept.score, note, [kept])
            case q.AndMaybe():
                required = self.explain(node.a, document)
                optional = self.explain(node.b, document)
                return required and _sum("sum of", note, [required, *([optional] if optional else [])])
            case q.DisjunctionMax():
                parts = self._parts(node, document)
                if not parts:
                    return None
                best = max(part.score for part in parts)
                others = sum(part.score for part in parts) - best
                what = f"best of, and {node.tiebreak:g} of the others" if node.tiebreak else "best of"
                return _made_of(what, best + node.tiebreak * others, note, parts)
            case q.Or():
                parts = self._parts(node, document)
                return _sum("sum of", note, parts) if parts else None
            case q.And():
                parts = self._parts(node, document)
                return _sum("all of", note, parts) if len(parts) == len(node.subqueries) else None
        score = self._leaf(node).get(document)
        return None if score is None else Explanation(_described(node), score, note)

    def _parts(self, node: Any, document: int) -> list[Explanation]:
        found = (self.explain(part, document) for part in node.subqueries)
        return sorted((part for part in found if part), key=lambda part: -part.score)

    def _leaf(self, node: q.Query) -> dict[int, float]:
        """Return the score of each of the documents that a leaf matches."""
        found = self._scores.get(id(node))
        if found is None:
            tree = q.And([node, self._asked])
            execution = self._executor.execute(tree, Filters(), Wanted(limit=self._most))
            found = self._scores[id(node)] = dict(execution.top)
        return found


def _made_of(what: str, score: float, note: str, parts: Sequence[Explanation]) -> Explanation:
    """Return the explanation of a node; one with a single part is that part."""
    if len(parts) == 1 and not (note and parts[0].note):
        return replace(parts[0], note=note or parts[0].note)
    return Explanation(what, score, note, tuple(parts))


def _sum(what: str, note: str, parts: Sequence[Explanation]) -> Explanation:
    return _made_of(what, sum(part.score for part in parts), note, parts)


def _described(node: Any) -> str:
    boost = float(getattr(node, "boost", 1.0))
    times = f" × {boost:.3g}" if boost != 1.0 else ""
    match node:
        case q.Phrase():
            return f"{node.fieldname}: “{' '.join(node.words)}”{times}"
        case q.ConstantScoreQuery():
            return f"narrowed by {node.child}"
        case q.Term() | q.MultiTerm():
            return f"{node.fieldname}: {getattr(node, 'text', node)}{times}"
    return str(node)
