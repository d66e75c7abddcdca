"""Estimated dates: for items without a date line, an interval from their texts and their neighbours."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indexer.dates.chain import read_chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.evidence import Clue

Interval = tuple[int, int]
"""A first and a last day, both included, as proleptic ordinals (``date.toordinal``)."""

_MASS = 0.9  # of the probability lies in the interval that is given
_SLOTS = 700  # of time at most; a longer stretch gets slots of several days
_CELLS = 1_500_000  # items times slots, which bounds time and memory on very long pages
_MARGIN = 45  # days beyond the anchors, since pages are a little out of order
_AFTER_LAST_NEWS = 120  # days above the newest date that a text names, where no anchor bounds it
_BEFORE_LAST_NEWS = 120  # days below the oldest one
_OPEN_DAYS = 150  # days beyond a single anchor where no text names a date
_STANDS_ALONE_DAYS = 35  # from an event to its report, where there is no order to narrow it


def estimate_run(
    clues: Sequence[Sequence[Clue]], above: int | None, below: int | None
) -> list[Interval] | None:
    """Estimate a run of undated items that stand between two dated ones.

    Args:
        clues: What each item's text says, from the newest item to the oldest.
        above: The day of the dated item above (newer), or None at the top of the page.
        below: The day of the dated item below (older), or None at its end.

    Returns:
        An interval for each item, or None where neither an anchor nor a text gives any hold.
    """
    read = read_run(clues, above, below)
    return read[0] if read else None


def read_run(
    clues: Sequence[Sequence[Clue]], above: int | None, below: int | None
) -> tuple[list[Interval], float] | None:
    """Estimate a run as ``estimate_run`` does, and say how well the order explains the texts.

    Returns:
        The intervals and the log likelihood of the chain, or None.
    """
    bounds = _bounds(clues, above, below)
    if bounds is None:
        return None
    first, last = bounds
    span = last - first + 1
    most = max(50, min(_SLOTS, _CELLS // (len(clues) + 2)))
    slot_days = -(-span // most)
    slots = -(-span // slot_days)
    # Slot 0 is the newest; a slot stands for the day in its middle.
    middles = [last - slot * slot_days - slot_days // 2 for slot in range(slots)]
    evidence: list[list[float] | None] = [_weigh(item, middles) for item in clues]
    offset = 0
    if above is not None:
        evidence.insert(0, _spike((last - above) // slot_days, slots))
        offset = 1
    if below is not None:
        evidence.append(_spike((last - below) // slot_days, slots))
    beliefs = read_chain(evidence, slots, slot_days)
    intervals = []
    for belief in beliefs.days[offset : offset + len(clues)]:
        newest, oldest = _shortest(belief, _MASS)
        intervals.append((max(first, last - (oldest + 1) * slot_days + 1), last - newest * slot_days))
    return intervals, beliefs.log_likelihood


def estimate_alone(clues: Sequence[Clue]) -> Interval | None:
    """Estimate an item of a source without order from the clear dates of its own text.

    Returns:
        The days from the event to some weeks after it, or None where no full date is told as news or the
        text tells of several far apart.
    """
    ends = [(end, start) for clue in clues if clue.clear for start, end in clue.periods(1, 1)]
    if not ends or max(ends)[0] - min(ends)[0] > _STANDS_ALONE_DAYS:
        return None
    end, start = max(ends)
    return max(start, end - _STANDS_ALONE_DAYS), end + _STANDS_ALONE_DAYS


def as_dates(interval: Interval) -> tuple[date, date]:
    """Return an interval's days as dates."""
    return date.fromordinal(interval[0]), date.fromordinal(interval[1])


def _bounds(clues: Sequence[Sequence[Clue]], above: int | None, below: int | None) -> Interval | None:
    """Return the first and last day that the run's items may have."""
    if above is not None and below is not None:
        return min(above, below) - _MARGIN, max(above, below) + _MARGIN
    named = [
        period
        for item in clues
        for clue in item
        if clue.days.year is not None and clue.shape.late_days < 1000
        for period in clue.periods(1, 1)
    ]
    if above is not None:
        oldest = min((start for start, _ in named if start <= above), default=above - _OPEN_DAYS)
        return oldest - _BEFORE_LAST_NEWS, above + _MARGIN
    if below is not None:
        newest = max((end for _, end in named if end >= below), default=below + _OPEN_DAYS)
        return below - _MARGIN, newest + _AFTER_LAST_NEWS
    if not named:
        return None
    return min(start for start, _ in named) - _BEFORE_LAST_NEWS, max(
        end for _, end in named
    ) + _AFTER_LAST_NEWS


def _weigh(clues: Sequence[Clue], days: Sequence[int]) -> list[float] | None:
    """Return the joint likelihood of an item's clues on each of ``days``, or None without clues."""
    joint: list[float] | None = None
    for clue in clues:
        likelihood = clue.likelihood(days)
        joint = likelihood if joint is None else [a * b for a, b in zip(joint, likelihood, strict=True)]
        top = max(joint)
        joint = [value / top for value in joint]
    return joint


def _spike(slot: int, slots: int) -> list[float]:
    return [1.0 if index == slot else 0.0 for index in range(slots)]


def _shortest(belief: Sequence[float], mass: float) -> tuple[int, int]:
    """Return the first and last slot of the shortest stretch that holds ``mass`` of the probability."""
    best = (0, len(belief) - 1)
    first, held = 0, 0.0
    for last, value in enumerate(belief):
        held += value
        while held - belief[first] >= mass and first < last:
            held -= belief[first]
            first += 1
        if held >= mass and last - first < best[1] - best[0]:
            best = (first, last)
    return best
