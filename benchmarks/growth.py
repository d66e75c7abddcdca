"""How the cost of a question grows: against what matches, and against the documents of the index."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.question import Question

BOUNDS = (0, 100, 1_000, 10_000, 100_000, 1_000_000)


class Step(NamedTuple):
    """Questions with a number of matches between two bounds: the median of their matches and times (ms)."""

    label: str
    asked: int
    matches: float
    median: float


def by_matches(totals: Sequence[int], times: Sequence[float]) -> list[Step]:
    """Return the times of questions by how many documents match."""
    steps = []
    for low, high in pairwise(BOUNDS):
        inside = [(total, time) for total, time in zip(totals, times, strict=True) if low < total <= high]
        if inside:
            matches, taken = zip(*inside, strict=True)
            steps.append(Step(f"{low + 1:,} to {high:,}", len(inside), median(matches), median(taken)))
    return steps


def kinds_of(questions: Iterable[Question]) -> list[str]:
    """Return the kinds of some questions, in order."""
    return list(dict.fromkeys(question.kind for question in questions))
