"""What a date that a text names tells about the day on which the text was published."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import TYPE_CHECKING

from indexer.dates.expressions import DateExpression, find_expressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.dates.grammar import Days


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
_SHAPES: dict[str, Shape] = {
    "dateline": Shape(0.01, 10, 0.38, 0.46, 6, 0.15, 25, 0.95),
    "present": Shape(0.02, 3, 0.86, 0.10, 3, 0.02, 30, 0.90),
    "past": Shape(0.03, 20, 0.15, 0.55, 9, 0.27, 40, 0.85),
    "future": Shape(0.82, 40, 0.10, 0.06, 20, 0.02, 60, 0.80),
    "background": Shape(0.05, 60, 0.05, 0.10, 60, 0.80, 1500, 0.50),
    "observance": Shape(0.25, 6, 0.35, 0.32, 7, 0.08, 40, 0.75),
    "month": Shape(0.05, 30, 0.40, 0.35, 15, 0.20, 60, 0.70),
    "year": Shape(0.05, 120, 0.60, 0.25, 120, 0.10, 600, 0.55),
    "future month": Shape(0.85, 60, 0.12, 0.02, 30, 0.01, 90, 0.70),
    "future year": Shape(0.45, 200, 0.50, 0.04, 90, 0.01, 300, 0.55),
}

_PRINTED = Shape(0.005, 3, 0.98, 0.01, 3, 0.005, 30, 0.98)

_LEAD = 400  # characters; what dates an item mostly stands in its title and first sentences
_LATER_TRUST = 0.75
_BASE = 1 / 1000  # a day; how likely a date that does not date the text falls on any one day
_BASE_IN_YEAR = 1 / 365
_BASE_AHEAD = 0.25  # a date that does not date the text is history more often than it lies ahead


@dataclass(frozen=True, slots=True)
class Clue:
    """A date named by an item, ready to be weighed.

    Attributes:
        days: The days named; ``year`` None where the text gives none.
        weekday: The weekday of the first day, 0 for Monday, or None.
        shape: Where publication lies around them.
        trust: The probability that they date the item at all, 0 to 1.
        clear: Whether it is a day with its year, told as news: strong enough to stand alone.
    """

    days: Days
    weekday: int | None
    shape: Shape
    trust: float
    clear: bool

    def periods(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the days that may be meant, as ordinals, one period for each year that may be meant.

        Args:
            first: The first day of interest, as an ordinal; it bounds the years of a date without one.
            last: The last day of interest.
        """
        year = self.days.year
        if year is not None:
            years: Iterable[int] = (year,)
        else:
            years = range(max(2, date.fromordinal(first).year), date.fromordinal(last).year + 1)
        periods = [period for year in years if (period := period_in(self.days, year))]
        named = [p for p in periods if date.fromordinal(p[0]).weekday() == self.weekday]
        return named or periods

    def likelihood(self, days: Sequence[int]) -> list[float]:
        """Return how well publication on each of ``days`` (ordinals) agrees with the clue."""
        periods = self.periods(min(days) - 60, max(days) + 60)
        base = (1 - self.trust) * (_BASE if self.days.year is not None else _BASE_IN_YEAR)
        earliest = periods[0][0] if self.days.year is not None and periods else 0
        ahead = 1.0 if self.shape.before > 0.4 else _BASE_AHEAD
        return [
            base * (ahead if day < earliest else 1.0)
            + self.trust * sum(self.shape.density(day, start, end) for start, end in periods)
            for day in days
        ]


def period_in(days: Days, year: int) -> tuple[int, int] | None:
    """Return the first and last day, as ordinals, of ``days`` ending in ``year``; None for 29 February."""
    first_year = year - (days.start_month > days.end_month)
    if days.start_day > monthrange(first_year, days.start_month)[1]:
        return None
    if days.end_day > monthrange(year, days.end_month)[1]:
        return None
    start = date(first_year, days.start_month, days.start_day)
    return start.toordinal(), date(year, days.end_month, days.end_day).toordinal()


def find_clues(title: str | None, paragraphs: Sequence[str]) -> list[Clue]:
    """Collect what an item's text says about its date.

    Args:
        title: The item's title, or None.
        paragraphs: Its paragraphs.

    Returns:
        One clue for each different date that the text names, the most trusted where it is named twice.
    """
    best: dict[tuple[Days, bool], Clue] = {}
    before = 0
    for text in (title, *paragraphs):
        if not text:
            continue
        for expression in find_expressions(text):
            clue = _clue(expression, early=before + expression.offset < _LEAD)
            key = (expression.days, expression.relation == "future")
            if key not in best or best[key].trust < clue.trust:
                best[key] = clue
        before += len(text)
    return list(best.values())


def printed_clue(line: Days) -> Clue:
    """Return the clue of a date line that prints no year: the very day, of one year or another."""
    return Clue(line, None, _PRINTED, _PRINTED.trust, clear=False)


def _clue(expression: DateExpression, *, early: bool) -> Clue:
    known = expression.days.year is not None
    name: str = expression.relation
    if name == "background" and not known:
        name = "past"  # who leaves the year out speaks of the year at hand
    if name == "past" and expression.precision != "day":
        name = expression.precision
    elif name == "future" and expression.precision in {"month", "year"}:
        name = f"future {expression.precision}"
    elif name == "present" and expression.precision in {"month", "year"}:
        name = expression.precision
    shape = _SHAPES[name]
    trust = shape.trust * (1.0 if early else _LATER_TRUST)
    clear = known and expression.precision == "day" and name in {"past", "present", "dateline"} and early
    return Clue(expression.days, expression.weekday, shape, trust, clear)
