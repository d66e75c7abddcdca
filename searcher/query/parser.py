"""Parse the text of a query into nodes, independent of an index.

Plain words are parsed here, everything else by :mod:`searcher.query.grammar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.runtime import NamedTuple
from searcher.query.limits import OPERATORS, check_size
from searcher.query.model import (
    And,
    ConstantScore,
    Or,
    Phrase,
    Term,
    Word,
    WordSet,
    joined,
    rewrite,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.model import Node
    from searcher.query.notes import Note


class Parsed(NamedTuple):
    """A parsed query.

    Attributes:
        query: Its nodes; None if it is empty, such as ``()``.
        notes: How parts without a meaning were read.
    """

    query: Node | None
    notes: tuple[Note, ...] = ()


def parse(text: str, *, strict: bool = False, custom_fields: Collection[str] = ()) -> Parsed:
    """Parse a query.

    Args:
        text: The query as typed.
        strict: Whether to reject parts that are otherwise read as text, with a note.
        custom_fields: The custom fields of the index, which are filters before a colon.

    Returns:
        The nodes and the notes. Repeated words stay, since they count twice.

    Raises:
        QueryError: The query is longer than one may be (:func:`searcher.query.query_text.shorten`); or, if
            ``strict``, a part of it would be read as text, with its position in the message.
    """
    check_size(text)
    nodes: list[Node] = []
    end = 0
    for word in text.split():
        if not word.isalnum() or word in OPERATORS:
            break
        at = text.index(word, end)
        end = at + len(word)
        nodes.append(Word(word, "text", at))
    else:
        return Parsed(joined(Or, nodes))
    # Plain words need none of these.
    from searcher.query.grammar import read
    from searcher.query.notes import Notes

    notes = Notes(text, strict=strict, custom_fields=custom_fields)
    return Parsed(read(text, notes), notes.first())


def merge_equal(node: Node) -> Node:
    """Merge equal parts of each union and intersection without changing scores.

    A part with an ``origin`` is not merged, since explanations show it.

    Args:
        node: A resolved query.
    """
    return rewrite(node, _merge_parts)


def _merge_parts(node: Node) -> Node:
    if not isinstance(node, (Or, And)) or not node.parts:
        return node
    parts = _merged(node.parts)
    if len(parts) == 1 and not node.origin:
        return parts[0]
    return node if parts is node.parts else node.replace(parts=parts)


def _merged(parts: tuple[Node, ...]) -> tuple[Node, ...]:
    kept: list[Node] = []
    first: dict[Node, int] = {}  # key of equal parts to the index of the first one in `kept`
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
    """Return the key by which equal parts are merged; None for a part that is not compared."""
    match part:
        case Term() | Phrase() | WordSet():
            if getattr(part, "origin", ""):
                return None
            return part if part.boost == 1.0 else part.replace(boost=1.0)
        case ConstantScore():
            return part
        case Or(parts=parts) if not part.origin:
            keys = tuple([key for alternative in parts if (key := _without_boosts(alternative))])
            return part.replace(parts=keys) if len(keys) == len(parts) else None
    return None


def _summed(first: Node, other: Node) -> Node:
    """Return the first of two equal parts with the sum of their boosts."""
    match first, other:
        case Or(), Or():
            return first.replace(parts=tuple(map(_summed, first.parts, other.parts)))
        case ((Term() | Phrase() | WordSet()), (Term() | Phrase() | WordSet())):
            return first.replace(boost=first.boost + other.boost)
    return first
