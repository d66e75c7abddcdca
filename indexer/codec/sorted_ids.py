"""The ids of a segment in their order, in which one is found by halving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SHARED_STEPS: Final = 10


class SortedIds:
    """Finds ids; what the first ten steps compare, which all searches share, is kept: 1,023 ids at most.

    Args:
        docs: The documents, by their ids.
    """

    def __init__(self, docs: memoryview[int]) -> None:
        self.docs = docs
        self._kept: dict[int, bytes] = {}  # by place

    def place(self, key: bytes, head: Callable[[int], bytes]) -> int:
        """Find the place of the first id that is not less than ``key``; their number where none is.

        Args:
            key: An id, or the beginning of one, UTF-8: sorted as characters are.
            head: Reads a document's id, and what may stand behind a zero byte.
        """
        low, high = 0, len(self.docs)
        shared = high >> _SHARED_STEPS
        while low < high:
            middle = (low + high) // 2
            found = self._kept.get(middle)
            if found is None:
                found = head(self.docs[middle])
                if high - low > shared:
                    self._kept[middle] = found
            if found < key:
                low = middle + 1
            else:
                high = middle
        return low
