"""Rewrite trees of nodes: replace their parts, and remove parts that match nothing."""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import TYPE_CHECKING

from searcher.query.model import (
    COMPOUNDS,
    EXCLUDING,
    NOTHING,
    OF_SEVERAL,
    DisjunctionMax,
    Not,
    Or,
    Should,
    kept_parts,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.query.model import Node


def with_parts(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return a copy of a node with other direct children, in the order of :func:`parts_of`."""
    if type(node) in OF_SEVERAL:
        return node.replace(parts=parts)
    return node.replace(**dict(zip(node.__match_args__, parts, strict=False)))


def map_parts(node: Node, function: Callable[[Node], Node], *, excluded: bool = True) -> Node:
    """Apply a function to the direct children of a node, but not to excluded ones if not ``excluded``.

    Returns the node with the replaced children; the same object if none changed.
    """
    below = parts_of(node)
    if not below or (not excluded and isinstance(node, Not)):
        return node
    changed = below if excluded else kept_parts(node)
    parts = (*map(function, changed), *below[len(changed) :])
    return node if all(map(is_, parts, below)) else with_parts(node, parts)


def rewrite(node: Node, function: Callable[[Node], Node], *, excluded: bool = True) -> Node:
    """Rewrite a query from its leaves up, by a function that replaces a node whose children were rewritten.

    Returns the same object if no node changed; ``excluded`` as of :func:`map_parts`.
    """
    if type(node) in COMPOUNDS:
        node = map_parts(node, partial(rewrite, function=function, excluded=excluded), excluded=excluded)
    return function(node)


def simplify(node: Node) -> Node:
    """Remove the parts of a node that are :data:`NOTHING`; return it if nothing can match the rest."""
    kind, parts = type(node), parts_of(node)
    if kind is Or or kind is DisjunctionMax:
        kept = tuple([part for part in parts if part is not NOTHING])
        if len(kept) < 2:
            return kept[0] if kept else NOTHING
        return node if len(kept) == len(parts) else with_parts(node, kept)
    if kind is Not or not any(part is NOTHING for part in parts):
        return node
    return parts[0] if kind is Should or kind in EXCLUDING else NOTHING
