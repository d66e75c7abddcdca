"""The distinct tokens of an epoch by number, and the chunks of text that were analysed into them.

A *chunk* is what stands between two white spaces. Its analysis depends on nothing but itself and its
language, so each distinct one is analysed once. Nearly all chunks hold one word: their number is that of
their only token. The number of any other chunk, from ``SEVERAL`` on, stands for a list of tokens.
"""

from __future__ import annotations

from array import array
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis import Analyzer, analyzer
from indexer.analysis.chunk_index import ChunkIndex
from indexer.analysis.stemming import list_stemmer
from indexer.analysis.stop_words import STOP_WORDS
from indexer.bulk.sketches import WordHashes
from indexer.bulk.vocabulary import Vocabulary
from indexer.late_pattern import late_pattern
from indexer.schema import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from indexer.analysis.language_analyzer import ChunkToken
    from indexer.bulk.token_labels import TokenLabels

    Numbers = NDArray[Any]

NOTHING = 0xFFFFFFFF  # term and word of a stop word, which takes a position and no posting
SEVERAL = 1 << 31  # a chunk's number from here on is that of a list of tokens, which may be empty

LONGEST_CHUNK = 64
"""Characters of the longest chunk that is kept by its text: a longer one is hardly ever met again."""

# An analyzer caches what it has analysed. The table keeps less of it, so its analyzers start anew after this
# many chunks.
RENEW_AFTER = 1 << 13

# Bytes of memory, measured.
CHUNK_BYTES = 190  # of a chunk in the dictionary
TERM_BYTES = 200  # of a term or word in a vocabulary

# Around a word of plain letters signs change nothing, and case matters only where the word in lower case is a
# stop word (US, May). Chunks with other signs, digits or letters are analysed as they stand.
_SIGNS = ',.;:!?()"«»'
_PLAIN_WORD = late_pattern("[A-Za-zÀ-ÖØ-öø-ÿŒœ]+")


class TokenTable:
    """The tokens of all languages, with the terms, words and accent variants behind them.

    Args:
        labels: Takes what each token may be of the labels of a thesaurus; None where nobody asks for them.

    Attributes:
        labels: The same.
        terms: Terms of all languages; each name is the language's number, one digit, then the term.
        words: Unstemmed words of all languages.
        hashes: Their hashes.
        variants: Accent variants ("es policia polic").
        variant_documents: For each variant the arrival number of the first document that has it.
        term: For each token the number of its term, or NOTHING.
        word: Likewise of its word.
        languages: The chunks of each language, by its number.
    """

    def __init__(self, labels: TokenLabels | None = None) -> None:
        self.labels = labels
        self.terms = Vocabulary()
        self.words = Vocabulary()
        self.hashes = WordHashes(self.words)
        self.variants = Vocabulary()
        self.variant_documents = array("I")
        self.term = array("I")
        self.word = array("I")
        self._lists = array("I")  # the tokens of chunks that do not hold exactly one, list after list
        self._list_ends = array("Q", [0])
        self.languages = [LanguageChunks(self, number) for number in range(len(LANGUAGES))]

    @property
    def nbytes(self) -> int:
        """About how much memory the table takes."""
        return (
            sum(chunks.nbytes for chunks in self.languages)
            + (len(self.terms) + len(self.words) + len(self.variants)) * TERM_BYTES
            + (len(self._lists) + 2 * len(self.term)) * self.term.itemsize
        )

    def add_token(self, language: int, token: ChunkToken, document: int, written: str) -> int:
        """Number a token.

        Args:
            language: The number of the language.
            token: The token.
            document: The arrival number of the document that it stands in; no earlier one may follow.
            written: As it stands in the text.
        """
        term, word, _, _, variant = token
        number = len(self.term)
        if self.labels is not None:
            self.labels.add("" if term is None else f"{language}{term}", written)
        if term is None:
            self.term.append(NOTHING)
            self.word.append(NOTHING)
            return number
        self.term.append(self.terms.number(f"{language}{term}"))
        self.word.append(self.words.number(word))
        if variant is not None:
            name = f"{LANGUAGES[language]} {word} {variant}"
            if self.variants.number(name) == len(self.variant_documents):
                self.variant_documents.append(document)
        return number

    def add_list(self, numbers: Iterable[int]) -> int:
        """Number a list of tokens, from SEVERAL on."""
        self._lists.extend(numbers)
        self._list_ends.append(len(self._lists))
        return SEVERAL + len(self._list_ends) - 2

    def expand(self, numbers: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
        """Replace chunks by their tokens.

        Args:
            numbers: The numbers of chunks, uint32.
            ends: Indices into them.

        Returns:
            The numbers of their tokens, and the same indices among these.
        """
        several = (numbers >= SEVERAL).nonzero()[0]
        if not len(several):
            return numbers, ends
        lists = numbers[several].astype(np.int64) - SEVERAL
        bounds = np.array(self._list_ends, dtype=np.int64)
        begins = bounds[lists]
        sizes = bounds[lists + 1] - begins
        counts = np.ones(len(numbers), dtype=np.int64)
        counts[several] = sizes
        tokens = np.repeat(numbers, counts)
        within = np.repeat(begins - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
        if len(within):
            tokens[tokens >= SEVERAL] = np.frombuffer(self._lists, dtype=np.uint32)[within]
        return tokens, np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))[ends]


