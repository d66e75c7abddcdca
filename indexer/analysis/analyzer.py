"""Analyze texts and query words into the terms of the index.

A text is split at white space into chunks, and each chunk into words.
"""

from __future__ import annotations

import re
from _thread import allocate_lock  # importing threading takes longer
from collections.abc import Callable, Collection, Iterator
from functools import cache, cached_property, lru_cache
from typing import Any

from indexer.analysis.characters import APOSTROPHES, fold, fold_all, plain
from indexer.analysis.chunk_words import ChunkWord, bare_words, chunk_words, stream_words
from indexer.data_tables import rows
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES

_ALGORITHMS = {"en": "english", "es": "spanish", "fr": "french"}


def stemmer(language: str) -> Callable[[str], str]:
    """Return a thread-safe function that stems a lower-case word, written with its accents.

    For languages other than ``en``, ``es`` and ``fr``, the function returns words unchanged.
    """
    snowball = _snowball(language)
    if snowball is None:
        return str
    stem_word: Callable[[str], str] = snowball.stemWord
    lock = allocate_lock()  # a Snowball environment must not be entered twice

    def stem(word: str) -> str:
        with lock:
            return stem_word(word)

    return stem


def list_stemmer(language: str) -> Callable[[list[str]], list[str]]:
    """Return a function that stems a list of words, and that threads must not share."""
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

    # Every distinct chunk is analyzed once, so a second cache would only use memory.
    return Stemmer.Stemmer(algorithm, 0)


def _read_stop_words() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language, cell in rows(__file__, "stop_words.tsv"):
        written = cell.replace("'", "")
        # Also without accents, which headlines in capitals often lack: MAS, DEJA.
        words[language].update(written.split(), fold(written).split())
    return {language: frozenset(found) for language, found in words.items()}


STOP_WORDS = _read_stop_words()
"""The stop words of each of ``LANGUAGES``, lower case, with and without their accents; none of ``und``."""

CONTENT_AS_WRITTEN = {"en": frozenset({"US", "WHO", "IT", "May", "MAY"}), "es": frozenset({"Haya"})}
"""Spellings that are not stop words although their lower-case form is: acronyms, a month, a city."""

NOUNS_AFTER_ARTICLE = frozenset({"été", "est"})
"""French stop words that are nouns after an elided article: the summer, the east."""

DOTTED_FUNCTION_WORDS = frozenset({"eg", "ie"})
"""Stop words that are written like acronyms."""

SEARCHED_STOP_WORDS = frozenset({"may", "us", "eu", "ai", "été", "ete"})
"""Stop words that also are a month, a season, or acronyms that users type in lower case."""

# Stop words of one language that are content words or a common acronym in another language or, like été, in
# the same one. They can be searched for. Texts in the first language are indexed without them, so that such a
# search has few postings to read.
_CONTENT_ELSEWHERE = {
    # English words that are function words in Spanish or French
    *("son", "sin", "pour", "car", "sea", "seas", "era", "eras", "hay", "comment", "ton", "aura"),
    # French and Spanish words that are function words in another of the three
    *("or", "but", "ours", "sur", "mes"),
    *SEARCHED_STOP_WORDS,
}
# Acronyms whose lower-case form is too common to be searched for.
_ACRONYMS = frozenset({"UN", "WHO", "IT", "AU"})

# Function words that only queries leave out. As stop words of texts, they would change the terms and sketches
# of existing indexes, and `check` would report differences.
_OF_QUERIES = frozenset({"combien"})
_FUNCTION_WORDS = _OF_QUERIES.union(*STOP_WORDS.values()) - _CONTENT_ELSEWHERE
_ELIDED_ARTICLES = frozenset({"l", "d"})
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


@lru_cache(1 << 10)
def is_function_word(word: str) -> bool:
    """Return whether a query word is a stop word in any of the three languages.

    Use it for queries in an unknown language. If the language of a text is known, its stop words are the
    tokens whose ``term`` is ``None``.

    Returns:
        True for a stop word of English, Spanish or French that is not a content word in another of them, and
        for two such words with an apostrophe between them (*c'est*, *d'une*), except *l'est*.
    """
    if word in _ACRONYMS or "." in word:
        return False
    whole = plain(word)
    if whole in _FUNCTION_WORDS:
        return True
    if word.isalnum() or APOSTROPHES.isdisjoint(word):
        return False
    parts = [plain(part) for part in word.translate(_ONE_APOSTROPHE).split("'")]
    has_noun = parts[0] in _ELIDED_ARTICLES and parts[-1] in NOUNS_AFTER_ARTICLE
    return not has_noun and _FUNCTION_WORDS.issuperset(parts)


COMMON = 6  # first letters of words and stems by which word families are looked up


def family(language: str, word: str) -> int:
    """Return the number of the word family of a folded word, or 0 if it is in no family.

    A family has words with the same stem and related meanings. Words of different families may share a stem,
    such as *university* and *universal*.
    """
    families = _families().get((language, word[:COMMON]), ())
    return next((number for beginning, number in families if word.startswith(beginning)), 0)


