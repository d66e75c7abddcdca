"""Is one ranking better than the other, or did it only meet easier topics?

The paired randomisation test: Smucker, Allan and Carterette, "A comparison of statistical significance tests
for information retrieval evaluation", CIKM 2007.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import Final

SAMPLES: Final = 10_000
_ALL: Final = 12  # up to so many topics that differ, every assignment of signs is tried


def randomisation_test(differences: Sequence[float], seed: int = 7) -> float:
    """Compute how likely chance alone makes a mean difference at least as far from zero, either way.

    Args:
        differences: One for each topic.
        seed: Of the random signs, so that the answer is the same each time.

    Returns:
        The p-value, between 0 and 1; 1.0 where nothing differs.
    """
    changed = [difference for difference in differences if difference]
    if not changed:
        return 1.0
    seen = abs(sum(changed)) - 1e-12
    if len(changed) <= _ALL:
        signs = list(product((1, -1), repeat=len(changed)))
        extreme = sum(abs(sum(s * d for s, d in zip(row, changed, strict=True))) >= seen for row in signs)
        return extreme / len(signs)
    random = Random(seed)  # noqa: S311 - statistics, no secret
    extreme = sum(
        abs(sum(d if random.random() < 0.5 else -d for d in changed)) >= seen for _ in range(SAMPLES)
    )
    return (extreme + 1) / (SAMPLES + 1)
