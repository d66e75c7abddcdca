"""What was measured of the commit before, of itself once more, and of the checkout; and what it says."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.report import milliseconds, table

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDES = ("before", "again", "after")
"""The columns of a measurement: the commit before, the same once more, the checkout."""


class Comparison(NamedTuple):
    """One thing measured in rounds, all sides in each.

    Attributes:
        what: What was measured.
        before, again, after: A figure of each round.
        unit: Of the figures.
    """

    what: str
    before: Sequence[float]
    again: Sequence[float]
    after: Sequence[float]
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """The checkout against the commit before: the median of the rounds' ratios; more than 1 is slower."""
        return median(after / before for after, before in zip(self.after, self.before, strict=True))

    @property
    def spread(self) -> float:
        """How far from 1 the middle half of the rounds of the commit with itself lies."""
        ratios = [again / before for again, before in zip(self.again, self.before, strict=True)]
        low, _, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
        return max(abs(low - 1), abs(high - 1))

    @property
    def verdict(self) -> str:
        """``equal`` within the spread, else ``slower`` or ``faster``."""
        if abs(self.ratio - 1) <= self.spread:
            return "equal"
        return "slower" if self.ratio > 1 else "faster"


def report(comparisons: Sequence[Comparison]) -> str:
    """Return the table of some comparisons."""
    rows = [
        [
            one.what,
            f"{milliseconds(median(one.before))} {one.unit}",
            f"{milliseconds(median(one.after))} {one.unit}",
            f"{one.ratio:.3f}",
            f"{one.spread:.3f}",
            one.verdict,
        ]
        for one in comparisons
    ]
    return table(["", "before, median", "after, median", "after / before", "spread", ""], rows)
