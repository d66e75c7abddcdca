"""Why a hit has its score: the query tree once more, each node with what it gave to one document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import query as q

from searcher.execution.arrays.shares import Shares
from searcher.results import Explanation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex


class Explainer:
    """Explains the scores of one query in some documents.

    A node is asked once for all the documents, and tells of those that it matches: what an explanation costs
    grows with the parts that have a share in them, not with the query times the documents.

    Args:
        index: The index.
        notes: The identity of a node to where it comes from.
        documents: The numbers of the documents, each of which the query matches.
    """

    def __init__(self, index: ArrayIndex, notes: Mapping[int, str], documents: Sequence[int]) -> None:
        self._shares = Shares(index, documents)
        self._notes = notes

    def explain(self, node: q.Query) -> dict[int, Explanation]:
        """Return what a node gave to each of the documents that it matches."""
        note = self._notes.get(id(node), "")
        match node:
            case q.AndNot():
                without = self.explain(node.b)
                return {
                    document: _made_of("without what is excluded", kept.score, note, [kept])
                    for document, kept in self.explain(node.a).items()
                    if document not in without
                }
            case q.AndMaybe():
                optional = self.explain(node.b)
                return {
                    document: _sum(
                        "sum of", note, [one, *([optional[document]] if document in optional else [])]
                    )
                    for document, one in self.explain(node.a).items()
                }
            case q.DisjunctionMax():
                return {
                    document: _best(node.tiebreak, note, parts)
                    for document, parts in self._parts(node).items()
                }
            case q.Or():
                return {
                    document: _sum("sum of", note, parts) for document, parts in self._parts(node).items()
                }
            case q.And():
                return {
                    document: _sum("all of", note, parts)
                    for document, parts in self._parts(node).items()
                    if len(parts) == len(node.subqueries)
                }
        return self._leaf(node, note)

    def _parts(self, node: Any) -> dict[int, list[Explanation]]:
        """Return for each document the parts of a node that match it, the highest share first."""
        found: dict[int, list[Explanation]] = {}
        for part in node.subqueries:
            for document, share in self.explain(part).items():
                found.setdefault(document, []).append(share)
        for parts in found.values():
            parts.sort(key=lambda part: -part.score)
        return found

    def _leaf(self, node: q.Query, note: str) -> dict[int, Explanation]:
        shares = self._shares.of(node)
        if not shares:
            return {}
        what = _described(node)
        return {document: Explanation(what, score, note) for document, score in shares.items()}


def _best(tiebreak: float, note: str, parts: Sequence[Explanation]) -> Explanation:
    best = max(part.score for part in parts)
    others = sum(part.score for part in parts) - best
    what = f"best of, and {tiebreak:g} of the others" if tiebreak else "best of"
    return _made_of(what, best + tiebreak * others, note, parts)


def _made_of(what: str, score: float, note: str, parts: Sequence[Explanation]) -> Explanation:
    """Return the explanation of a node; one with a single part is that part."""
    if len(parts) == 1 and not (note and parts[0].note):
        return parts[0]._replace(note=note or parts[0].note)
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
