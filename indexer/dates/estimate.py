"""Estimated dates: for items without a date line, an interval from their texts and their neighbours."""

from __future__ import annotations

from array import array
from datetime import date
from typing import TYPE_CHECKING

from indexer.dates.chain import explain, read_chain, steps_at_pace
from indexer.dates.run import MARGIN, Interval, Run
from indexer.dates.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.dates.evidence import Clue

_MASS = 0.9  # of the probability lies in the interval that is given
_SLOTS = 700  # of time at most; a longer stretch gets slots of several days
_COARSE_SLOTS = 200  # are enough for a first look
_CELLS = 1_500_000  # items times slots, which bounds time and memory on very long pages
_NEVER = 1e-12  # the least likelihood beside the best: many dates in a text must not make a day impossible
_STANDS_ALONE_DAYS = 35  # from an event to its report, where there is no order to narrow it


def estimate_run(run: Run) -> list[Interval] | None:
    """Estimate a run of undated items from their texts, their order and the dated items around them.

    Args:
        run: The items.

    Returns:
        An interval for each item, or None where neither a dated item nor a text gives any hold.
    """
    bounds = run.bounds()
    if bounds is None:
        return None
    slots = max(50, min(_SLOTS, _CELLS // (len(run.clues) + 2)))
    if bounds[1] - bounds[0] >= slots:
        # A text may name a date of long ago: look over all of time in coarse slots, then where the items are.
        rough = _read(run, bounds, min(slots, _COARSE_SLOTS))
        first = min([start for start, _ in rough] + run.anchors) - MARGIN
        last = max([end for _, end in rough] + run.anchors) + MARGIN
        bounds = max(bounds[0], first), min(bounds[1], last)
    return _read(run, bounds, slots)


def log_likelihood(clues: Sequence[Sequence[Clue]]) -> float | None:
    """Say how well an order of items explains their texts.

    Args:
        clues: What each item's text says, in the order to be judged, the newest first.

    Returns:
        The natural logarithm of the likelihood, comparable over orders of the same items; None without hold.
    """
    run = Run(clues)
    bounds = run.bounds()
    if bounds is None:
        return None
    time = _slots(bounds, _COARSE_SLOTS)
    evidence = (_weigh(item, time) for item in clues)  # a page may have a quarter of a million items
    return explain(evidence, time.count, time.days, steps_at_pace(run.pace()))


def _slots(bounds: Interval, most: int) -> Slots:
    """Cut ``bounds`` into at most ``most`` slots of time."""
    first, last = bounds
    span = last - first + 1
    slot_days = -(-span // most)
    return Slots(last, slot_days, -(-span // slot_days))


def _read(run: Run, bounds: Interval, most: int) -> list[Interval]:
    """Read a run as a chain over ``bounds`` in at most ``most`` slots of time."""
    first, last = bounds
    time = _slots(bounds, most)
    slot_days = time.days
    evidence = [_packed(_weigh(item, time)) for item in run.clues]
    offset = 0
    if run.above is not None:
        evidence.insert(0, _packed(_spike((last - run.above) // slot_days, time.count)))
        offset = 1
    if run.below is not None:
        evidence.append(_packed(_spike((last - run.below) // slot_days, time.count)))
    beliefs = read_chain(evidence, time.count, slot_days, steps_at_pace(run.pace()))
    intervals = []
    for belief in beliefs.days[offset : offset + len(run.clues)]:
        newest, oldest = _shortest(belief, _MASS)
        intervals.append((max(first, last - (oldest + 1) * slot_days + 1), last - newest * slot_days))
    return intervals


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


def _weigh(clues: Sequence[Clue], time: Slots) -> list[float] | None:
    """Return the joint likelihood of an item's clues in each slot, or None without clues."""
    joint: list[float] | None = None
    for clue in clues:
        likelihood = clue.likelihood(time)
        joint = likelihood if joint is None else [a * b for a, b in zip(joint, likelihood, strict=True)]
        top = max(joint)
        joint = [max(value / top, _NEVER) for value in joint]
    return joint


def _packed(likelihood: list[float] | None) -> array[float] | None:
    """Return a likelihood in a quarter of the room, since those of a whole page are held at once."""
    return None if likelihood is None else array("d", likelihood)


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
