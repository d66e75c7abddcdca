"""Compute how likely each day of publication is, given a date in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.word_arrays import ranges
from indexer.dates.expressions import DateExpression, find_expressions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.analysis.word_arrays import Numbers
    from indexer.dates.date_grammar import Days


_LEAD = 400  # characters at the start of an item, where its date mostly is
_READ = 20_000  # characters that are read; later dates are not related to the day of publication
_LATER_TRUST = 0.75
_BASE = 1 / 1000  # the probability of each day of publication, given a date that is unrelated to it
_BASE_IN_YEAR = 1 / 365
_BASE_AHEAD = 0.1  # the factor for days before the date itself


@dataclass(frozen=True, slots=True)
class PublicationDelay:
    """The probability of publication on each day before and after an event.

    Attributes:
        before, before_days: The fraction of reports published before the event, and the mean number of days
            before it.
        during: The fraction of reports published during the event.
        soon, soon_days: The fraction of reports published shortly after the event, and their mean delay in
            days.
        late, late_days: The fraction of reports published long after the event, and their mean delay in days.
        trust: The probability that the event is related to the publication, 0 to 1.
    """

    before: float
    before_days: float
    during: float
    soon: float
    soon_days: float
    late: float
    late_days: float
    trust: float

    def reach(self) -> tuple[int, int]:
        """Return the numbers of days before and after an event within which nearly all reports appear."""
        return round(6 * self.before_days), round(6 * max(self.soon_days, self.late_days))

    def densities(self, periods: Sequence[tuple[int, int]], time: TimeSlots) -> tuple[Numbers, Numbers]:
        """Return the probability density of publication in the slots around each event.

        Args:
            periods: The first and the last day of each event.
            time: The slots, each of which has the density of its middle day.

        Returns:
            The concatenated slots of all events, and the density in each.
        """
        before, after = self.reach()
        starts, ends = np.array(periods, np.int64).reshape(-1, 2).T
        newest, oldest = time.bounds(starts - before, ends + after)
        counts = np.maximum(oldest - newest + 1, 0)
        at = np.repeat(np.arange(len(counts)), counts)
        slots = ranges(newest, counts)
        days = time.middle(slots)
        away = np.maximum(days - ends[at], 0) - np.maximum(starts[at] - days, 0)
        density = _delay_table(self)[away + before]
        while_it_lasts = self.during / (ends - starts + 1)
        return slots, np.where(away == 0, while_it_lasts[at], density)


@cache
def _delay_table(shape: PublicationDelay) -> Numbers:
    """Return the probability density of publication for each day around an event.

    Day 0 is that of the event. The delay is a mixture of exponential distributions, one before and two after
    the event.
    """
    before, after = shape.reach()
    ahead = [shape.before * exp(-day / shape.before_days) / shape.before_days for day in range(before, 0, -1)]
    behind = [
        shape.soon * exp(-days / shape.soon_days) / shape.soon_days
        + shape.late * exp(-days / shape.late_days) / shape.late_days
        for days in range(1, after + 1)
    ]
    return np.array([*ahead, 0.0, *behind])


# Estimated from news pages: reports follow an event within days or weeks; announcements precede it by weeks.
_SHAPES = {
    "dateline": PublicationDelay(0.01, 10, 0.38, 0.46, 6, 0.15, 25, 0.97),
    "present": PublicationDelay(0.02, 3, 0.86, 0.10, 3, 0.02, 30, 0.94),
    "past": PublicationDelay(0.02, 12, 0.18, 0.55, 9, 0.25, 35, 0.92),
    "future": PublicationDelay(0.82, 40, 0.10, 0.06, 20, 0.02, 60, 0.80),
    "background": PublicationDelay(0.05, 60, 0.05, 0.10, 60, 0.80, 1500, 0.50),
    "observance": PublicationDelay(0.25, 6, 0.35, 0.32, 7, 0.08, 40, 0.75),
    "month": PublicationDelay(0.05, 30, 0.40, 0.35, 15, 0.20, 60, 0.70),
    "year": PublicationDelay(0.05, 120, 0.60, 0.25, 120, 0.10, 600, 0.55),
    "future month": PublicationDelay(0.85, 60, 0.12, 0.02, 30, 0.01, 90, 0.70),
    "future year": PublicationDelay(0.45, 200, 0.50, 0.04, 90, 0.01, 300, 0.55),
}

_PRINTED = PublicationDelay(0.005, 3, 0.98, 0.01, 3, 0.005, 30, 0.98)


@dataclass(frozen=True, slots=True)
class TimeSlots:
    """A period that is divided into equal slots, newest first.

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
        """The first day of the period, as an ordinal."""
        return self.newest - self.days * self.count + 1

    def middle(self, slots: Numbers) -> Numbers:
        """Return the middle days of slots, as ordinals."""
        return self.newest - slots * self.days - self.days // 2

    def within(self, first: int, last: int) -> range:
        """Return the slots whose middle is a day from ``first`` to ``last``."""
        newest, oldest = self.bounds(first, last)
        return range(int(newest), int(oldest) + 1)

    def bounds(self, first: Any, last: Any) -> tuple[Any, Any]:
        """Return the newest and the oldest slot whose middle is a day from ``first`` to ``last``.

        The arguments are days or arrays of days.
        """
        top = self.newest - self.days // 2
        newest = np.maximum(-((last - top) // self.days), 0)
        return newest, np.minimum((top - first) // self.days, self.count - 1)


@dataclass(frozen=True, slots=True)
class DateClue:
    """A date in the text of an item, as evidence for the publication date.

    Attributes:
        days: The days. Their ``year`` is ``None`` if the text states no year.
        weekday: The weekday of the first day, 0 for Monday; ``None`` if the text does not state it.
        shape: The distribution of the day of publication around these days.
        trust: The probability that these days are related to the publication, 0 to 1.
        clear: Whether the date is sufficient evidence, because it is a day with a year that is reported as
            news.
    """

    days: Days
    weekday: int | None
    shape: PublicationDelay
    trust: float
    clear: bool

    def periods(self, first: int, last: int) -> Sequence[tuple[int, int]]:
        """Return the periods that the date may mean, one for each year of a range."""
        if self.days.year is not None:
            return _periods(self.days, self.weekday, self.days.year, self.days.year)
        first, last = max(first, 1), min(last, date.max.toordinal())
        years = date.fromordinal(first).year, date.fromordinal(last).year
        return _periods(self.days, self.weekday, *years)

    def likelihood(self, time: TimeSlots) -> Numbers:
        """Return the likelihood of publication in each slot, given the date."""
        periods = self.periods(time.oldest - 60, time.newest + 60)
        base = (1 - self.trust) * (_BASE if self.days.year is not None else _BASE_IN_YEAR)
        likelihood = np.full(time.count, base)
        slots, densities = self.shape.densities(periods, time)
        np.add.at(likelihood, slots, self.trust * densities)
        if self.days.year is not None and self.shape.before < 0.4:
            # A date that is unrelated to the publication is more often before it than after it.
            ahead = time.within(time.oldest, periods[0][0] - 1 if periods else time.oldest - 1)
            likelihood[ahead.start : ahead.stop] -= base * (1 - _BASE_AHEAD)
        return likelihood


@lru_cache(1 << 12)  # there are few distinct days, and those of a page are in the same years
def _periods(days: Days, weekday: int | None, first_year: int, last_year: int) -> Sequence[tuple[int, int]]:
    """Return the days of a date in each year, preferably in years with the right weekday."""
    years = range(first_year, last_year + 1)
    periods = [period for year in years if (period := days.in_year(year))]
    named = [p for p in periods if date.fromordinal(p[0]).weekday() == weekday]
    return named or periods


def find_clues(title: str | None, paragraphs: Sequence[str]) -> list[DateClue]:
    """Return the most trusted clue for each distinct date in the text of an item."""
    best: dict[tuple[Days, bool], DateClue] = {}
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


def date_line_clue(line: Days) -> DateClue:
    """Convert a date line without a year to a clue: publication on its days, in an unknown year."""
    return DateClue(line, None, _PRINTED, _PRINTED.trust, clear=False)


def _clue(expression: DateExpression, *, early: bool) -> DateClue:
    known = expression.days.year is not None
    name: str = expression.relation
    if name == "background" and not known:
        name = "past"  # a date without a year is in the current year
    long = expression.precision in {"month", "year"}
    if (name == "past" and expression.precision != "day") or (name == "present" and long):
        name = expression.precision
    elif name == "future" and long:
        name = f"future {expression.precision}"
    shape = _SHAPES[name]
    trust = shape.trust * (1.0 if early else _LATER_TRUST)
    clear = known and expression.precision == "day" and name in {"past", "present", "dateline"} and early
    return DateClue(expression.days, expression.weekday, shape, trust, clear)
