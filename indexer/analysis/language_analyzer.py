"""The analyzer of a language: from text as written, or from a query word, to the terms of the index."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, cached_property

from indexer.analysis.accents import fold, fold_all
from indexer.analysis.chunk_words import ChunkWord, chunk_words, stream_words
from indexer.analysis.stemming import stemmer
from indexer.analysis.stop_words import (
    CONTENT_AS_WRITTEN,
    DOTTED_FUNCTION_WORDS,
    NOUNS_AFTER_ARTICLE,
    STOP_WORDS,
)
from indexer.analysis.tokens import ChunkToken, Token
from indexer.schema import LANGUAGES

Variants = Mapping[str, Collection[str]] | Callable[[str], Collection[str]]
"""A language's table of accent variants: an unaccented word to the terms of its accented spellings."""

_CACHED_CHUNKS = (
    1 << 18
)  # about 100 MB when full; English Wikipedia's first 200,000 distinct chunks are 95 % of its text
_LONGEST_CACHED = 64  # characters: a longer chunk holds many words, and hardly ever comes again


class Analyzer:
    """The analysis of one language, chunk by chunk.

    A chunk is what stands between two white spaces. Its analysis depends on nothing but itself, so each
    distinct one is analysed once. Threads may share an analyzer: ``analyzer(language)`` gives the one
    that is shared.

    Args:
        language: One of ``LANGUAGES``; ``und`` is any other, unstemmed and without stop words.

    Attributes:
        language: The language.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            message = f"no analyzer for {language!r}: the languages are {', '.join(LANGUAGES)}"
            raise ValueError(message)
        self.language = language
        self._stop_words = STOP_WORDS[language]
        self._content_as_written = CONTENT_AS_WRITTEN[language]
        self._fold = fold_all if language == "en" else fold
        self._cache: dict[str, tuple[ChunkToken, ...]] = {}

    @cached_property
    def _stem(self) -> Callable[[str], str]:
        return stemmer(self.language)

    def analyse_chunk(self, chunk: str) -> tuple[ChunkToken, ...]:
        """Analyse what stands between two white spaces.

        Args:
            chunk: Text as written, composed or decomposed.

        Returns:
            Its words in order, stop words included; a word's place in the tuple is its position in the chunk.
        """
        try:
            return self._cache[chunk]
        except KeyError:
            tokens = tuple([self._token(word, chunk) for word in chunk_words(chunk, self.language)])
            if len(chunk) <= _LONGEST_CACHED:
                if len(self._cache) >= _CACHED_CHUNKS:
                    self._cache.clear()
                self._cache[chunk] = tokens
            return tokens

    def stream_chunk(self, chunk: str) -> Iterator[ChunkToken]:
        """Analyse a chunk that may be as long as a text, holding one word at a time.

        Args:
            chunk: Text as written.

        Yields:
            What ``analyse_chunk`` returns.
        """
        for word in stream_words(chunk, self.language):
            yield self._token(word, chunk)

    def tokens(self, text: str) -> Iterator[Token]:
        """Analyse a text.

        Args:
            text: Text as written.

        Yields:
            Its words in order, stop words left out but counted by the positions.
        """
        position = 0
        for chunk in re.finditer(r"\S+", text):
            offset = chunk.start()
            for token in self.analyse_chunk(chunk.group()):
                if token.term is not None:
                    yield Token(token.term, token.word, position, offset + token.start, offset + token.end)
                position += 1

    def terms(self, text: str) -> list[str]:
        """Analyse a text to its terms alone.

        Args:
            text: Text as written.

        Returns:
            The terms in order, repeats included.
        """
        return [token.term for chunk in text.split() for token in self.analyse_chunk(chunk) if token.term]

    def query_terms(self, word: str, variants: Variants = {}) -> tuple[str, ...]:  # noqa: B006 - never written to
        """Give the terms that a query word stands for.

        Stop words are answered like any other word: whether a query word is searched is for the caller to
        decide, by the token's own None where the language is known, by ``is_function_word`` where it is
        not.

        Args:
            word: One word as the user wrote it: the part of a query that a ChunkToken's offsets name.
            variants: The index's table of accent variants for this language.

        Returns:
            The word's own term first; then those of the accented spellings that it may stand for when typed
            without accents; and when it is typed with accents, that of its plain spelling, which capital
            headlines use.
        """
        find = variants if callable(variants) else variants.get
        terms: dict[str, None] = {}
        for written in chunk_words(word, self.language):
            terms[self._fold(self._stem(written.text))] = None
            plain = fold(written.text)
            terms.update(dict.fromkeys(sorted(find(plain) or ())))
            if plain != written.text:
                terms[self._fold(self._stem(plain))] = None
        return tuple(terms)

    def _token(self, word: ChunkWord, chunk: str) -> ChunkToken:
        text, start, end = word.text, word.start, word.end
        plain = text if text.isascii() else fold(text)
        if self._is_stop_word(word, chunk):
            return ChunkToken(None, plain, start, end)
        term = self._stem(text)
        if text.isascii():
            return ChunkToken(term, plain, start, end)
        term = self._fold(term)
        variant = term if plain != text and self._fold(self._stem(plain)) != term else None
        return ChunkToken(term, plain, start, end, variant)

    def _is_stop_word(self, word: ChunkWord, chunk: str) -> bool:
        if word.text not in self._stop_words:
            return word.negation
        if word.acronym:
            return word.text in DOTTED_FUNCTION_WORDS
        if word.after_article and word.text in NOUNS_AFTER_ARTICLE:
            return False
        return chunk[word.start : word.end] not in self._content_as_written


@cache
def analyzer(language: str) -> Analyzer:
    """Give the shared analyzer of a language.

    Args:
        language: ``en``, ``es``, ``fr`` or ``und``.

    Raises:
        ValueError: There is no analyzer for that language.
    """
    return Analyzer(language)
