"""Which words of a query stand as typed, and what was meant by others: misspelt, or two grown together.

What compares spellings is imported where a word is looked at again: most words need none of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.chunk_words import chunk_words
from indexer.schema import LANGUAGES, text_field
from searcher.engine import Filters, Wanted
from searcher.query.model import AnyOf, Phrase
from searcher.spelling import compounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.engine import Engine
    from searcher.spelling.near_words import NearWords
    from searcher.spelling.speller import Correction

REMEMBERED: Final = 4096  # chunks of queries


class KnownWords:
    """The words that an index or its thesaurus knows; threads may share it.

    Args:
        engine: The open index.
        terms_of: (language, word as typed) to the terms that it stands for.

    Attributes:
        engine: The same.
    """

    def __init__(self, engine: Engine, terms_of: Callable[[str, str], tuple[str, ...]]) -> None:
        self.engine = engine
        self._terms_of = terms_of
        self.is_settled = lru_cache(REMEMBERED)(self._is_settled)
        self.are_neighbours = lru_cache(REMEMBERED)(self._are_neighbours)

    def knows(self, word: str) -> bool:
        """Tell whether a word is known in any of its forms, or is none that could be corrected."""
        if any(
            self.engine.frequency(text_field(language), term)
            or self.engine.thesaurus.beginning(language, term)
            for language in LANGUAGES
            for term in self._terms_of(language, word)
        ):
            return True
        from searcher.spelling.speller import is_beyond_correction

        return is_beyond_correction(self.engine, word)

    def _are_neighbours(self, words: tuple[str, str]) -> bool:
        """Tell whether the index has two words side by side, in any language."""
        phrases = tuple(
            [
                Phrase(text_field(language), (terms[0][0], terms[1][0]), (0, 1))
                for language in LANGUAGES
                if (terms := [analyzer(language).query_terms(word) for word in words])
            ]
        )
        return self.engine.execute(AnyOf(phrases), Filters(), Wanted()).total > 0

    def _is_settled(self, chunk: str) -> bool:
        """Tell whether a chunk stands as typed: there is nothing to correct, and nothing to part."""
        if is_function_word(chunk):
            return True
        words = chunk_words(chunk, "und")
        if len(words) != 1:
            return True
        written = chunk[words[0].start : words[0].end]
        return self.knows(written) and not any(
            map(self.are_neighbours, compounds.apart(self.engine, written))
        )


class Corrector:
    """Looks again at the words of one query, each once.

    Args:
        known: The words that the index or its thesaurus knows.
        words: The words of the index by their beginnings.
        may_compare: Counts words that are to be compared with one, and tells whether they may be.
        most: How many words may be looked at again.

    Attributes:
        known: The same.
        skipped: The words that were not looked at, beyond what a query may ask for.
    """

    def __init__(
        self,
        known: KnownWords,
        words: NearWords,
        may_compare: Callable[[int], bool],
        *,
        most: int,
    ) -> None:
        self.known = known
        self._words = words
        self._may_compare = may_compare
        self._corrections: dict[str, list[Correction]] = {}
        self._apart: dict[str, list[tuple[str, str]]] = {}
        self._may_still_look = most
        self.skipped: set[str] = set()

    def apart(self, word: str) -> list[tuple[str, str]]:
        """Part a word in two, as the index has them side by side."""
        found = self._apart.get(word)
        if found is None:
            found = self._apart[word] = []
            for two in compounds.apart(self.known.engine, word):
                if not self._may_look(word):
                    break
                if self.known.are_neighbours(two):
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
        from searcher.spelling.speller import Speller

        speller = Speller(self.known.engine, self._words, self._may_compare)
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
