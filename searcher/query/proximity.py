"""Parse proximities: parts near each other, and the readings of parts that have no position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.runtime import NamedTuple
from searcher.query import model
from searcher.query.limits import MAX_DISTANCE, SAME

if TYPE_CHECKING:
    from searcher.query.model import Node
    from searcher.query.notes import Notes

_PLACED: Final = (model.Word, model.Quoted, model.Pattern, model.Fuzzy, model.Or, model.Near, model.NotNear)


class Operator(NamedTuple):
    """A proximity operator.

    Attributes:
        text: The operator as typed.
        at: Its offset in the query.
        distance: Its number.
        ordered: Whether the first operand precedes the second.
        excludes: Whether the second operand must not be near.
    """

    text: str
    at: int
    distance: int
    ordered: bool
    excludes: bool


def near(first: Node | None, second: Node | None, operator: Operator, notes: Notes) -> Node | None:
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
    excludes = operator.excludes
    if first is None or second is None:
        return first or (None if excludes else second)
    if not (_has_places(first) and _has_places(second)):
        fault = f"{operator.text} takes words, phrases, patterns, an OR of them, and other proximities"
        instead = "the operand before it" if excludes else "AND"
        notes.add(
            operator.at,
            fault,
            f"read {operator.text} as {instead}: it takes words, phrases and an OR of them",
        )
        return first if excludes else model.And((first, second))
    distance = operator.distance
    if operator.text != SAME and not 1 <= distance <= MAX_DISTANCE:
        distance = min(max(distance, 1), MAX_DISTANCE)
        fault = f"the number of {operator.text} is from 1 to {MAX_DISTANCE}"
        notes.add(
            operator.at,
            fault,
            f"read {operator.text} with {distance}: the number is from 1 to {MAX_DISTANCE}",
        )
    first, second = (_exact(part, operator, notes) for part in (first, second))
    fields = {getattr(leaf, "field", "text") for part in (first, second) for leaf in model.leaves(part)}
    if len(fields) > 1:
        if excludes:
            fault = f"both sides of {operator.text} are in one field; put title: before both, or neither"
            notes.add(operator.at, fault, f"read both sides of {operator.text} in the title")
        first, second = (model.rewrite(part, _in_title) for part in (first, second))
    if excludes:
        return model.NotNear(first, second, distance, operator.at)
    return model.Near((first, second), distance, operator.ordered, operator.at)


def _has_places(node: Node) -> bool:
    """Return whether a parsed node has positions in a text."""
    return isinstance(node, _PLACED) and all(map(_has_places, model.parts_of(node)))


def _exact(node: Node, operator: Operator, notes: Notes) -> Node:
    """Replace phrases with moved words, which have no edges, by the words next to each other."""
    if any(isinstance(leaf, model.Quoted) and leaf.slop for leaf in model.leaves(node)):
        fault = f"~ of a phrase has no meaning next to {operator.text}; write a NEAR/3 b in parentheses"
        notes.add(operator.at, fault, f"read a phrase next to {operator.text} without its ~ and number")
        return model.rewrite(
            node, lambda leaf: leaf.replace(slop=0) if isinstance(leaf, model.Quoted) else leaf
        )
    return node


def _in_title(leaf: Node) -> Node:
    return leaf.replace(field="title") if hasattr(leaf, "field") else leaf
