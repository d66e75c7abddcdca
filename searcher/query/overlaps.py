"""Equal parts side by side, merged into one that counts as often: each is then looked up and read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import AllOf, AnyOf, Found, Narrow, Phrase, Term, parts_of, with_parts

if TYPE_CHECKING:
    from searcher.query.model import Node


def merge_equal(node: Node) -> Node:
    """Merge equal parts of each union and intersection; the scores of the query stay the same.

    A part with an ``origin`` stays by itself, since explanations show it.

    Args:
        node: A resolved query.
    """
    below = parts_of(node)
    if not below:
        return node
    parts = tuple(map(merge_equal, below))
    if isinstance(node, (AnyOf, AllOf)):
        parts = _merged(parts)
        if len(parts) == 1 and not getattr(node, "origin", ""):
            return parts[0]
    return node if parts == below else with_parts(node, parts)


def _merged(parts: tuple[Node, ...]) -> tuple[Node, ...]:
    kept: list[Node] = []
    first: dict[Node, int] = {}  # what equal parts have in common, to the first one's number in kept
    for part in parts:
        key = _without_boosts(part)
        if key is None or key not in first:
            if key is not None:
                first[key] = len(kept)
            kept.append(part)
        else:
            kept[first[key]] = _summed(kept[first[key]], part)
    return tuple(kept) if len(kept) < len(parts) else parts


def _without_boosts(part: Node) -> Node | None:
    """Give what equal parts have in common; None for a part that is not compared."""
    match part:
        case Term() | Phrase() | Found():
            if getattr(part, "origin", ""):
                return None
            return part if part.boost == 1.0 else part.replace(boost=1.0)
        case Narrow():
            return part
        case AnyOf(parts=parts) if not part.origin:
            keys = tuple([key for alternative in parts if (key := _without_boosts(alternative))])
            return part.replace(parts=keys) if len(keys) == len(parts) else None
    return None


def _summed(first: Node, other: Node) -> Node:
    """Give the first of two equal parts the boosts of both."""
    match first, other:
        case AnyOf(), AnyOf():
            return first.replace(parts=tuple(map(_summed, first.parts, other.parts)))
        case ((Term() | Phrase() | Found()), (Term() | Phrase() | Found())):
            return first.replace(boost=first.boost + other.boost)
    return first
