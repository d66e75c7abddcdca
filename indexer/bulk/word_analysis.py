"""The analysis of a language, with a short cut for the plain words that nearly all new chunks are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.analysis import Analyzer
from indexer.analysis.accents import fold, fold_all
from indexer.analysis.stemming import list_stemmer, stemmer
from indexer.analysis.stop_words import STOP_WORDS
from indexer.analysis.tokens import ChunkToken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def new_analysis(language: str) -> Callable[[str], Sequence[ChunkToken]]:
    """Return what turns a chunk of a language into tokens, with an empty memory.

    A lower-case ASCII word that is no stop word is its own only token: nothing to find, nothing to fold, only
    a stem. That takes a third of the analyzer's time, which sees all others; a test holds the two together.

    Args:
        language: One of the languages of the index.
    """
    analyse_chunk = Analyzer(language).analyse_chunk
    stop_words = STOP_WORDS[language]
    stem = stemmer(language)

    def analyse(chunk: str) -> Sequence[ChunkToken]:
        if chunk.isascii() and chunk.isalpha() and chunk.islower() and chunk not in stop_words:
            return (ChunkToken(stem(chunk), chunk, 0, len(chunk)),)
        return analyse_chunk(chunk)

    return analyse


class PlainWords:
    """The analysis of many plain words at once: lower-case letters of western languages, no stop words.

    With neither signs nor other letters in them there is nothing to find in them but a stem.
    """

    def __init__(self, language: str) -> None:
        """Load the stems.

        Args:
            language: One of the languages of the index.
        """
        self._stems = list_stemmer(language)
        self._fold = fold_all if language == "en" else fold

    def analyse(self, words: list[str]) -> tuple[list[str], list[str], dict[int, str]]:
        """Analyse words.

        Args:
            words: The words, each of them all that its chunk holds.

        Returns:
            For each word its term and its unaccented spelling; and by their places in ``words`` the variants
            of those that have one (see :class:`indexer.analysis.tokens.ChunkToken`).
        """
        terms = self._stems(words)
        accented = [place for place, word in enumerate(words) if not word.isascii()]
        if not accented:
            return terms, words, {}
        fold_term, plain, variants = self._fold, words.copy(), {}
        for place in accented:
            plain[place] = fold(words[place])
            terms[place] = fold_term(terms[place])
        differing = [place for place in accented if plain[place] != words[place]]
        stems = self._stems([plain[place] for place in differing])
        for place, stem in zip(differing, stems, strict=True):
            if fold_term(stem) != terms[place]:
                variants[place] = terms[place]
        return terms, plain, variants
