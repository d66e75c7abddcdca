"""The words that texts have for each term, of all the tokens of a build."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.distinct import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.bulk.vocabulary import MergedVocabulary

    Numbers = NDArray[Any]


class Forms:
    """The words behind each term, by the ranks of both.

    Args:
        tokens: For each epoch the rank of each token's term, and that of its word.
        words: The words.
    """

    def __init__(self, tokens: Sequence[tuple[Numbers, Numbers]], words: MergedVocabulary) -> None:
        keys = [term.astype(np.uint64) << np.uint64(32) | word for term, word in tokens]
        pairs = distinct(np.concatenate(keys)) if keys else np.zeros(0, np.uint64)
        self._terms = (pairs >> np.uint64(32)).astype(np.uint32)
        self._words = pairs.astype(np.uint32)
        with words.open() as lines:
            self._names = lines.read()
        ends = np.flatnonzero(np.frombuffer(self._names, np.uint8) == ord("\n"))
        self._begins = np.concatenate(([0], ends + 1))

    def of_terms(self, first: int, last: int) -> list[bytes]:
        """Give the words of each term of a range of ranks, ascending, with spaces between."""
        at = self._terms.searchsorted(np.arange(first, last + 1, dtype=np.uint32))
        words = self._words[at[0] : at[-1]]
        begins, ends = self._begins.take(words).tolist(), (self._begins.take(words + 1) - 1).tolist()
        names = [self._names[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return [b" ".join(names[low:high]) for low, high in pairwise((at - at[0]).tolist())]
