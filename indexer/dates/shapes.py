"""Where publication lies around a date that a text names: before, during, soon or late after it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp


@dataclass(frozen=True, slots=True)
class Shape:
    """Where publication lies around an event: shares of probability, and how fast they fade.

    Attributes:
        before, before_days: The share published before the event, and the mean days ahead of it.
        during: The share published while it lasts.
        soon, soon_days: The share published shortly after it, and the mean days of delay.
        late, late_days: The share published long after it, and the mean days of delay.
        trust: The probability that the event dates the text at all.
    """

    before: float
    before_days: float
    during: float
    soon: float
    soon_days: float
    late: float
    late_days: float
    trust: float

    @property
    def reach_before(self) -> int:
        """The days ahead of an event beyond which next to nothing is published about it."""
        return round(6 * self.before_days)

    @property
    def reach_after(self) -> int:
        """The days after an event beyond which next to nothing is published about it."""
        return round(6 * max(self.soon_days, self.late_days))

    def density(self, day: int, start: int, end: int) -> float:
        """Return the probability a day that a text naming ``start``..``end`` is published on ``day``."""
        if day < start:
            return self.before * exp((day - start) / self.before_days) / self.before_days
        if day <= end:
            return self.during / (end - start + 1)
        delay = end - day
        return (
            self.soon * exp(delay / self.soon_days) / self.soon_days
            + self.late * exp(delay / self.late_days) / self.late_days
        )


# Judged on news pages: reports follow an event within days or weeks; announcements precede it by weeks.
SHAPES: dict[str, Shape] = {
    "dateline": Shape(0.01, 10, 0.38, 0.46, 6, 0.15, 25, 0.97),
    "present": Shape(0.02, 3, 0.86, 0.10, 3, 0.02, 30, 0.94),
    "past": Shape(0.02, 12, 0.18, 0.55, 9, 0.25, 35, 0.92),
    "future": Shape(0.82, 40, 0.10, 0.06, 20, 0.02, 60, 0.80),
    "background": Shape(0.05, 60, 0.05, 0.10, 60, 0.80, 1500, 0.50),
    "observance": Shape(0.25, 6, 0.35, 0.32, 7, 0.08, 40, 0.75),
    "month": Shape(0.05, 30, 0.40, 0.35, 15, 0.20, 60, 0.70),
    "year": Shape(0.05, 120, 0.60, 0.25, 120, 0.10, 600, 0.55),
    "future month": Shape(0.85, 60, 0.12, 0.02, 30, 0.01, 90, 0.70),
    "future year": Shape(0.45, 200, 0.50, 0.04, 90, 0.01, 300, 0.55),
}

PRINTED = Shape(0.005, 3, 0.98, 0.01, 3, 0.005, 30, 0.98)
