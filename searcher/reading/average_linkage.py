"""Clusters of linked things: the two with the strongest links on average join first, until none is strong."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from indexer.checkpoint import checkpoint

if TYPE_CHECKING:
    from collections.abc import Mapping


def average_linkage(links: Mapping[tuple[int, int], float], least: float) -> list[list[int]]:
    """Join things by group average (UPGMA: Sokal and Michener, 1958), of which there are few links.

    The strength between two clusters is the mean over all pairs of their members, 0 for a pair without a
    link: one link does not make a chain of two clusters.

    Args:
        links: Pairs of numbers, the lower one first, to how strong their link is.
        least: The mean strength from which on two clusters join.

    Returns:
        The clusters with two members or more, each ascending; equal strengths join in the order of numbers.
    """
    sums: dict[int, dict[int, float]] = {}
    for (one, other), strength in links.items():
        sums.setdefault(one, {})[other] = strength
        sums.setdefault(other, {})[one] = strength
    members = {one: [one] for one in sums}
    heap = [(-strength, *pair) for pair, strength in links.items() if strength >= least]
    heapify(heap)

    def mean(one: int, other: int) -> float:
        return sums[one].get(other, 0.0) / (len(members[one]) * len(members[other]))

    while heap:
        checkpoint()
        strength, one, other = heappop(heap)
        if one not in members or other not in members or mean(one, other) != -strength:
            continue  # one of them has joined another meanwhile
        for third, own in sums.pop(other).items():
            del sums[third][other]
            if third != one:
                sums[one][third] = sums[third][one] = sums[one].get(third, 0.0) + own
        members[one] += members.pop(other)
        for third in sums[one]:
            if (strength := mean(one, third)) >= least:
                heappush(heap, (-strength, min(one, third), max(one, third)))
    return sorted([sorted(cluster) for cluster in members.values() if len(cluster) > 1])
