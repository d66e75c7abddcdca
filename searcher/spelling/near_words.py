"""Words of the index that are few edits away from one, all of a length compared at once.

The distance is that of Levenshtein, or of optimal string alignment where a swap of neighbours is one edit, by
the bits of one number a word (Myers, JACM 46, 1999; Hyyrö, Nordic J. Computing 10, 2003): a column of the
table of distances takes a dozen operations, here on arrays that hold a number for each word of the index.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from indexer.checkpoint import checked, checkpoint
from indexer.schema import WORDS

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.engine import Vocabulary


class NearWords:
    """The words of an index by their beginnings; made for one request, it reads each beginning once.

    Args:
        vocabulary: The terms of the index.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words: dict[str, list[str]] = {}
        self._sized: dict[str, dict[int, list[str]]] = {}
        self._letters: dict[tuple[str, int], npt.NDArray[Any]] = {}

    def beginning(self, start: str) -> list[str]:
        """List the words that begin so, ascending; nobody may change the list."""
        found = self._words.get(start)
        if found is None:
            found = self._words[start] = list(self._vocabulary.terms(WORDS, start))
        return found

    def first(self, start: str, most: int) -> list[str]:
        """List the first words that begin so, no more than that many; no others are read."""
        found = self._words.get(start)
        return list(islice(self._vocabulary.terms(WORDS, start), most)) if found is None else found[:most]

    def within(self, start: str, typed: str, edits: int, *, swaps: bool) -> dict[str, int]:
        """Count the edits between a typed word and each word with a beginning that is near enough.

        Args:
            start: The beginning.
            typed: The word, of at most 64 letters.
            edits: The most edits.
            swaps: Whether a swap of two neighbours is one edit, not two.
        """
        found: dict[str, int] = {}
        by_length = self._by_length(start)
        for length in range(max(len(typed) - edits, 1), len(typed) + edits + 1):
            words = by_length.get(length)
            checkpoint()
            if words:
                apart = _distances(self._columns(start, length, words), typed, swaps=swaps)
                near = (apart <= edits).nonzero()[0]
                found.update(zip([words[at] for at in near.tolist()], apart[near].tolist(), strict=True))
        return found

    def _by_length(self, start: str) -> dict[int, list[str]]:
        found = self._sized.get(start)
        if found is None:
            found = {}
            for word in checked(self.beginning(start)):
                found.setdefault(len(word), []).append(word)
            self._sized[start] = found
        return found

    def _columns(self, start: str, length: int, words: list[str]) -> npt.NDArray[Any]:
        """Put the letters of words of one length in an array, a row for each position in them."""
        found = self._letters.get((start, length))
        if found is None:
            import numpy as np  # a prefix alone needs none of it

            codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
            found = self._letters[start, length] = codes.reshape(len(words), length).T.copy()
        return found


def _distances(columns: npt.NDArray[Any], typed: str, *, swaps: bool) -> npt.NDArray[Any]:
    """Count the edits between a typed word and each of others, a number a word.

    Args:
        columns: The letters of the words, a row for each place in them.
        typed: The word.
        swaps: Whether a swap of two neighbours is one edit, not two.
    """
    import numpy as np

    # For each letter the places in the typed word that have it, as bits; none for letters beyond its highest.
    places = np.zeros(max(map(ord, typed)) + 2, np.uint64)
    for at, letter in enumerate(typed):
        places[ord(letter)] |= np.uint64(1 << at)
    one, last = np.uint64(1), np.uint64(len(typed) - 1)
    count = columns.shape[1]
    # Differences between neighbours in a column of the table: where it rises, where it falls.
    rises, falls = np.full(count, ~np.uint64(0)), np.zeros(count, np.uint64)
    score = np.full(count, len(typed), np.int64)
    equal = before = np.zeros(count, np.uint64)
    for letters in columns:
        met_before, equal = equal, places.take(np.minimum(letters, len(places) - 1))
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls
        if swaps:
            diagonal |= ((~before & equal) << one) & met_before
        right = falls_right = rises & diagonal
        rises_right = falls | ~(rises | diagonal)
        score += ((rises_right >> last) & one).astype(np.int64)
        score -= ((right >> last) & one).astype(np.int64)
        rises_right = (rises_right << one) | one
        falls = rises_right & diagonal
        rises = (falls_right << one) | ~(diagonal | rises_right)
        before = diagonal
    return score
