"""Leaves taken out of a resolved query again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import AnyOf, BestOf, Prefer, Without, joined, parts_of, with_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.model import Node


def without_leaves(node: Node, dropped: Collection[Node]) -> Node | None:
    """Take leaves out of a query, and with each what can match by it alone; None where nothing is left."""
    below = parts_of(node)
    if not below:
        return None if node in dropped else node
    left = [without_leaves(part, dropped) for part in below]
    if isinstance(node, (AnyOf, BestOf)):
        kept = [part for part in left if part]
        return joined(lambda parts: with_parts(node, parts), kept)
    if isinstance(node, (Prefer, Without)) and left[0] and not left[1]:
        return left[0]
    parts = tuple([part for part in left if part])
    return with_parts(node, parts) if len(parts) == len(below) else None
