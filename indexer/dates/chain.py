"""A page as a Markov chain over slots of time: each item is a little older than the one above it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import exp, log

Transition = tuple[tuple[float, float], tuple[float, float], tuple[float, float], float]
"""Weight and decay per slot of usual steps, long pauses and backward steps; the weight of a step anywhere."""

_BRISK_DAYS = 14.0  # from item to item, or fewer: what the steps below were judged on


def transition(slot_days: float, pace: float) -> Transition:
    """Make the distribution of the step from one item to the next older one.

    It mixes exponential distributions: usual steps back in time, long pauses, and steps the wrong way, since
    pages are a little out of order. One step in 2,000 may lead to any day: nothing is impossible.

    Args:
        slot_days: The days that a slot lasts.
        pace: The mean days from one item of the page to the next; a slow page has longer steps.
    """
    slowness = max(1.0, pace / _BRISK_DAYS)

    def fade(share: float, mean_days: float) -> tuple[float, float]:
        decay = exp(-slot_days / mean_days)
        return share * (1 - decay), decay

    return fade(0.58, 6.0 * slowness), fade(0.36, 45.0 * slowness), fade(0.0595, 8.0), 0.0005


def read_chain(
    evidence: Sequence[Sequence[float] | None], slots: int, towards_older: Transition
) -> list[array[float]]:
    """Weigh every item's evidence together with its neighbours' (forward-backward on a chain).

    Args:
        evidence: For each item from newest to oldest, the likelihood of each slot of time, or None where
            its text says nothing.
        slots: The number of slots; slot 0 is the newest.
        towards_older: The step from an item to the next.

    Returns:
        For each item, the probability of every slot.
    """
    forward = [array("d", belief) for belief, _ in _forward(evidence, slots, towards_older)]
    beliefs = forward[-1:]
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
        beliefs.append(array("d", (j / mass for j in joint)))
    return beliefs[::-1]


def chain_likelihood(
    evidence: Iterable[Sequence[float] | None], slots: int, towards_older: Transition
) -> float:
    """Compute how well a chain explains the evidence of its items, holding one item at a time.

    Args:
        evidence: As for :func:`read_chain`.
        slots: The number of slots; slot 0 is the newest.
        towards_older: The step from an item to the next.

    Returns:
        The natural logarithm of the likelihood, comparable over the same items and slots.
    """
    return sum(share for _, share in _forward(evidence, slots, towards_older))


def _forward(
    evidence: Iterable[Sequence[float] | None], slots: int, towards_older: Transition
) -> Iterator[tuple[list[float], float]]:
    """Yield the belief about each item by it and those above it, and its part of the log likelihood."""
    belief = [1.0 / slots] * slots
    for index, likelihood in enumerate(evidence):
        if index:
            belief = _spread(belief, towards_older)
        if likelihood is not None:
            belief = [b * value for b, value in zip(belief, likelihood, strict=True)]
        mass = sum(belief)
        belief = [b / mass for b in belief]
        yield belief, log(mass)


def _spread(belief: list[float], towards_older: Transition) -> list[float]:
    """Move probability by one step along the chain."""
    (usual, usual_decay), (far, far_decay), (back, back_decay), anywhere = towards_older
    floor = anywhere * sum(belief) / len(belief)
    near = accumulate(belief, lambda held, new: held * usual_decay + new)
    wide = accumulate(belief, lambda held, new: held * far_decay + new)
    newer = list(accumulate(reversed(belief), lambda held, new: held * back_decay + new))
    newer.reverse()
    return [usual * a + far * b + back * c + floor for a, b, c in zip(near, wide, newer, strict=True)]
