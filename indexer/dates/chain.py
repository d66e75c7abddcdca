"""A page as a chain of days: each item a little older than the one above it, with what its text says."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


# Weight and decay a slot of the usual, the long and the backward steps; the share of jumps.
_Kernel = tuple[tuple[float, float], tuple[float, float], tuple[float, float], float]


_BRISK_DAYS = 14.0  # from item to item, or fewer: what the steps below were judged on


@dataclass(frozen=True, slots=True)
class Steps:
    """How far one item lies below the next newer one.

    Attributes:
        usual, usual_days: The share of usual steps back in time, and their mean in days.
        long, long_days: The share of long pauses, and their mean in days.
        back, back_days: The share of steps the wrong way, since pages are a little out of order.
        anywhere: The share of steps that may lead to any day: nothing is impossible.
    """

    usual: float = 0.58
    usual_days: float = 6.0
    long: float = 0.36
    long_days: float = 45.0
    back: float = 0.0595
    back_days: float = 8.0
    anywhere: float = 0.0005


def steps_at_pace(days: float) -> Steps:
    """Return the steps of a page with an item every so many days: a slow page has longer ones."""
    slowness = max(1.0, days / _BRISK_DAYS)
    return Steps(usual_days=6.0 * slowness, long_days=45.0 * slowness)


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is known of every item after the whole chain was read.

    Attributes:
        days: For each item, the probability of each slot of time (slot 0 is the newest).
        log_likelihood: How well the chain explains the texts; comparable over the same items and slots.
    """

    days: list[array[float]]
    log_likelihood: float


def read_chain(
    evidence: Sequence[Sequence[float] | None], slots: int, slot_days: float, steps: Steps
) -> Beliefs:
    """Weigh every item's evidence together with its neighbours' (forward-backward on a chain).

    Args:
        evidence: For each item from newest to oldest, the likelihood of each slot of time, or None where
            its text says nothing.
        slots: The number of slots; slot 0 is the newest.
        slot_days: The days that a slot lasts.
        steps: How far items lie apart.

    Returns:
        The probability of every slot for every item.
    """
    towards_older = _kernel(steps, slot_days)
    forward: list[array[float]] = []
    total = 0.0
    for belief, share in _walk(evidence, slots, towards_older):
        forward.append(array("d", belief))
        total += share
    days = forward[-1:]
    message = [1.0] * slots
    for index in range(len(evidence) - 2, -1, -1):
        likelihood = evidence[index + 1]
        if likelihood is not None:
            message = [m * value for m, value in zip(message, likelihood, strict=True)]
        # The way back runs against time: the same steps on the mirrored slots.
        message = _spread(message[::-1], towards_older)[::-1]
        top = max(message)
        message = [m / top for m in message]
        joint = [f * m for f, m in zip(forward[index], message, strict=True)]
        mass = sum(joint)
        days.append(array("d", (j / mass for j in joint)))
    return Beliefs(days[::-1], total)


def explain(evidence: Iterable[Sequence[float] | None], slots: int, slot_days: float, steps: Steps) -> float:
    """Return the log likelihood that :func:`read_chain` gives, holding one item at a time.

    Args:
        evidence: As there; may be worked out as it is walked.
        slots: The number of slots; slot 0 is the newest.
        slot_days: The days that a slot lasts.
        steps: How far items lie apart.
    """
    total = 0.0
    for _, share in _walk(evidence, slots, _kernel(steps, slot_days)):
        total += share
    return total


def _walk(
    evidence: Iterable[Sequence[float] | None], slots: int, towards_older: _Kernel
) -> Iterator[tuple[list[float], float]]:
    """Yield what is believed of each item by it and those above it, and its share of the log likelihood."""
    belief = [1.0 / slots] * slots
    for index, likelihood in enumerate(evidence):
        if index:
            belief = _spread(belief, towards_older)
        if likelihood is not None:
            belief = [b * value for b, value in zip(belief, likelihood, strict=True)]
        mass = sum(belief)
        belief = [b / mass for b in belief]
        yield belief, log(mass)


def _kernel(steps: Steps, slot_days: float) -> _Kernel:

    def fade(share: float, mean: float) -> tuple[float, float]:
        decay = exp(-slot_days / mean)
        return share * (1 - decay), decay

    return (
        fade(steps.usual, steps.usual_days),
        fade(steps.long, steps.long_days),
        fade(steps.back, steps.back_days),
        steps.anywhere,
    )


def _spread(
    belief: list[float],
    kernel: _Kernel,
) -> list[float]:
    """Move probability by one step along the chain."""
    (usual, usual_decay), (far, far_decay), (back, back_decay), anywhere = kernel
    floor = anywhere * sum(belief) / len(belief)
    near = accumulate(belief, lambda held, new: held * usual_decay + new)
    wide = accumulate(belief, lambda held, new: held * far_decay + new)
    newer = list(accumulate(reversed(belief), lambda held, new: held * back_decay + new))
    newer.reverse()
    return [usual * a + far * b + back * c + floor for a, b, c in zip(near, wide, newer, strict=True)]
