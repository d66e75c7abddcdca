"""The text of a parsed query: what :func:`searcher.query.parse.parse` reads as the same nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query import model
from searcher.query.chunks import FIELDS
from searcher.query.limits import OPERATORS

if TYPE_CHECKING:
    from searcher.query.node import Node

_COMPOUNDS = (model.AllOf, model.AnyOf, model.Prefer, model.Without, model.Not)


def to_text(node: Node) -> str:
    """Print a parsed query.

    Args:
        node: Nodes as the parser gives them.

    Returns:
        A text that parses to the same nodes, with each operator written out.

    Raises:
        TypeError: A node is none that the parser gives, such as a resolved leaf.
    """
    match node:
        case model.AllOf() | model.AnyOf():
            text = _several(node)
        case model.Prefer():
            text = f"{to_text(node.required)} {_optional(node.optional)}"
        case model.Without():
            text = f"{_operand(node.kept)} -{_marked(node.excluded)}"
        case model.Not():
            text = f"NOT {_operand(node.part)}"
        case _:
            text = _leaf(node)
    return text


def _several(node: model.AllOf | model.AnyOf) -> str:
    if isinstance(node, model.AllOf) and node.exact:
        return " ".join([f"+{_marked(part)}" for part in node.parts])
    if isinstance(node, model.AllOf):
        return " AND ".join(map(_operand, node.parts))
    if node.apart:
        return " OR ".join(map(_operand, node.parts))
    # Filters of one field side by side are alternatives; any other filter would narrow.
    fields = {part.name if isinstance(part, model.Filter) else None for part in node.parts}
    alternatives = len(fields) == 1 and None not in fields
    return " ".join(map(_operand if alternatives else _optional, node.parts))


def _optional(node: Node) -> str:
    """Print what stands beside required nodes: a filter by itself would narrow."""
    text = _operand(node)
    return f"({text})" if isinstance(node, model.Filter) else text


def _operand(node: Node) -> str:
    """Print a node as it stands beside an operator."""
    text = to_text(node)
    return f"({text})" if isinstance(node, _COMPOUNDS) or text in OPERATORS else text


def _marked(node: Node) -> str:
    """Print a node as it stands right behind a sign."""
    text = _operand(node)
    return f"({text})" if text[0] in "+-" else text


def _leaf(node: Node) -> str:
    match node:
        case model.Word():
            return node.text if node.field == "text" else f"{node.field}:{node.text}"
        case model.Quoted():
            field = "" if node.field == "text" else f"{node.field}:"
            slop = "" if node.slop == 1 else f"~{node.slop}"
            return f'{field}"{" ".join(node.words)}"{slop}'
        case model.Pattern():
            return node.text
        case model.Fuzzy():
            return f"{node.text}~{'' if node.edits == 1 else node.edits}"
        case model.Filter():
            return f"{node.name}:{_value(node.value)}"
        case model.Everything():
            return "*"
    raise TypeError(f"the parser gives no {type(node).__name__}")


def _value(value: str) -> str:
    """Print the value of a filter, in quotation marks where it could be read as something else."""
    field, colon, _ = value.partition(":")
    bare = value.strip("*") and not (colon and field in FIELDS)
    return value if bare and not any(sign.isspace() or sign in "()" for sign in value) else f'"{value}"'
