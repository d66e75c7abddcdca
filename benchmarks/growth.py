"""Fit how the time of a query grows with the postings of its words."""

from __future__ import annotations

from statistics import linear_regression
from typing import TYPE_CHECKING, NamedTuple

from indexer.codec.postings import ROWS_FROM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.question import Question

MIN_COUNT = 8  # the minimum number of queries for a line


class Slope(NamedTuple):
    """A least-squares line through the times of a set of queries.

    Attributes:
        label: The description of the queries.
        asked: The number of queries.
        fixed: The intercept: the time of a query without postings, in microseconds.
        posting: The slope: the additional time per posting of the words, in nanoseconds.
    """

    label: str
    asked: int
    fixed: float
    posting: float


def by_postings(
    questions: Sequence[Question], postings: Sequence[int], times: Sequence[float]
) -> list[Slope]:
    """Return the line of each kind of query: its time by the postings of its words."""
    groups: dict[str, list[tuple[int, float]]] = {}
    for question, count, time in zip(questions, postings, times, strict=True):
        groups.setdefault(_label(question, count), []).append((count, time))
    slopes = []
    for label, pairs in groups.items():
        counts, taken = zip(*pairs, strict=True)
        if len(pairs) >= MIN_COUNT and len(set(counts)) > 1:
            rise, start = linear_regression(counts, taken)
            slopes.append(Slope(label, len(pairs), start * 1e3, rise * 1e6))
    return slopes


def _label(question: Question, postings: int) -> str:
    if not question.kind.startswith("one "):
        return question.kind
    return f"one word in {'fewer than' if postings < ROWS_FROM else 'at least'} {ROWS_FROM:,} documents"


def kinds_of(questions: Iterable[Question]) -> list[str]:
    """Return the kinds of the given queries, in order."""
    return list(dict.fromkeys(question.kind for question in questions))
