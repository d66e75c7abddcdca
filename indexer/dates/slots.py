"""Time cut into equal slots, so that a page of many years is weighed in bounded work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slots:
    """A stretch of time cut into equal slots, the newest first.

    Attributes:
        newest: The last day, as an ordinal.
        days: The days in a slot.
        count: The number of slots.
    """

    newest: int
    days: int
    count: int

    @property
    def oldest(self) -> int:
        """The first day of the stretch, as an ordinal."""
        return self.newest - self.days * self.count + 1

    def middle(self, slot: int) -> int:
        """Return the day that stands for a slot."""
        return self.newest - slot * self.days - self.days // 2

    def within(self, first: int, last: int) -> range:
        """Return the slots whose middles lie from ``first`` to ``last``."""
        top = self.newest - self.days // 2
        newest_slot = max(0, -((last - top) // self.days))
        oldest_slot = min(self.count - 1, (top - first) // self.days)
        return range(newest_slot, oldest_slot + 1)
