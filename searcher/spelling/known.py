"""Which words of a query stand as typed, and which want a second look: unknown, or two grown together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.chunk_words import chunk_words
from indexer.index.schema import LANGUAGES, text_field
from searcher.query.compounds import apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.thesaurus.table import Table
    from searcher.execution.shapes import Vocabulary

REMEMBERED: Final = 4096  # chunks of queries


class KnownWords:
    """The words that an index or its thesaurus knows; threads may share it.

    Args:
        vocabulary: The terms of the index.
        table: The thesaurus.
        terms_of: (language, word as typed) to the terms that it stands for.
    """

    def __init__(
        self, vocabulary: Vocabulary, table: Table, terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._vocabulary = vocabulary
        self._table = table
        self._terms_of = terms_of
        self.stands = lru_cache(REMEMBERED)(self._stands)

    def knows(self, word: str) -> bool:
        """Tell whether a word is known in any of its forms, or is none that could be corrected."""
        if any(
            self._vocabulary.frequency(text_field(language), term) or self._table.beginning(language, term)
            for language in LANGUAGES
            for term in self._terms_of(language, word)
        ):
            return True
        from searcher.spelling.speller import Speller

        return Speller(self._vocabulary).knows(word)

    def _stands(self, chunk: str) -> bool:
        """Tell whether a chunk stands as typed: there is nothing to correct, and nothing to part."""
        if is_function_word(chunk):
            return True
        words = chunk_words(chunk, "und")
        if len(words) != 1:
            return True
        written = chunk[words[0].start : words[0].end]
        return next(apart(self._vocabulary, written), None) is None and self.knows(written)