def has_families(language: str, stem: str) -> bool:
    """Return whether words of different families share a stem."""
    return (language, stem[:COMMON]) in _families()


@cache
def _families() -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Read the table of word families.

    Each language and first ``COMMON`` letters of a word are mapped to pairs of a longer word prefix and the
    number of its family.
    """
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for number, (language, beginnings) in enumerate(rows(__file__, "unrelated.tsv"), 1):
        for beginning in beginnings.split():
            found.setdefault((language, beginning[:COMMON]), []).append((beginning, number))
    return found


CACHED_CHUNKS = 1 << 18  # 100 MB when full; 200,000 distinct chunks are 95 % of English Wikipedia's text
_MAX_CACHED_LENGTH = 64  # characters: a longer chunk has many words and hardly ever recurs


class ChunkToken(NamedTuple):
    """A word of a chunk.

    Attributes:
        term: The stemmed, folded form that is indexed; ``None`` for a stop word, which still has a position.
        word: The lower-case, folded (ñ kept), unstemmed form.
        start: The offset of its first character in the chunk.
        end: The offset after its last character.
        variant: The term, if it differs from the term of ``word`` because accents change the stem; otherwise
            ``None``. The pair (``word``, ``variant``) is added to the language's table of accent variants.
    """

    term: str | None
    word: str
    start: int
    end: int
    variant: str | None = None


class Token(NamedTuple):
    """An indexed word of a text.

    Stop words are not indexed, but count as positions.

    Attributes:
        term: The stemmed, folded form.
        word: The lower-case, folded, unstemmed form.
        position: The number of words before it, including stop words.
        start: The offset of its first character in the text.
        end: The offset after its last character.
    """

    term: str
    word: str
    position: int
    start: int
    end: int


class Analyzer:
    """Analyzes texts and query words of a language.

    The analyzer works chunk by chunk; a chunk is the text between two white spaces. The analysis of a chunk
    depends only on its characters, so each distinct chunk is analyzed once. Threads may share an analyzer;
    ``analyzer(language)`` returns the shared one.

    Attributes:
        language: One of ``LANGUAGES``.
        cached_chunks: The maximum number of chunks to cache, which a long-running process may reduce.
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
        """Return the words of a chunk, including stop words, in the order of their positions."""
        tokens = self._cache.get(chunk)
        if tokens is None:
            words = bare_words(chunk) or stream_words(chunk, self.language)
            tokens = tuple([self._token(word, chunk) for word in words])
            if len(chunk) <= _MAX_CACHED_LENGTH:
                if len(self._cache) >= self.cached_chunks:
                    self._cache.clear()
                self._cache[chunk] = tokens
        return tokens

    def stream_chunk(self, chunk: str) -> Iterator[ChunkToken]:
        """Yield the words of a chunk one by one, because a chunk may be as long as a text."""
        for word in stream_words(chunk, self.language):
            yield self._token(word, chunk)

    def tokens(self, text: str) -> Iterator[Token]:
        """Yield the words of a text in order, except stop words, which only count as positions."""
        position = 0
        for chunk in re.finditer(r"\S+", text):
            offset = chunk.start()
            for token in self.analyse_chunk(chunk.group()):
                if token.term is not None:
                    yield Token(token.term, token.word, position, offset + token.start, offset + token.end)
                position += 1

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text, in order and with repetitions."""
        return [token.term for token in self.tokens(text)]

    def term(self, word: str) -> str:
        """Return the term of a word in lower case and normalised spelling, even of a stop word."""
        return self._fold(self._stem(word))

    def query_terms(
        self, word: str, variants: Callable[[str], Collection[str]] = lambda _word: ()
    ) -> tuple[str, ...]:
        """Analyze a query word into the terms that it may match.

        Stop words get terms like other words; the caller decides whether to search for them, see
        ``is_function_word``.

        Args:
            word: A single word as typed, such as the part of a query between the offsets of a ChunkToken.
            variants: Returns the terms of the accented words in the index that equal a word without accents.

        Returns:
            The term of the word. If it is typed without accents, the terms of its accented spellings follow.
            If it is typed with accents, the term of its unaccented spelling follows, as in capitalised
            headlines.
        """
        if word.isascii() and word.isalnum():  # a single word without accents, like most words
            text = word.lower()
            own, found = self._stem(text), variants(text)
            return tuple(dict.fromkeys((own, *sorted(found)))) if found else (own,)
        terms: dict[str, None] = {}
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
        if (word.negation or text in self._stop_words) and self._is_stop_word(word, chunk):
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
    """Return the shared analyzer of a language.

    Raises:
        ValueError: There is no analyzer for the language.
    """
    return Analyzer(language)


WHOLE, SAME, NUMBER, GENDER, VERB, ADJECTIVE = range(-1, 5)
"""The relations of a typed word to a word of a label, the closest first.

WHOLE: the same word, typed with the label's function words; SAME: the same word; NUMBER, GENDER, VERB:
another number, gender or verb form of the word; ADJECTIVE: an adjective of the word.
"""
