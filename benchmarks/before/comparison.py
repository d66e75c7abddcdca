"""Compare paired measurements of a commit and the checkout, with the confidence interval of the ratio."""

from __future__ import annotations

import random
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.report import milliseconds, table
from benchmarks.timing import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

Pair = tuple[float, float]  # a value of the earlier commit, and one of the checkout
SAMPLES = 1_000  # samples of the bootstrap


class Comparison(NamedTuple):
    """A paired measurement.

    Attributes:
        name: The name of the measurement.
        sessions: The pairs of each session. Two processes of one version may differ by a percent or two in
            all measurements, so the pairs of a session are not independent.
    """

    name: str
    sessions: Sequence[Sequence[Pair]]

    @property
    def pairs(self) -> list[Pair]:
        """All pairs."""
        return list(chain.from_iterable(self.sessions))

    @property
    def ratio(self) -> float:
        """The median ratio of the checkout to the earlier commit over all pairs; above 1 is slower."""
        return median(after / before for before, after in self.pairs)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the ratio, by a bootstrap over sessions; ``None`` for a single session."""
        if len(self.sessions) < 2:
            return None
        ratios = [[after / before for before, after in pairs] for pairs in self.sessions]
        chance = random.Random(len(ratios))
        medians = [median(chain.from_iterable(chance.choices(ratios, k=len(ratios)))) for _ in range(SAMPLES)]
        return quantile(medians, 0.025), quantile(medians, 0.975)


def report(comparisons: Sequence[Comparison], documents: int = 0) -> str:
    """Return the table of the given comparisons.

    Args:
        comparisons: The measurements.
        documents: If the values are seconds of builds, the number of documents per build, to show documents
            per second.
    """

    def shown(figure: float) -> str:
        return f"{documents / figure:,.0f}/s" if documents else f"{milliseconds(figure)} ms"

    rows = []
    for one in comparisons:
        before, after = zip(*one.pairs, strict=True)
        interval = "{:.3f} to {:.3f}".format(*one.interval) if one.interval else ""
        figures = shown(median(before)), shown(median(after)), f"{one.ratio:.3f}"
        rows.append([one.name, f"{len(before):,}", *figures, interval])
    header = ["", "pairs", "before, median", "after, median", "after / before", "95 % interval"]
    return table(header, rows)
