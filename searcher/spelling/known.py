"""Which words of a query stand as typed, and which want a second look: unknown, or two grown together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.chunk_words import chunk_words
from indexer.schema import LANGUAGES, text_field
from searcher.engine import Filters, Wanted
from searcher.execution.light import LightPhrase, LightQuery
from searcher.query import compounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.thesaurus.table import Table
    from searcher.execution.executor import IndexExecutor

REMEMBERED: Final = 4096  # chunks of queries


class KnownWords:
    """The words that an index or its thesaurus knows; threads may share it.

    Args:
        executor: The open index.
        table: The thesaurus.
        terms_of: (language, word as typed) to the terms that it stands for.
    """

    def __init__(
        self, executor: IndexExecutor, table: Table, terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._executor = executor
        self._table = table
        self._terms_of = terms_of
        self.stands = lru_cache(REMEMBERED)(self._stands)
        self.side_by_side = lru_cache(REMEMBERED)(self._side_by_side)

    def knows(self, word: str) -> bool:
        """Tell whether a word is known in any of its forms, or is none that could be corrected."""
        if any(
            self._executor.frequency(text_field(language), term) or self._table.beginning(language, term)
            for language in LANGUAGES
            for term in self._terms_of(language, word)
        ):
            return True
        from searcher.spelling.speller import stands

        return stands(self._executor, word)

    def _side_by_side(self, words: tuple[str, str]) -> bool:
        """Tell whether the index has two words as neighbours, in any language."""
        phrases = []
        for language in LANGUAGES:
            terms = [analyzer(language).query_terms(word)[0] for word in words]
            encoded = tuple([term.encode("utf-8", "surrogatepass") for term in terms])
            phrases.append(LightPhrase(text_field(language), encoded, (0, 1)))
        query = LightQuery(phrases=tuple(phrases))
        return self._executor.execute_light(query, Filters(), Wanted()).total > 0

    def _stands(self, chunk: str) -> bool:
        """Tell whether a chunk stands as typed: there is nothing to correct, and nothing to part."""
        if is_function_word(chunk):
            return True
        words = chunk_words(chunk, "und")
        if len(words) != 1:
            return True
        written = chunk[words[0].start : words[0].end]
        return self.knows(written) and not any(
            map(self.side_by_side, compounds.apart(self._executor, written))
        )
