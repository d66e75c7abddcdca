"""A page as a Markov chain over slots of time: each item is a little older than the one above it."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

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


def read_chain(evidence: Sequence[Numbers | None], slots: int, towards_older: Transition) -> list[Numbers]:
    """Weigh every item's evidence together with its neighbours' (forward-backward on a chain).

    Args:
        evidence: For each item from newest to oldest, the likelihood of each slot of time, or None where
            its text says nothing.
        slots: The number of slots; slot 0 is the newest.
        towards_older: The step from an item to the next.

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
        # The way back runs against time: the same steps on the mirrored slots.
        message = step.spread(message[::-1])[::-1]
        message /= message.max()
        joint = beliefs[index] * message
        joint /= joint.sum()
        beliefs[index] = joint
    return beliefs


def chain_likelihood(evidence: Iterable[Numbers | None], slots: int, towards_older: Transition) -> float:
    """Compute how well a chain explains the evidence of its items, holding one item at a time.

    Args:
        evidence: As for :func:`read_chain`.
        slots: The number of slots; slot 0 is the newest.
        towards_older: The step from an item to the next.

    Returns:
        The natural logarithm of the likelihood, comparable over the same items and slots.
    """
    return sum(share for _, share in _forward(evidence, slots, _Step(towards_older, slots)))


def _forward(evidence: Iterable[Numbers | None], slots: int, step: _Step) -> Iterator[tuple[Numbers, float]]:
    """Yield the belief about each item by it and those above it, and its part of the log likelihood."""
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
    """Moves probability by one step along a chain.

    Each part of the step is a sum that fades: what a slot receives is its own share, and what the slot before
    it received, faded once. Doubling gives all of these sums in as many passes as the number of slots has
    bits: each time what was received from twice as many slots. Every number is added to another in an order
    that no processor changes.

    Args:
        towards_older: The distribution of the step.
        slots: The number of slots.
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
        """Give the belief about the next item, of that about the one before."""
        received = np.array((belief, belief, belief[::-1])) * self._weights  # the last part runs back in time
        for reach, decay in self._passes:
            received[:, reach:] += decay * received[:, :-reach]
        spread: Numbers = received[0] + received[1] + received[2, ::-1]
        spread += self._anywhere * belief.sum() / len(belief)
        return spread
