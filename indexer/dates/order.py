"""The order of a page: newest first or oldest first, and which of its dates keep to it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL_DISORDER_DAYS = 60
"""How far a date may stand out of order without a suspicion: pages are edited by hand."""

_LOOK_BACK = 40  # dated items; two dates further apart than this need not be compared
_PENALTY_DAYS = 365.25 * 20  # a jump as long as this outweighs one more item in order


def is_oldest_first(days: Sequence[int]) -> bool:
    """Return whether dates rise more often than they fall down the page.

    Args:
        days: The printed days in the order of the page, as ordinals.
    """
    rises = sum(after > before for before, after in pairwise(days))
    falls = sum(after < before for before, after in pairwise(days))
    return rises > falls


def in_order(days: Sequence[int]) -> list[int]:
    """Find the dates that keep to the order of a page that is newest first.

    Args:
        days: The printed days from the top of the page to its end, as ordinals.

    Returns:
        The positions of the longest falling row; of two equally long ones, the one with smaller jumps.
    """
    scores: list[float] = []
    previous: list[int | None] = []
    for index, day in enumerate(days):
        score, came_from = 1.0, None
        for other in range(max(0, index - _LOOK_BACK), index):
            if days[other] >= day:
                longer = scores[other] + 1.0 - (days[other] - day) / _PENALTY_DAYS
                if longer > score:
                    score, came_from = longer, other
        scores.append(score)
        previous.append(came_from)
    if not scores:
        return []
    position: int | None = max(range(len(scores)), key=scores.__getitem__)
    row: list[int] = []
    while position is not None:
        row.append(position)
        position = previous[position]
    return row[::-1]