class LanguageChunks:
    """The chunks of one language: the number of each by its text.

    Attributes:
        index: The numbers of short chunks by their bytes, which whoever looks chunks up fills.
    """

    def __init__(self, table: TokenTable, language: int) -> None:
        self.index = ChunkIndex()
        self._table = table
        self._language = language
        self._plain: dict[str, int] = {}  # words of plain letters in lower case, without stop words
        self._others: dict[str, int] = {}  # chunks as written
        self._analyse = Analyzer(LANGUAGES[language]).analyse_chunk
        self._stems = list_stemmer(LANGUAGES[language])
        self._stop_words = STOP_WORDS[LANGUAGES[language]]

    @property
    def nbytes(self) -> int:
        """About how much memory the chunks take."""
        return (len(self._plain) + len(self._others)) * CHUNK_BYTES + self.index.nbytes

    def number_all(self, chunks: Sequence[str], document_of: Callable[[int], int]) -> list[int]:
        """Number chunks; those met for the first time are analysed.

        Args:
            chunks: Chunks that differ from each other.
            document_of: Gives the arrival number of the document that one of them stands in, by its place
                among them; the later stand in the same or in later ones.
        """
        cores = [*map(str.strip, chunks, repeat(_SIGNS))]
        words = "\n".join(cores).lower().split("\n")
        plain = self._plain
        new = [word for word in dict.fromkeys(words) if word not in plain and word not in self._stop_words]
        self._add_words([word for word in new if word.isascii() and word.isalpha()])
        numbers = [*map(plain.get, words, repeat(-1))]
        telling = self._table.labels.telling if self._table.labels else frozenset()
        for place in [at for at, number in enumerate(numbers) if number < 0 or number in telling]:
            core, word, number = cores[place], words[place], numbers[place]
            if number < 0:
                number = self._number(chunks[place], core, word, document_of(place))
            if number in telling and core != word and plain.get(word) == number:
                number = self._as_written(core, document_of(place))  # a capital tells another meaning
            numbers[place] = number
        return numbers

    def _add_words(self, words: list[str]) -> None:
        """Analyse words of ASCII letters in lower case: each has a stem, and nothing to fold."""
        table, terms, spellings = self._table, self._table.terms, self._table.words
        first = len(table.term)
        language = str(self._language)
        names = [language + stem for stem in self._stems(words)]
        table.term.extend([terms.setdefault(name, len(terms)) for name in names])
        table.word.extend([spellings.setdefault(word, len(spellings)) for word in words])
        if table.labels is not None:
            table.labels.add_words(names, words)
        self._plain.update(zip(words, range(first, len(table.term)), strict=True))

    def _number(self, chunk: str, core: str, word: str, document: int) -> int:
        """Number a chunk, given what is left without signs, and that in lower case."""
        if not ((core.isascii() and core.isalpha()) or _PLAIN_WORD.fullmatch(core)):
            return self._as_written(chunk, document)
        number = self._as_written(word, document)
        if number >= SEVERAL or self._table.term[number] != NOTHING:
            self._plain[word] = number
            return number
        return number if word == core else self._as_written(core, document)

    def _as_written(self, chunk: str, document: int) -> int:
        number = self._others.get(chunk, -1)
        if number >= 0:
            return number
        if len(chunk) > LONGEST_CHUNK:
            return self._add_long(chunk, document)
        if not (len(self._others) + 1) % RENEW_AFTER:
            self._analyse = Analyzer(LANGUAGES[self._language]).analyse_chunk
        add = self._table.add_token
        numbers = [
            add(self._language, token, document, chunk[token.start : token.end])
            for token in self._analyse(chunk)
        ]
        number = numbers[0] if len(numbers) == 1 else self._table.add_list(numbers)
        self._others[chunk] = number
        return number

    def _add_long(self, chunk: str, document: int) -> int:
        """Analyse a chunk of perhaps millions of words, which are not held as text."""
        known: dict[tuple[str | None, str, str | None, str], int] = {}
        numbers = array("I")
        for token in analyzer(LANGUAGES[self._language]).stream_chunk(chunk):
            written = chunk[token.start : token.end]
            key = token.term, token.word, token.variant, written
            number = known.get(key, -1)
            if number < 0:
                number = known[key] = self._table.add_token(self._language, token, document, written)
            numbers.append(number)
        return self._table.add_list(numbers)
