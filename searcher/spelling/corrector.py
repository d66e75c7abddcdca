"""Second looks at the words of one query that are not settled: perhaps misspelt, perhaps grown together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.spelling import compounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.engine import Vocabulary
    from searcher.spelling.known import KnownWords
    from searcher.spelling.near_words import NearWords
    from searcher.spelling.speller import Correction


class Corrector:
    """Looks again at the words of one query, each once.

    Args:
        known: The words that the index or its thesaurus knows.
        vocabulary: The terms of the index.
        words: Its words by their beginnings.
        may_compare: Counts words that are to be compared with one, and tells whether they may be.
        most: How many words may be looked at again.

    Attributes:
        skipped: The words that were not looked at, beyond what a query may ask for.
    """

    def __init__(
        self,
        known: KnownWords,
        vocabulary: Vocabulary,
        words: NearWords,
        may_compare: Callable[[int], bool],
        *,
        most: int,
    ) -> None:
        self._known = known
        self._vocabulary = vocabulary
        self._words = words
        self._may_compare = may_compare
        self._corrections: dict[str, list[Correction]] = {}
        self._apart: dict[str, list[tuple[str, str]]] = {}
        self._may_still_look = most
        self.skipped: set[str] = set()

    def is_settled(self, chunk: str) -> bool:
        """Tell whether a chunk needs no second look."""
        return self._known.is_settled(chunk)

    def knows(self, word: str) -> bool:
        """Tell whether the index or the thesaurus has a word, in any of its forms."""
        return self._known.knows(word)

    def apart(self, word: str) -> list[tuple[str, str]]:
        """Part a word in two, as the index has them side by side."""
        found = self._apart.get(word)
        if found is None:
            found = self._apart[word] = []
            for two in compounds.apart(self._vocabulary, word):
                if not self._may_look(word):
                    break
                if self._known.are_neighbours(two):
                    found.append(two)
        return found

    def corrections(self, word: str, languages: Sequence[str]) -> list[Correction]:
        """Find what was probably meant by a word that the index does not know, the likeliest first.

        Args:
            word: The word as typed.
            languages: The languages that the query may be in.
        """
        found = self._corrections.get(word)
        if found is None:
            found = self._corrections[word] = self._spelt(word, languages) if self._may_look(word) else []
        return found

    def _spelt(self, word: str, languages: Sequence[str]) -> list[Correction]:
        from searcher.spelling.speller import Speller  # most words need none

        speller = Speller(self._vocabulary, self._words, self._may_compare)
        found = speller.corrections(word, languages)
        if found is None:
            self.skipped.add(word)
        return found or []

    def _may_look(self, word: str) -> bool:
        """Count one more look at a word; tell whether the query may have it."""
        if not self._may_still_look:
            self.skipped.add(word)
            return False
        self._may_still_look -= 1
        return True
