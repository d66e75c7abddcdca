"""Parse proximities and repetitions, and the readings of parts that have no position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.errors import message
from searcher.query import model
from searcher.query.limits import MAX_DISTANCE, SAME
from searcher.query.query_tokens import BEFORE, NOT_NEAR
from searcher.query.rewriting import rewrite

if TYPE_CHECKING:
    from searcher.query.model import Node
    from searcher.query.notes import Notes
    from searcher.query.query_tokens import Token

_COUNTED: Final = (model.Word, model.Quoted, model.Pattern, model.Fuzzy, model.Or)
_PLACED: Final = (*_COUNTED, model.Near, model.NotNear)


def near(first: Node | None, second: Node | None, operator: Token, notes: Notes) -> Node | None:
    """Combine the operands of a proximity operator.

    Args:
        first: The operand before the operator; None for an empty one.
        second: The operand behind it.
        operator: The operator.
        notes: Collects notes about parts without a meaning.

    Returns:
        The proximity; if an operand has no position, such as a filter, both are required, anywhere.

    Raises:
        QueryError: The notes are strict and reject the proximity.
    """
    excludes = operator.kind == NOT_NEAR
    if first is None or second is None:
        return first or (None if excludes else second)
    if not (_has_places(first) and _has_places(second)):
        fault = message("query.near_operands", text=operator.text)
        key = "query.read_near_as_left" if excludes else "query.read_near_as_and"
        notes.add(operator.at, fault, message(key, operator=operator.text))
        return first if excludes else model.And((first, second))
    distance = _within_limits(operator, notes) if operator.text != SAME else 0
    first, second = (in_order(part, operator, notes) for part in (first, second))
    fields = {getattr(leaf, "field", "text") for part in (first, second) for leaf in model.leaves(part)}
    if len(fields) > 1 and "title" in fields:
        if excludes:
            fault = message("query.near_across_fields", text=operator.text)
            notes.add(operator.at, fault, message("query.read_both_in_title", text=operator.text))
        first, second = (rewrite(part, _in_title) for part in (first, second))
    if excludes:
        return model.NotNear(first, second, distance, operator.at)
    return model.Near((first, second), distance, operator.kind == BEFORE, operator.at)


def at_least(part: Node | None, operator: Token, notes: Notes) -> Node | None:
    """Require a number of occurrences of a part.

    Args:
        part: The part; None for an empty one.
        operator: ``atleast3``.
        notes: Collects notes about parts without a meaning.

    Returns:
        The repetition; the part itself if its occurrences are not counted.

    Raises:
        QueryError: The notes are strict and reject the repetition.
    """
    if part is None:
        return None
    if not _has_places(part, _COUNTED):
        fault = message("query.at_least_operands", text=operator.text)
        notes.add(operator.at, fault, message("query.read_without_at_least", text=operator.text))
        return part
    least = _within_limits(operator, notes)
    return model.Occurring(in_order(part, operator, notes), least, at=operator.at)


def _within_limits(operator: Token, notes: Notes) -> int:
    """Return the number of an operator, at least 1 and at most the largest distance."""
    number = min(max(operator.number, 1), MAX_DISTANCE)
    if number != operator.number:
        fault = message("query.distance_bounds", text=operator.text, max_distance=MAX_DISTANCE)
        notes.add(
            operator.at,
            fault,
            message("query.read_with_distance", text=operator.text, number=number, max_distance=MAX_DISTANCE),
        )
    return number


def _has_places(node: Node, kinds: tuple[type[Node], ...] = _PLACED) -> bool:
    """Return whether a parsed node consists of kinds that have positions in a text."""
    return isinstance(node, kinds) and all(_has_places(part, kinds) for part in model.parts_of(node))


def in_order(node: Node, operator: Token, notes: Notes) -> Node:
    """Replace phrases with moved words, which have no edges, by the words next to each other."""
    if any(isinstance(leaf, model.Quoted) and leaf.slop for leaf in model.leaves(node)):
        fault = message("query.slop_next_to_operator", text=operator.text)
        notes.add(operator.at, fault, message("query.read_without_slop", text=operator.text))
        return rewrite(node, lambda leaf: leaf.replace(slop=0) if isinstance(leaf, model.Quoted) else leaf)
    return node


def _in_title(leaf: Node) -> Node:
    return leaf.replace(field="title") if hasattr(leaf, "field") else leaf
