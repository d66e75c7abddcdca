"""Restrict a query to the documents that match as typed, by related words or by translations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import (
    TYPED,
    And,
    AndNot,
    ConstantScore,
    Days,
    DisjunctionMax,
    Near,
    Or,
    Phrase,
    Positional,
    Should,
    Term,
    WordSet,
    joined,
    kept_parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searcher.query.model import Node


def found_by(query: Node, via: str) -> Node | None:  # noqa: C901, PLR0911 - one case per node
    """Return a query for the documents that match by leaves of one kind.

    Args:
        query: A resolved query.
        via: One of :data:`searcher.query.model.VIAS`.

    Returns:
        A query for a subset of the matches, whose scores are meaningless; None if no leaf is of the kind.
    """
    match query:
        case Term() | Phrase() | WordSet():
            return query if query.via == via else None
        case Or() | DisjunctionMax():
            return joined(Or, _found_by(query.parts, via))
        case And():
            ranked = [_words_of(part) for part in query.parts if not isinstance(part, ConstantScore)]
            by = joined(Or, _found_by(ranked or query.parts, via))
            return And((query, by)) if by else None
        case Should(optional=Days()):  # an optional date
            return found_by(query.required, via)
        case Should():
            by = joined(Or, _found_by((query.required, query.optional), via))
            return And((query.required, by)) if by else None
        case ConstantScore() if query.boost:  # more for documents that other parts match
            return None
        case Near(parts=(first, second)):
            found = _found_by((first, second), via)
            if via == TYPED:  # both sides
                return And((query, *found)) if len(found) == len(query.parts) else None
            return And((query, joined(Or, found) or query)) if found else None
        case Positional():
            by = found_by(kept_parts(query)[0], via)
            return And((query, by)) if by else None
        case AndNot():
            by = found_by(query.kept, via)
            return AndNot(by, query.excluded) if by else None
    return query if via == TYPED else None


def kept_by(query: Node, vias: Iterable[str]) -> Node:
    """Restrict a query to the matches that are found in some ways, without changing scores."""
    by = joined(Or, [part for via in vias if (part := found_by(query, via))])
    return And((query, ConstantScore(by))) if by else Or(())


def _words_of(part: Node) -> Node:
    """Return the words of a part that also matches by a date, since a date alone matches nothing."""
    match part:
        case Or(parts=(words, Days())):
            return words
    return part


def _found_by(parts: Iterable[Node], via: str) -> list[Node]:
    return [found for part in parts if (found := found_by(part, via))]
