"""The analysis of a language, with a short cut for the plain words that nearly all new chunks are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.analysis import Analyzer
from indexer.analysis.stemming import stemmer
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
