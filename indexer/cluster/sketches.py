"""The sketches of documents on their way to a cluster and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


def sent_keys(keys: NDArray[Any]) -> list[int]:
    """Give the keys of a document as a cluster gets them: numbers of 32 bits with a sign, none that is 0."""
    found: list[int] = keys[keys != 0].view(np.int32).tolist()
    return found


def read_keys(sent: Iterable[int]) -> NDArray[Any]:
    """Give keys as they were before they were sent."""
    return np.array([*sent], np.int32).view(np.uint32)
