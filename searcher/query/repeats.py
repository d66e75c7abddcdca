"""Equal parts of a query side by side, as one that counts as often: each is then looked up and read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import query as q

from searcher.execution.found_words import FoundWords
from searcher.query.phrase import GappedPhrase

if TYPE_CHECKING:
    from collections.abc import Container, Hashable


def each_once(tree: q.Query, told: Container[int] = ()) -> q.Query:
    """Return a query of the same scores in which no part stands twice beside itself.

    Args:
        tree: The query, which is changed.
        told: The identities of nodes that are told one by one, and therefore stay.
    """
    match tree:
        case q.Or() | q.And():
            parts = _merged([each_once(part, told) for part in tree.subqueries], told)
            tree.subqueries = parts
            return parts[0] if len(parts) == 1 and id(tree) not in told else tree
        case q.DisjunctionMax():
            tree.subqueries = [each_once(part, told) for part in tree.subqueries]
        case q.AndNot() | q.AndMaybe():
            tree.a, tree.b = each_once(tree.a, told), each_once(tree.b, told)
        case q.Not():
            tree.query = each_once(tree.query, told)
    return tree


def _merged(parts: list[q.Query], told: Container[int]) -> list[q.Query]:
    """Return parts that are added up; the first of equal ones gets their boosts."""
    kept: list[q.Query] = []
    first: dict[Hashable, q.Query] = {}
    for part in parts:
        key = _key(part, told)
        if key is not None and key in first:
            _add(first[key], part)
            continue
        kept.append(part)
        if key is not None:
            first[key] = part
    return kept


def _key(part: Any, told: Container[int]) -> Hashable:
    """Return what equal parts have in common, None for a part that is not compared."""
    if id(part) in told:
        return None
    match part:
        case GappedPhrase():
            return part.fieldname, tuple(part.words), part.offsets, part.slop
        case FoundWords():
            return part.fieldname, part.text, "found"
        case q.ConstantScoreQuery():
            return str(part.child), part.score
        case q.Or():
            keys = tuple(_key(one, told) for one in part.subqueries)
            return None if None in keys else keys
    return (part.fieldname, part.text) if type(part) is q.Term else None


def _add(first: Any, other: Any) -> None:
    """Let a part count as much as it and an equal one."""
    if isinstance(first, q.Or):
        for mine, its in zip(first.subqueries, other.subqueries, strict=True):
            _add(mine, its)
    elif isinstance(first, q.ConstantScoreQuery):
        first.score += other.score
    else:
        first.boost += other.boost
