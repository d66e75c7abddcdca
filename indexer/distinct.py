"""Sorted numbers, each once, without ``numpy.unique``, which loads a module of numpy first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sort numbers, ``[number]``, and keep each once."""
    values = np.sort(values)
    once = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=once[1:])
    return values[once]
