"""Short words as numbers, so that numpy looks them up by the thousand.

A word of up to 15 bytes, which nearly all are, is two machine words, its length among them: so nothing is
ever taken for something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

LONGEST_KEY = 15
"""Bytes of the longest word that has a key."""

PADDING = b" " * 24
"""What has to follow the last word, so that its key can be read."""

_LENGTH_SHIFT = np.uint64(56)
# What a word has of the two machine words that begin where it begins, by its length.
_LOW = np.array([(1 << 8 * min(size, 8)) - 1 for size in range(LONGEST_KEY + 1)], dtype=np.uint64)
_HIGH = np.array([(1 << 8 * max(size - 8, 0)) - 1 for size in range(LONGEST_KEY + 1)], dtype=np.uint64)


def word_keys(data: Numbers, starts: Numbers, sizes: Numbers) -> tuple[Numbers, Numbers]:
    """Compute the keys of words, each as two uint64.

    Args:
        data: Bytes, with ``PADDING`` at the end.
        starts: Where each word begins.
        sizes: How many bytes each has; beyond ``LONGEST_KEY`` words share their keys.
    """
    words = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data.data, strides=(1,))
    sizes = np.minimum(sizes, LONGEST_KEY)
    low = words[starts]
    low &= _LOW[sizes]
    high = words[starts + 8]
    high &= _HIGH[sizes]
    high |= sizes.astype(np.uint64) << _LENGTH_SHIFT
    return low, high
