"""Run queries on two peers alternately, a round at a time, in one process on one core."""

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
    """The median and the 95th percentile of query times, in milliseconds."""

    median: float
    p95: float

    @classmethod
    def of(cls, times: Sequence[float]) -> Spread:
        """Return the spread of the given times."""
        return cls(quantile(times, 0.5), quantile(times, 0.95))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile of values at a share, by linear interpolation."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def pin() -> int | None:
    """Pin this process and its children to one core, and return the core.

    The result is ``None`` if the system does not support this.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def alternate(ours: Open, theirs: Open, questions: Sequence[Question]) -> tuple[list[float], list[float]]:
    """Run all queries on two indexes alternately, ``ROUNDS`` times; the first run is not timed.

    A round of queries is run on one index, then on the other, so that the processor's caches belong to the
    index in use, as in practice.

    Returns:
        The best time of each query in milliseconds, for each index. The best time is the least disturbed.
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
