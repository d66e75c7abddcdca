"""How the scores of terms and phrases add up where some stand beside others, columns of documents at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.alternatives import WeighedBeside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from searcher.execution.alternatives import Weighed, WeighedWord


def total(parts: Weighed, leaf: Callable[[WeighedWord], npt.NDArray[Any]], size: int) -> npt.NDArray[Any]:
    """Return the scores of some documents.

    Args:
        parts: The query.
        leaf: Gives the scores of a term or a phrase, 0 where it does not stand; they are left as they are.
        size: How many documents.
    """
    if not parts:
        return np.zeros(size)
    columns = [_beside(part, leaf, size) if isinstance(part, WeighedBeside) else leaf(part) for part in parts]
    scores = columns[0]
    for column in columns[1:]:
        scores = scores + column
    return scores


def _beside(
    part: WeighedBeside, leaf: Callable[[WeighedWord], npt.NDArray[Any]], size: int
) -> npt.NDArray[Any]:
    added = _highest([leaf(word) for word in part.added], part.others)
    return _highest([total(part.typed, leaf, size), added], part.others) if part.typed else added


def _highest(columns: Sequence[npt.NDArray[Any]], others: float) -> npt.NDArray[Any]:
    """Return for each document its highest score, and some of all others."""
    best = sums = columns[0]
    for column in columns[1:]:
        best = np.maximum(best, column)
        sums = sums + column
    if sums is best:
        return best
    sums -= best
    sums *= others
    sums += best
    return sums
