"""Groups of alike things without chains: each member is alike the one that its group began with."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Likeness = TypeVar("LikenessT")


def stars(
    order: Iterable[int], near: Mapping[int, Iterable[int]], alike: Callable[[int, int], Likeness | None]
) -> list[tuple[int, dict[int, Likeness]]]:
    """Gather things into groups.

    The first of those that are in no group yet begins one, and takes all that are alike it and in none.

    Args:
        order: The things, those first that begin groups.
        near: The things that may be alike each.
        alike: How alike two things are, None where they are not.

    Returns:
        What each group began with, and how alike it the others are; none alone.
    """
    taken: set[int] = set()
    groups = []
    for first in order:
        if first in taken:
            continue
        members: dict[int, Likeness] = {}
        for other in near.get(first, ()):
            if other not in taken and (likeness := alike(first, other)) is not None:
                members[other] = likeness
        if members:
            taken.add(first)
            taken.update(members)
            groups.append((first, members))
    return groups


def connected(near: Mapping[int, Iterable[int]]) -> list[list[int]]:
    """Part things into those that hang together, however far.

    Args:
        near: The things that may be alike each, both ways.
    """
    seen: set[int] = set()
    parts = []
    for thing in near:
        if thing in seen:
            continue
        seen.add(thing)
        part = [thing]
        for one in part:  # which grows
            new = [other for other in near[one] if other not in seen]
            seen.update(new)
            part += new
        parts.append(part)
    return parts
