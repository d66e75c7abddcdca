"""Which words of a query stand as typed, and which want a second look: unknown, or two grown together."""

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
    from collections.abc import Callable

    from searcher.engine import Engine

REMEMBERED: Final = 4096  # chunks of queries


class KnownWords:
    """The words that an index or its thesaurus knows; threads may share it.

    Args:
        engine: The open index.
        terms_of: (language, word as typed) to the terms that it stands for.
    """

    def __init__(self, engine: Engine, terms_of: Callable[[str, str], tuple[str, ...]]) -> None:
        self._engine = engine
        self._terms_of = terms_of
        self.is_settled = lru_cache(REMEMBERED)(self._is_settled)
        self.are_neighbours = lru_cache(REMEMBERED)(self._are_neighbours)

    def knows(self, word: str) -> bool:
        """Tell whether a word is known in any of its forms, or is none that could be corrected."""
        if any(
            self._engine.frequency(text_field(language), term)
            or self._engine.thesaurus.beginning(language, term)
            for language in LANGUAGES
            for term in self._terms_of(language, word)
        ):
            return True
        from searcher.spelling.speller import is_beyond_correction

        return is_beyond_correction(self._engine, word)

    def _are_neighbours(self, words: tuple[str, str]) -> bool:
        """Tell whether the index has two words side by side, in any language."""
        phrases = tuple(
            [
                Phrase(text_field(language), (terms[0][0], terms[1][0]), (0, 1))
                for language in LANGUAGES
                if (terms := [analyzer(language).query_terms(word) for word in words])
            ]
        )
        return self._engine.execute(AnyOf(phrases), Filters(), Wanted()).total > 0

    def _is_settled(self, chunk: str) -> bool:
        """Tell whether a chunk stands as typed: there is nothing to correct, and nothing to part."""
        if is_function_word(chunk):
            return True
        words = chunk_words(chunk, "und")
        if len(words) != 1:
            return True
        written = chunk[words[0].start : words[0].end]
        return self.knows(written) and not any(
            map(self.are_neighbours, compounds.apart(self._engine, written))
        )
