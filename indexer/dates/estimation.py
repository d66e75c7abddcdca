"""Estimate the dates of items without a date line, from their texts and their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from indexer.dates.date_evidence import DateClue, TimeSlots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.analysis.word_arrays import Numbers


Transition = tuple[tuple[float, float], tuple[float, float], tuple[float, float], float]
"""Weight and decay per slot of usual steps, long pauses and backward steps; the weight of any step."""

_BRISK_DAYS = 14.0  # maximum days between items for which the steps below were estimated


def transition(slot_days: float, pace: float) -> Transition:
    """Return the probability of each number of slots between an item and the next older one.

    It is a mixture of exponential distributions: for usual steps back in time, for long pauses, and for steps
    in the wrong direction, because pages are slightly out of order. One step in 2,000 may lead to any day, so
    no date is impossible.

    Args:
        slot_days: The number of days in a slot.
        pace: The mean number of days from one item of the page to the next, which scales the steps.
    """
    slowness = max(1.0, pace / _BRISK_DAYS)

    def fade(share: float, mean_days: float) -> tuple[float, float]:
        decay = exp(-slot_days / mean_days)
        return share * (1 - decay), decay

    return fade(0.58, 6.0 * slowness), fade(0.36, 45.0 * slowness), fade(0.0595, 8.0), 0.0005


def read_chain(evidence: Sequence[Numbers | None], slots: int, towards_older: Transition) -> list[Numbers]:
    """Combine the evidence of consecutive items with the forward-backward algorithm.

    Args:
        evidence: For each item, from newest to oldest, the likelihood of each slot (an interval of days);
            ``None`` if there is no evidence.
        slots: The number of slots; slot 0 is the newest.
        towards_older: The distribution of the step from an item to the next.

    Returns:
        For each item, the probability of every slot.
    """
    step = _Step(towards_older, slots)
    beliefs = [belief for belief, _ in _forward(evidence, slots, step)]
    message = np.ones(slots)
    for index in range(len(evidence) - 2, -1, -1):
        likelihood = evidence[index + 1]
        if likelihood is not None:
            message = message * likelihood
        # The backward pass takes the same steps in the opposite direction, on the mirrored slots.
        message = step.spread(message[::-1])[::-1]
        message /= message.max()
        joint = beliefs[index] * message
        joint /= joint.sum()
        beliefs[index] = joint
    return beliefs


def chain_likelihood(evidence: Iterable[Numbers | None], slots: int, towards_older: Transition) -> float:
    """Return the log likelihood of the evidence about consecutive items.

    It can only be compared with likelihoods of the same items and slots. The arguments are those of
    :func:`read_chain`, except that ``evidence`` may be an iterator.
    """
    return sum(share for _, share in _forward(evidence, slots, _Step(towards_older, slots)))


def _forward(evidence: Iterable[Numbers | None], slots: int, step: _Step) -> Iterator[tuple[Numbers, float]]:
    """Yield the belief about each item, and the log likelihood of its evidence given the earlier items.

    The belief is the probability of each slot, given the evidence up to the item.
    """
    belief = np.full(slots, 1.0 / slots)
    for index, likelihood in enumerate(evidence):
        if index:
            belief = step.spread(belief)
        if likelihood is not None:
            belief = belief * likelihood
        mass = float(belief.sum())
        belief = belief / mass
        yield belief, log(mass)


class _Step:
    """The step from an item to the next, by which the probability of slots spreads.

    Slots are equal intervals of days. The step is a mixture of three exponential distributions and a uniform
    one (see :func:`transition`). For each exponential one, a slot receives its own probability times a
    weight, plus the decayed sum of the slot before it. Each pass doubles the number of slots that a sum
    covers, so a logarithmic number of passes computes all sums. The order of additions is the same on every
    processor.
    """

    def __init__(self, towards_older: Transition, slots: int) -> None:
        *parts, self._anywhere = towards_older
        self._weights = np.array([[weight] for weight, _ in parts])
        decay = np.array([[decay] for _, decay in parts])
        self._passes: list[tuple[int, Numbers]] = []
        reach = 1
        while reach < slots:
            self._passes.append((reach, decay))
            reach, decay = 2 * reach, decay * decay

    def spread(self, belief: Numbers) -> Numbers:
        """Return the belief about the next item, given the belief about this item.

        A belief is the probability of each slot.
        """
        received = np.array((belief, belief, belief[::-1])) * self._weights  # the last part: steps to newer
        for reach, decay in self._passes:
            received[:, reach:] += decay * received[:, :-reach]
        spread: Numbers = received[0] + received[1] + received[2, ::-1]
        spread += self._anywhere * belief.sum() / len(belief)
        return spread


Interval = tuple[int, int]
"""A first and a last day, both included, as proleptic ordinals (``date.toordinal``)."""

_MASS = 0.9  # the probability of the returned interval
_SLOTS = 700  # the maximum number of slots; a longer period has slots of several days
_COARSE_SLOTS = 200  # sufficient for a first pass
_CELLS = 1_500_000  # items times slots, which bounds time and memory on very long pages
_NEVER = 1e-12  # minimum likelihood relative to the best, so that the dates in a text make no day impossible
_ISOLATED_DAYS = 35  # maximum days from an event to its report, if items have no order
_MARGIN = 45  # days beyond the dated items, because pages are slightly out of order
_OPEN_DAYS = 120  # minimum days beyond the known dates, at an end of the page without a dated item
_USUAL_PACE = 10.0  # days from one item to the next, if the page does not show it
_MIN_DATES_FOR_PACE = 6  # clear dates in the texts that are needed for the pace of a page
_HISTORY_DAYS = 1000  # a date with a mean delay of the report of so many days does not limit the period


@dataclass(frozen=True, slots=True)
class UndatedRun:
    """Consecutive items without a date line, between items with a date.

    Attributes:
        clues: The clues in each item's text, from the newest item to the oldest.
        above: The day of the dated item above, which is newer, as an ordinal; ``None`` at the top of the
            page.
        below: The day of the dated item below, which is older, as an ordinal; ``None`` at the end of the
            page.
        page_pace: The mean number of days from one item of the page to the next; ``None`` if unknown.
    """

    clues: Sequence[Sequence[DateClue]]
    above: int | None = None
    below: int | None = None
    page_pace: float | None = None

    @property
    def anchors(self) -> list[int]:
        """The days of the dated items directly above and below the run."""
        return [day for day in (self.above, self.below) if day is not None]

    def pace(self) -> float:
        """Return the estimated mean number of days between consecutive items."""
        if self.above is not None and self.below is not None:
            return (self.above - self.below) / (len(self.clues) + 1)
        return self.page_pace or self._pace_of_texts() or _USUAL_PACE

    def _pace_of_texts(self) -> float | None:
        clear = [clue for item in self.clues for clue in item if clue.clear]
        ends = sorted(end for clue in clear for _, end in clue.periods(1, 1))
        if len(ends) < _MIN_DATES_FOR_PACE:
            return None
        # Use the middle half of the dates, so that a few old dates do not increase the mean.
        quarter = len(ends) // 4
        return 2 * (ends[-1 - quarter] - ends[quarter]) / len(self.clues)

    def bounds(self) -> Interval | None:
        """Return the period in which the items were probably published, or ``None`` without evidence."""
        if self.above is not None and self.below is not None:
            return _clamp(min(self.anchors) - _MARGIN, max(self.anchors) + _MARGIN)
        named = self._reported_dates()
        if not named and not self.anchors:
            return None
        # The items above the first and below the last known date extend the period.
        silent_above = named[0][0] if named else len(self.clues)
        silent_below = len(self.clues) - 1 - named[-1][0] if named else len(self.clues)
        if self.above is not None:
            last = self.above + _MARGIN
        else:
            last = max([end for _, _, end in named] + self.anchors) + self._reach(silent_above)
        if self.below is not None:
            first = self.below - _MARGIN
        else:
            first = min([start for _, start, _ in named] + self.anchors) - self._reach(silent_below)
        return _clamp(first, last)

    def _reported_dates(self) -> list[tuple[int, int, int]]:
        """Return the dates with a year that the texts of the items report.

        Each date is a tuple of the position of its item, its first day, and its last day.
        """
        return [
            (position, start, end)
            for position, item in enumerate(self.clues)
            for clue in item
            if clue.days.year is not None and clue.shape.late_days < _HISTORY_DAYS
            for start, end in clue.periods(1, 1)
            if (self.above is None or start <= self.above) and (self.below is None or end >= self.below)
        ]

    def _reach(self, silent: int) -> int:
        return max(_OPEN_DAYS, round(2 * self.pace() * silent))


def _clamp(first: int, last: int) -> Interval:
    """Limit an interval to the years that Python's ``date`` supports."""
    return max(first, date.min.toordinal()), min(last, date.max.toordinal())


