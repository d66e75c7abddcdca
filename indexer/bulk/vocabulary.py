"""Numbers for words: every distinct term gets the next number, and can be told its rank in the alphabet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Vocabulary(dict[str, int]):
    """Distinct terms, numbered in the order in which they were first seen.

    Strings sort by code point, which is also the order of their UTF-8 bytes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._alphabetical: list[int] = []

    def number(self, name: str) -> int:
        """Return the number of a term; a new one gets the next."""
        return self.setdefault(name, len(self))

    def names(self) -> list[str]:
        """Return the terms by number."""
        return list(self)

    def alphabetical(self) -> NDArray[np.uint32]:
        """Return the numbers of all terms in alphabetical order of the terms."""
        known = len(self._alphabetical)
        if known < len(self):
            # The sort finds the part already in order and only merges the new terms into it.
            self._alphabetical.extend(range(known, len(self)))
            self._alphabetical.sort(key=self.names().__getitem__)
        return np.array(self._alphabetical, dtype=np.uint32)

    def ranks(self) -> NDArray[np.uint32]:
        """Return the alphabetical rank of each term, by its number."""
        order = self.alphabetical()
        ranks = np.empty(len(order), dtype=np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        return ranks
