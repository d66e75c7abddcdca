"""The language that a question is asked in, by its function words and by where its other words stand."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.accents import fold
from indexer.analysis.characters import plain
from indexer.analysis.chunk_words import chunk_words
from indexer.analysis.stop_words import STOP_WORDS
from indexer.schema import ANALYZED_LANGUAGES, text_field
from searcher.query.model import Quoted, Word, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.thesaurus.table import Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node

# A word that stands in texts of several languages speaks for one of which this many times as large a share
# of the texts has it as of any other: a name is common wherever it is news, a borrowed word is rare.
DOMINANT: Final = 8.0
REMEMBERED: Final = 4096  # words of questions whose languages are kept

# What a word that stands in texts of another language counts there, and a label that joins in one, beside the
# question's own: what is asked in a language is looked for in it first. docs/relevance.md has the figures.
ELSEWHERE: Final = 0.7


class LanguageDetector:
    """Works out the language of questions to one open index; threads may share it.

    Args:
        vocabulary: The terms of the index.
        table: The thesaurus: it knows words that no text has.
        terms_of: (language, word as typed) to the terms that it stands for.
    """

    def __init__(
        self, vocabulary: Vocabulary, table: Table, terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._vocabulary = vocabulary
        self._table = table
        self._terms_of = terms_of
        self._spoken = lru_cache(REMEMBERED)(self._spoken_in)

    def detect(self, query: Node) -> str | None:
        """Work out the language of a question.

        Args:
            query: The question as parsed.

        Returns:
            A language; None where nothing tells it, as in a question of one name.
        """
        evidence = dict.fromkeys(ANALYZED_LANGUAGES, 0)
        for chunk in _chunks(query):
            for language in self._spoken(chunk):
                evidence[language] += 1
        first, second = sorted(evidence.values(), reverse=True)[:2]
        return max(evidence, key=evidence.__getitem__) if first > second else None

    def _spoken_in(self, chunk: str) -> list[str]:
        """Tell the languages that what stands between two white spaces speaks for, word by word."""
        if chunk.isalpha() and not chunk.isupper() and is_function_word(chunk):
            return [language for language in ANALYZED_LANGUAGES if plain(chunk) in STOP_WORDS[language]]
        return [
            language
            for word in chunk_words(chunk, "und")
            if any(map(str.isalpha, chunk[word.start : word.end]))  # a number is of no language
            for language in self._languages_of(chunk[word.start : word.end])
        ]

    def _languages_of(self, written: str) -> list[str]:
        """Tell the language in whose texts a word stands, or stands far more often than in the others'.

        Of a word that stands in none, the languages in which it is a label.
        """
        folded = fold(plain(written))
        terms = {language: self._terms_of(language, written) for language in ANALYZED_LANGUAGES}
        shares = {
            language: max([self._share(language, term, folded) for term in own], default=0.0)
            for language, own in terms.items()
        }
        first, second = sorted(shares.values(), reverse=True)[:2]
        if not first:
            return [
                language
                for language, own in terms.items()
                if any(not entry.rest for term in own for entry in self._table.beginning(language, term))
            ]
        return [max(shares, key=shares.__getitem__)] if first > DOMINANT * second else []

    def _share(self, language: str, term: str, word: str) -> float:
        """Compute which share of a language's texts has a term, 0 where the word is none of its forms."""
        field = text_field(language)
        frequency = self._vocabulary.frequency(field, term)
        if not frequency or word not in self._vocabulary.forms(language, term):
            return 0.0
        return frequency / self._vocabulary.documents(field)


def _chunks(query: Node) -> Iterator[str]:
    """Yield the words and the words of phrases of a parsed question."""
    for leaf in leaves(query):
        if isinstance(leaf, Word):
            yield leaf.text
        elif isinstance(leaf, Quoted):
            yield from leaf.words
