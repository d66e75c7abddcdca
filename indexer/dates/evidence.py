"""What a date that a text names tells about the day on which the text was published."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import TYPE_CHECKING

from indexer.dates.expressions import DateExpression, find_expressions
from indexer.dates.shapes import PRINTED, SHAPES, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.dates.grammar import Days
    from indexer.dates.slots import Slots


_LEAD = 400  # characters; what dates an item mostly stands in its title and first sentences
_READ = 20_000  # characters; what stands further down tells nothing of the day of publication
_LATER_TRUST = 0.75
_BASE = 1 / 1000  # a day; how likely a date that does not date the text falls on any one day
_BASE_IN_YEAR = 1 / 365
_BASE_AHEAD = 0.1  # of that before the date itself


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
            first, last = max(first, 1), min(last, date.max.toordinal())
            years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
        periods = [period for year in years if (period := period_in(self.days, year))]
        named = [p for p in periods if date.fromordinal(p[0]).weekday() == self.weekday]
        return named or periods

    def likelihood(self, time: Slots) -> list[float]:
        """Return how well publication in each slot of time agrees with the clue."""
        periods = self.periods(time.oldest - 60, time.newest + 60)
        base = (1 - self.trust) * (_BASE if self.days.year is not None else _BASE_IN_YEAR)
        likelihood = [base] * time.count
        for start, end in periods:
            near = time.within(start - self.shape.reach_before, end + self.shape.reach_after)
            for slot in near:
                likelihood[slot] += self.trust * self.shape.density(time.middle(slot), start, end)
        if self.days.year is not None and self.shape.before < 0.4:
            # A date that does not date the text is history more often than it lies ahead.
            for slot in time.within(time.oldest, periods[0][0] - 1 if periods else time.oldest - 1):
                likelihood[slot] -= base * (1 - _BASE_AHEAD)
        return likelihood


def period_in(days: Days, year: int) -> tuple[int, int] | None:
    """Return the first and last day, as ordinals, of ``days`` ending in ``year``; None for 29 February."""
    if not MINYEAR < year < MAXYEAR:
        return None
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
        if not text or before >= _READ:
            continue
        for expression in find_expressions(text[: _READ - before]):
            clue = _clue(expression, early=before + expression.offset < _LEAD)
            key = (expression.days, expression.relation == "future")
            if key not in best or best[key].trust < clue.trust:
                best[key] = clue
        before += len(text)
    return list(best.values())


def printed_clue(line: Days) -> Clue:
    """Return the clue of a date line that prints no year: the very day, of one year or another."""
    return Clue(line, None, PRINTED, PRINTED.trust, clear=False)


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
    shape = SHAPES[name]
    trust = shape.trust * (1.0 if early else _LATER_TRUST)
    clear = known and expression.precision == "day" and name in {"past", "present", "dateline"} and early
    return Clue(expression.days, expression.weekday, shape, trust, clear)