def estimate_run(run: UndatedRun) -> list[Interval] | None:
    """Estimate the dates of consecutive items, or return ``None`` if there is no evidence."""
    bounds = run.bounds()
    if bounds is None:
        return None
    slots = max(50, min(_SLOTS, _CELLS // (len(run.clues) + 2)))
    if bounds[1] - bounds[0] >= slots:
        # A date of long ago makes the period long. So estimate with coarse slots first, then with fine slots
        # near the estimates.
        rough = _estimate_within(run, bounds, min(slots, _COARSE_SLOTS))
        first = min([start for start, _ in rough] + run.anchors) - _MARGIN
        last = max([end for _, end in rough] + run.anchors) + _MARGIN
        bounds = max(bounds[0], first), min(bounds[1], last)
    return _estimate_within(run, bounds, slots)


def estimate_alone(clues: Sequence[DateClue]) -> Interval | None:
    """Estimate the date of a single item from the clear dates in its text.

    Returns:
        An interval that ends some weeks after the latest clear date. A clear date is the day of an event that
        the text reports, with its year. ``None`` if there is no clear date, or if they are far apart.
    """
    ends = [(end, start) for clue in clues if clue.clear for start, end in clue.periods(1, 1)]
    if not ends or max(ends)[0] - min(ends)[0] > _ISOLATED_DAYS:
        return None
    end, start = max(ends)
    return max(start, end - _ISOLATED_DAYS), end + _ISOLATED_DAYS


def log_likelihood(clues: Sequence[Sequence[DateClue]]) -> float | None:
    """Return how well the order of items explains the dates in their texts.

    Args:
        clues: The dates in each item's text, in the order to assess, newest first.

    Returns:
        The natural logarithm of the likelihood, comparable between orders of the same items; ``None`` if
        there is no evidence.
    """
    run = UndatedRun(clues)
    bounds = run.bounds()
    if bounds is None:
        return None
    time = _slots(bounds, _COARSE_SLOTS)
    evidence = (_likelihood(item, time) for item in clues)  # a page may have a quarter of a million items
    return chain_likelihood(evidence, time.count, transition(time.days, run.pace()))


def _slots(bounds: Interval, most: int) -> TimeSlots:
    """Split a period into at most ``most`` equal slots."""
    first, last = bounds
    span = last - first + 1
    days = -(-span // most)
    return TimeSlots(last, days, -(-span // days))


def _estimate_within(run: UndatedRun, bounds: Interval, most: int) -> list[Interval]:
    """Estimate the dates of consecutive items without a date, within the period ``bounds``.

    ``most`` is the maximum number of slots into which the period is divided.
    """
    time = _slots(bounds, most)
    above, below = ([] if day is None else [_day_likelihood(day, time)] for day in (run.above, run.below))
    evidence = [*above, *(_likelihood(item, time) for item in run.clues), *below]
    beliefs = read_chain(evidence, time.count, transition(time.days, run.pace()))
    shortest = (_shortest(belief, _MASS) for belief in beliefs[len(above) : len(above) + len(run.clues)])
    first, last, days = bounds[0], time.newest, time.days
    return [(max(first, last - (old + 1) * days + 1), last - new * days) for new, old in shortest]


def _likelihood(clues: Sequence[DateClue], time: TimeSlots) -> Numbers | None:
    """Return the likelihood of an item's evidence in each slot, or ``None`` if there is no evidence.

    The likelihoods are scaled so that the highest is 1.
    """
    joint: Numbers | None = None
    for clue in clues:
        likelihood = clue.likelihood(time)
        joint = likelihood if joint is None else joint * likelihood
        joint = np.maximum(joint / joint.max(), _NEVER)
    return joint


def _day_likelihood(day: int, time: TimeSlots) -> Numbers:
    """Return the likelihood of each slot for an item with a known day."""
    likelihood = np.zeros(time.count)
    likelihood[(time.newest - day) // time.days] = 1.0
    return likelihood


def _shortest(belief: Numbers, mass: float) -> tuple[int, int]:
    """Return the first and last slot of the shortest interval with a probability of ``mass``."""
    held = np.cumsum(belief)
    ends = np.flatnonzero(held >= mass)
    if not len(ends):  # because of rounding, no interval has the probability
        return 0, len(belief) - 1
    before = np.concatenate((np.zeros(1), held))
    firsts = np.searchsorted(before, held[ends] - mass, "right") - 1
    best = int(np.argmin(ends - firsts))
    return int(firsts[best]), int(ends[best])
