"""Estimated dates: for items without a date line, an interval from their texts and their neighbours."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indexer.dates.chain import read_chain
from indexer.dates.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.evidence import Clue

Interval = tuple[int, int]
"""A first and a last day, both included, as proleptic ordinals (``date.toordinal``)."""

_MASS = 0.9  # of the probability lies in the interval that is given
_SLOTS = 700  # of time at most; a longer stretch gets slots of several days
_COARSE_SLOTS = 200  # are enough for a first look
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
    bounds = _bounds(clues, above, below)
    if bounds is None:
        return None
    slots = max(50, min(_SLOTS, _CELLS // (len(clues) + 2)))
    if bounds[1] - bounds[0] >= slots:
        # A text may name a date of long ago: look over all of time in coarse slots, then where the items are.
        rough, _ = _read(clues, bounds, above, below, min(slots, _COARSE_SLOTS))
        known = [day for day in (above, below) if day is not None]
        first = min([start for start, _ in rough] + known) - _MARGIN
        last = max([end for _, end in rough] + known) + _MARGIN
        bounds = max(bounds[0], first), min(bounds[1], last)
    return _read(clues, bounds, above, below, slots)[0]


def log_likelihood(clues: Sequence[Sequence[Clue]]) -> float | None:
    """Say how well an order of items explains their texts.

    Args:
        clues: What each item's text says, in the order to be judged, the newest first.

    Returns:
        The natural logarithm of the likelihood, comparable over orders of the same items; None without hold.
    """
    bounds = _bounds(clues, None, None)
    return _read(clues, bounds, None, None, _COARSE_SLOTS)[1] if bounds else None


def _read(
    clues: Sequence[Sequence[Clue]], bounds: Interval, above: int | None, below: int | None, most: int
) -> tuple[list[Interval], float]:
    """Read a run as a chain over ``bounds`` in at most ``most`` slots of time."""
    first, last = bounds
    span = last - first + 1
    slot_days = -(-span // most)
    time = Slots(last, slot_days, -(-span // slot_days))
    evidence = [_weigh(item, time) for item in clues]
    offset = 0
    if above is not None:
        evidence.insert(0, _spike((last - above) // slot_days, time.count))
        offset = 1
    if below is not None:
        evidence.append(_spike((last - below) // slot_days, time.count))
    beliefs = read_chain(evidence, time.count, slot_days)
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
        return _clamp(min(above, below) - _MARGIN, max(above, below) + _MARGIN)
    named = [
        period
        for item in clues
        for clue in item
        if clue.days.year is not None and clue.shape.late_days < 1000
        for period in clue.periods(1, 1)
    ]
    if above is not None:
        oldest = min((start for start, _ in named if start <= above), default=above - _OPEN_DAYS)
        return _clamp(oldest - _BEFORE_LAST_NEWS, above + _MARGIN)
    if below is not None:
        newest = max((end for _, end in named if end >= below), default=below + _OPEN_DAYS)
        return _clamp(below - _MARGIN, newest + _AFTER_LAST_NEWS)
    if not named:
        return None
    oldest, newest = min(start for start, _ in named), max(end for _, end in named)
    return _clamp(oldest - _BEFORE_LAST_NEWS, newest + _AFTER_LAST_NEWS)


def _clamp(first: int, last: int) -> Interval:
    """Keep an interval within the years that a calendar can count."""
    return max(first, date(3, 1, 1).toordinal()), min(last, date(9998, 12, 31).toordinal())


def _weigh(clues: Sequence[Clue], time: Slots) -> list[float] | None:
    """Return the joint likelihood of an item's clues in each slot, or None without clues."""
    joint: list[float] | None = None
    for clue in clues:
        likelihood = clue.likelihood(time)
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
