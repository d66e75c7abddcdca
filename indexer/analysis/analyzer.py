"""The analyzer of a language: from text as written, or from a query word, to the terms of the index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from threading import Lock
from typing import Any

from indexer.analysis.characters import fold, fold_all, plain
from indexer.analysis.chunk_words import ChunkWord, chunk_words, stream_words
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES
from indexer.tables import rows

_ALGORITHMS = {"en": "english", "es": "spanish", "fr": "french"}


def stemmer(language: str) -> Callable[[str], str]:
    """Make the stemmer of a language.

    Args:
        language: ``en``, ``es`` or ``fr``; for any other the words stay as they are.

    Returns:
        A function from a lower-case word, accents kept, to its stem. Threads may share it.
    """
    snowball = _snowball(language)
    if snowball is None:
        return str
    stem_word: Callable[[str], str] = snowball.stemWord
    lock = Lock()  # one Snowball environment must not be entered twice

    def stem(word: str) -> str:
        with lock:
            return stem_word(word)

    return stem


def list_stemmer(language: str) -> Callable[[list[str]], list[str]]:
    """Make the stemmer of many words at once; unlike :func:`stemmer`'s, one thread at a time may use it.

    Args:
        language: As there.

    Returns:
        A function from lower-case words, accents kept, to a list of their stems.
    """
    snowball = _snowball(language)
    if snowball is None:
        return list.copy
    stem_words: Callable[[list[str]], list[str]] = snowball.stemWords
    return stem_words


def _snowball(language: str) -> Any:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return None
    import Stemmer  # a C extension that not every command needs

    # Every distinct chunk is analysed once, so a second cache would only cost memory.
    return Stemmer.Stemmer(algorithm, 0)


def _read() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language, cell in rows(__file__, "stop_words.tsv"):
        written = cell.replace("'", "")
        # Capital headlines drop accents: MAS, DEJA.
        words[language].update(written.split(), fold(written).split())
    return {language: frozenset(found) for language, found in words.items()}


STOP_WORDS = _read()
"""The stop words of each of ``LANGUAGES``, lower case, with and without their accents; none of ``und``."""

CONTENT_AS_WRITTEN = {"en": frozenset({"US", "WHO", "IT", "May", "MAY"}), "es": frozenset({"Haya"})}
"""Spellings that are no stop word although their lower-case form is: acronyms, a month, a city."""

NOUNS_AFTER_ARTICLE = frozenset({"été", "est"})
"""French stop words that are nouns after an elided article: the summer, the east."""

DOTTED_FUNCTION_WORDS = frozenset({"eg", "ie"})
"""Stop words that are written like acronyms."""

# Stop words of one language that are ordinary words of content, or a common acronym, in another (or, like
# été, in the same). A language's own text is indexed without them, so that a search for them costs nothing.
_CONTENT_ELSEWHERE = {
    # English words that are grammar in Spanish or French
    *("son", "sin", "pour", "car", "sea", "seas", "era", "eras", "hay", "comment", "ton", "aura"),
    # French and Spanish words that are grammar in another of the three
    *("or", "but", "ours", "été", "ete", "sur", "mes"),
    # a month, and acronyms that people type in lower case
    *("may", "us", "eu", "ai"),
}
# Acronyms that spell a word too common to be searched for when typed in lower case.
_ACRONYMS = frozenset({"UN", "WHO", "IT", "AU"})

_FUNCTION_WORDS = frozenset().union(*STOP_WORDS.values()) - _CONTENT_ELSEWHERE


def is_function_word(word: str) -> bool:
    """Check whether a query word is a stop word, whichever of the three languages the query is in.

    In a phrase, look at the token's own None instead: a phrase is of one language.

    Args:
        word: One word as the user wrote it.

    Returns:
        True for a stop word of English, Spanish or French that is no word of content in another of them.
    """
    return word not in _ACRONYMS and "." not in word and plain(word) in _FUNCTION_WORDS


CACHED_CHUNKS = 1 << 18  # 100 MB when full; 200,000 distinct chunks are 95 % of English Wikipedia's text
_MAX_CACHED_LENGTH = 64  # characters: a longer chunk holds many words, and hardly ever comes again


class ChunkToken(NamedTuple):
    """One word of a white-space chunk.

    Attributes:
        term: The stemmed, folded form that the index holds, or None for a stop word, which still takes a
            position.
        word: The lower-cased, folded (ñ kept), unstemmed form.
        start: Offset of the word's first character in the chunk as written.
        end: Offset behind its last character.
        variant: The term once more where a reader who types ``word`` without accents would miss it, so that
            the pair (``word``, ``variant``) is owed to the language's table of accent variants; else None.
    """

    term: str | None
    word: str
    start: int
    end: int
    variant: str | None = None


class Token(NamedTuple):
    """One indexed word of a text; stop words are left out but counted by the positions.

    Attributes:
        term: The stemmed, folded form.
        word: The lower-cased, folded, unstemmed form.
        position: How many words, stop words included, stand before it.
        start: Offset of the word's first character in the text as written.
        end: Offset behind its last character.
    """

    term: str
    word: str
    position: int
    start: int
    end: int


class Analyzer:
    """The analysis of one language, chunk by chunk.

    A chunk is what stands between two white spaces. Its analysis depends on nothing but itself, so each
    distinct one is analysed once. Threads may share an analyzer: ``analyzer(language)`` gives the one
    that is shared.

    Args:
        language: One of ``LANGUAGES``; ``und`` is any other, unstemmed and without stop words.
        cached_chunks: The most distinct chunks whose analysis is kept.

    Attributes:
        language, cached_chunks: The same; a process that answers on and on may keep fewer chunks.
    """

    def __init__(self, language: str, cached_chunks: int = CACHED_CHUNKS) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no analyzer for {language!r}: the languages are {', '.join(LANGUAGES)}")
        self.language = language
        self._stop_words = STOP_WORDS[language]
        self._content_as_written = CONTENT_AS_WRITTEN.get(language, ())
        self._fold = fold_all if language == "en" else fold
        self._cache: dict[str, tuple[ChunkToken, ...]] = {}
        self.cached_chunks = cached_chunks

    @cached_property
    def _stem(self) -> Callable[[str], str]:
        return stemmer(self.language)

    def analyse_chunk(self, chunk: str) -> tuple[ChunkToken, ...]:
        """Analyse what stands between two white spaces.

        Args:
            chunk: Text as written, composed or decomposed.

        Returns:
            Its words in order, stop words included; a word's index in the tuple is its position in the chunk.
        """
        try:
            return self._cache[chunk]
        except KeyError:
            tokens = tuple([self._token(word, chunk) for word in chunk_words(chunk, self.language)])
            if len(chunk) <= _MAX_CACHED_LENGTH:
                if len(self._cache) >= self.cached_chunks:
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
        """List the terms of a text, in order and with repeats."""
        return [token.term for token in self.tokens(text)]

    def term(self, word: str) -> str:
        """Return the term of the first word in a text, that of a stop word too."""
        return self._fold(self._stem(chunk_words(word, self.language)[0].text))

    def query_terms(
        self, word: str, variants: Callable[[str], Iterable[str]] = lambda _word: ()
    ) -> tuple[str, ...]:
        """Analyse a query word to the terms that it may match.

        Stop words are answered like any other word: whether a query word is searched is for the caller to
        decide, by the token's own None where the language is known, by ``is_function_word`` where it is
        not.

        Args:
            word: One word as the user wrote it: the part of a query that a ChunkToken's offsets name.
            variants: Looks up an unaccented word in the index: the terms of its accented spellings.

        Returns:
            The word's own term first; then those of the accented spellings that it may stand for when typed
            without accents; and when it is typed with accents, that of its plain spelling, which capital
            headlines use.
        """
        terms: dict[str, None] = {}
        if word.isascii():  # without accents to take off, its terms are those of a text
            for token in self.analyse_chunk(word):
                terms[self._stem(token.word) if token.term is None else token.term] = None
                terms.update(dict.fromkeys(sorted(variants(token.word))))
            return tuple(terms)
        for written in chunk_words(word, self.language):
            terms[self._fold(self._stem(written.text))] = None
            plain = fold(written.text)
            terms.update(dict.fromkeys(sorted(variants(plain))))
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
    """Get the shared analyzer of a language.

    Args:
        language: ``en``, ``es``, ``fr`` or ``und``.

    Raises:
        ValueError: There is no analyzer for that language.
    """
    return Analyzer(language)


WHOLE, SAME, NUMBER, GENDER, VERB, ADJECTIVE = range(-1, 5)
"""The same word with the label's function words beside it; the same; another number, gender or form of
a verb; an adjective of it."""
