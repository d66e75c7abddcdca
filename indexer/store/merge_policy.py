"""Which segments an update writes anew: small ones that pile up, and those with many deleted documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_DELETED = 0.2  # a segment with a larger share of deleted documents is written anew
FIRST_TIER = 1000  # live documents; each further tier holds FAN_OUT times as many
FAN_OUT = 4  # so many segments of one tier become one of the next
LARGEST = 4_000_000  # live documents; from half of this on a segment is not brought together with others


class SegmentState(NamedTuple):
    """How full a segment is.

    Attributes:
        documents: Its documents, deleted or not.
        deleted: Its deleted documents.
    """

    documents: int
    deleted: int

    @property
    def live(self) -> int:
        """How many documents are not deleted."""
        return self.documents - self.deleted


def segments_to_merge(segments: Sequence[SegmentState], added: int) -> set[int]:
    """Choose the segments that go into the new one.

    Any document is rewritten about once a tier in the life of an index, and no tier ever holds more than
    ``FAN_OUT - 1`` segments that could still grow.

    Args:
        segments: The segments that are there.
        added: Documents that the new segment gets from the sources.

    Returns:
        Their ordinals in ``segments``.
    """
    numbered = list(enumerate(segments))
    chosen = {number for number, state in numbered if state.deleted > MOST_DELETED * state.documents}
    small = {number for number, state in numbered if state.live <= LARGEST // 2}
    while True:
        new = added + sum(segments[number].live for number in chosen)
        tiers = {number: _tier(segments[number].live) for number in small - chosen}
        full = [
            tier
            for tier in set(tiers.values())
            if list(tiers.values()).count(tier) + (new > 0 and _tier(new) == tier) >= FAN_OUT
        ]
        if not full:
            return chosen
        chosen |= {number for number, tier in tiers.items() if tier <= max(full)}


def _tier(live: int) -> int:
    tier, size = 0, FIRST_TIER
    while live > size:
        tier, size = tier + 1, size * FAN_OUT
    return tier
