"""Run questions on two peers alternately, a round at a time, in one process on one core."""

from __future__ import annotations

import gc
import os
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.peers import Open
    from benchmarks.question import Question

ROUNDS = 5


class Spread(NamedTuple):
    """Times of some questions in milliseconds: the median and the 95th percentile over the questions."""

    median: float
    p95: float

    @classmethod
    def of(cls, times: Sequence[float]) -> Spread:
        """Return the spread of some times."""
        return cls(quantile(times, 0.5), quantile(times, 0.95))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile of some values at a share, interpolated linearly."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def pin() -> int | None:
    """Pin this process and its children to one core; return it, None if the system does not support that."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def alternate(ours: Open, theirs: Open, questions: Sequence[Question]) -> tuple[list[float], list[float]]:
    """Run all questions on two indexes alternately, ``ROUNDS`` times; the first answers are not timed.

    A round of questions is run on one index, then on the other: a search engine in use does not alternate
    with another one after every question, and the processor's caches then belong to the index in use.

    Returns:
        The best time of each question on each index, in milliseconds: the cost without disturbances.
    """
    indexes = ours, theirs
    best = [[float("inf")] * len(questions) for _ in indexes]
    for question in questions:
        for index in indexes:
            index.ask(question)
    gc.collect()
    for _ in range(ROUNDS):
        for side, index in enumerate(indexes):
            for at, question in enumerate(questions):
                started = perf_counter()
                index.ask(question)
                best[side][at] = min(best[side][at], (perf_counter() - started) * 1000)
    return best[0], best[1]
