"""Which segments an update writes anew: small ones that pile up, and those with many deleted documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_DELETED = 0.2  # a segment with a larger share of deleted documents is written anew
# A question looks into each segment, which costs it some ten microseconds where anything matches. So what
# comes in an item at a time goes into one segment, which goes into one other when it has grown.
NEWEST = 32  # live documents up to which a segment is written anew by the next update
FIRST_TIER = 1000  # live documents up to which it takes those; each further tier holds FAN_OUT times as many
FAN_OUT = 4  # so many segments of one of the further tiers become one of the next
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

    An update of one item writes some thirty documents anew, taken over many. Beyond ``FIRST_TIER``, any
    document is rewritten about once a tier in the life of an index, and no tier ever holds more than
    ``FAN_OUT - 1`` segments that could still grow; the two tiers below hold one segment each.

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
            if list(tiers.values()).count(tier) + (new > 0 and _tier(new) == tier) >= _most(tier)
        ]
        if not full:
            return chosen
        chosen |= {number for number, tier in tiers.items() if tier <= max(full)}


def _most(tier: int) -> int:
    """Give how many segments of a tier become one."""
    return FAN_OUT if tier > 1 else 2


def _tier(live: int) -> int:
    if live <= NEWEST:
        return 0
    tier, size = 1, FIRST_TIER
    while live > size:
        tier, size = tier + 1, size * FAN_OUT
    return tier
