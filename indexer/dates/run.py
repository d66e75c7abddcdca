"""A run of undated items between two dated ones, and the stretch of time in which it must lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.evidence import Clue

Interval = tuple[int, int]
"""A first and a last day, both included, as proleptic ordinals (``date.toordinal``)."""

MARGIN = 45
"""Days beyond the dated items, since pages are a little out of order."""

_OPEN_DAYS = 120  # days at least beyond what is known, at an end of the page without a dated item
_USUAL_PACE = 10.0  # days from one item to the next, where the page does not tell
_TELLING = 6  # clear dates in the texts that tell the pace of a page
_HISTORY_DAYS = 1000  # a text that may follow its date by so long says nothing of the stretch of time


@dataclass(frozen=True, slots=True)
class Run:
    """Items without a date line that stand between two dated ones.

    Attributes:
        clues: What each item's text says, from the newest item to the oldest.
        above: The day of the dated item above (newer), as an ordinal, or None at the top of the page.
        below: The day of the dated item below (older), or None at its end.
        page_pace: The mean days from one item of the page to the next, or None where it is not known.
    """

    clues: Sequence[Sequence[Clue]]
    above: int | None = None
    below: int | None = None
    page_pace: float | None = None

    @property
    def anchors(self) -> list[int]:
        """The days of the dated items around the run."""
        return [day for day in (self.above, self.below) if day is not None]

    def pace(self) -> float:
        """Return the mean days from one item of the run to the next, as far as it can be told."""
        if self.above is not None and self.below is not None:
            return (self.above - self.below) / (len(self.clues) + 1)
        return self.page_pace or self._pace_of_texts() or _USUAL_PACE

    def _pace_of_texts(self) -> float | None:
        ends = sorted(
            end for item in self.clues for clue in item if clue.clear for _, end in clue.periods(1, 1)
        )
        if len(ends) < _TELLING:
            return None
        # The middle half of the dates, so that some old ones do not slow the pace down.
        quarter = len(ends) // 4
        return 2 * (ends[-1 - quarter] - ends[quarter]) / len(self.clues)

    def bounds(self) -> Interval | None:
        """Return the first and last day that the items may have, or None where nothing tells."""
        if self.above is not None and self.below is not None:
            return _clamp(min(self.anchors) - MARGIN, max(self.anchors) + MARGIN)
        named = self._named()
        if not named and not self.anchors:
            return None
        # Beyond the dates that are known lie as many items as name none.
        silent_above = named[0][0] if named else len(self.clues)
        silent_below = len(self.clues) - 1 - named[-1][0] if named else len(self.clues)
        if self.above is not None:
            last = self.above + MARGIN
        else:
            last = max([end for _, _, end in named] + self.anchors) + self._reach(silent_above)
        if self.below is not None:
            first = self.below - MARGIN
        else:
            first = min([start for _, start, _ in named] + self.anchors) - self._reach(silent_below)
        return _clamp(first, last)

    def _named(self) -> list[tuple[int, int, int]]:
        """Return place, first and last day of the dates with a year that the texts tell as news."""
        return [
            (place, start, end)
            for place, item in enumerate(self.clues)
            for clue in item
            if clue.days.year is not None and clue.shape.late_days < _HISTORY_DAYS
            for start, end in clue.periods(1, 1)
            if (self.above is None or start <= self.above) and (self.below is None or end >= self.below)
        ]

    def _reach(self, silent: int) -> int:
        return max(_OPEN_DAYS, round(2 * self.pace() * silent))


def _clamp(first: int, last: int) -> Interval:
    """Keep an interval within the years that a calendar can count."""
    return max(first, date.min.toordinal()), min(last, date.max.toordinal())
