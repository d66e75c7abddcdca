"""Each distinct chunk of text is analysed once: it gets a number, and tables tell what stands behind it."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis import analyzer
from indexer.analysis.stop_words import STOP_WORDS
from indexer.bulk.chunk_index import ChunkIndex
from indexer.bulk.plain_words import plain_words_of, word_keys
from indexer.bulk.vocabulary import Vocabulary
from indexer.bulk.word_analysis import PlainWords, new_analysis
from indexer.schema import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from indexer.analysis.tokens import ChunkToken

    Analyse = Callable[[str], Sequence[ChunkToken]]
    MakeAnalyse = Callable[[str], Analyse]
    Analysed = tuple[list[str], list[str], dict[int, str]]

# An analyzer keeps what it has analysed; what we keep is smaller, so ours start anew after this many chunks.
RENEW_AFTER = 1 << 13

NOTHING = 0xFFFFFFFF  # the chunk holds no term: a stop word, or signs alone
SEVERAL = 0xFFFFFFFE  # the chunk holds several words

# What a thing costs in memory, in bytes, measured.
DISTINCT_CHUNK = 190  # in the dictionary of chunks
DISTINCT_TERM = 200  # in a vocabulary
SEVERAL_TOKEN = 24  # in the tables of tokens, which are copied when a run ends

# As in `plain_words`, for what is too long for it, has more signs, or is a word of grammar in capitals. With
# other signs, digits or letters in it a chunk is analysed as it stands.
_AROUND = ',.;:!?()"«»'
_PLAIN_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿŒœ]+").fullmatch


@dataclass(slots=True)
class ChunkArrays:
    """What stands behind each chunk number, as arrays.

    Attributes:
        positions: How many positions the chunk takes.
        term: Number of its only term, or NOTHING, or SEVERAL.
        word: Number of its only word; for SEVERAL, its place in ``several_at``.
        several_at: Where the tokens of a chunk with several begin; one more than there are such chunks.
        several_term, several_word, several_offset: Those tokens: term, word, position within the chunk.
    """

    positions: NDArray[np.uint32]
    term: NDArray[np.uint32]
    word: NDArray[np.uint32]
    several_at: NDArray[np.uint32]
    several_term: NDArray[np.uint32]
    several_word: NDArray[np.uint32]
    several_offset: NDArray[np.uint32]


class ChunkTable:
    """Numbers for the distinct chunks of all languages, with the terms, words and variants behind them.

    Attributes:
        terms: Terms of all languages; each name is the language's number, one digit, then the term.
        words: Unstemmed words of all languages.
        variants: Accent variants ("es policia polic").
        variant_documents: For each variant the arrival number of the first document that has it.
        term: For each chunk number, its only term, NOTHING or SEVERAL.
        document: The arrival number of the document that is being read; whoever reads sets it.
    """

    def __init__(self, make_analyse: MakeAnalyse | None = None) -> None:
        """Start without any chunk.

        Args:
            make_analyse: Gives what turns a chunk of a language into tokens; None for a new analyzer's.
        """
        self.terms = Vocabulary()
        self.words = Vocabulary()
        self.variants = Vocabulary()
        self.variant_documents = array("I")
        self.document = 0
        self._positions = array("I")
        self.term = array("I")
        self._word = array("I")
        self._several_at = array("I", [0])
        self._several_term = array("I")
        self._several_word = array("I")
        self._several_offset = array("I")
        self._languages = [
            _LanguageChunks(self, number, make_analyse or new_analysis) for number in range(len(LANGUAGES))
        ]
        self.lookups = [chunks.__getitem__ for chunks in self._languages]
        self._indexes: dict[int, ChunkIndex] = {}
        self._single: dict[tuple[int, str | None, str, str | None], int] = {}

    @property
    def nbytes(self) -> int:
        """About how much memory the table takes."""
        return (
            (sum(map(len, self._languages)) + len(self._single)) * DISTINCT_CHUNK
            + sum(index.nbytes for index in self._indexes.values())
            + (len(self.terms) + len(self.words) + len(self.variants)) * DISTINCT_TERM
            + len(self._several_term) * SEVERAL_TOKEN
        )

    def number_all(self, language: int, chunks: list[str], documents: list[int]) -> list[int]:
        """Return the numbers of chunks of one language.

        Args:
            language: The number of the language.
            chunks: The chunks.
            documents: The arrival number of the document that each stands in.
        """
        return self._languages[language].number_all(chunks, documents)

    def index(self, language: int) -> ChunkIndex:
        """Return the chunks of a language by their keys; its words of grammar are there from the start."""
        index = self._indexes.get(language)
        if index is None:
            index = self._indexes[language] = ChunkIndex()
            listed = sorted(STOP_WORDS[LANGUAGES[language]])
            if listed:
                places, words = plain_words_of(listed)
                number = self.lookups[language]
                numbers = [number(listed[place]) for place in places.tolist()]
                index.add(*word_keys(words), np.array(numbers, dtype=np.uint32))
        return index

    def holds_term(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """Tell which of some chunks hold a term, rather than a word of grammar alone.

        Args:
            numbers: Their numbers; for what is no number of a chunk the answer means nothing.
        """
        if not len(self.term):
            return np.zeros(len(numbers), dtype=bool)
        terms: NDArray[Any] = np.frombuffer(self.term, dtype=np.uint32).take(numbers, mode="clip")
        holding: NDArray[Any] = terms != NOTHING
        return holding

    def number_words(self, language: int, words: list[str], documents: list[int]) -> NDArray[Any]:
        """Return the numbers of plain lower-case words of one language that are no words of grammar.

        Args:
            language: The number of the language.
            words: The words, each once.
            documents: The arrival number of the first document of each.
        """
        return np.array(self._languages[language].number_words(words, documents), dtype=np.uint32)

    def add_words(self, language: int, analysed: Analysed, documents: list[int]) -> range:
        """Give numbers to words that were just analysed, and that hold no other word.

        Args:
            language: The number of the language.
            analysed: What :class:`indexer.bulk.word_analysis.PlainWords` made of them.
            documents: The arrival number of the first document of each.
        """
        names, spellings, variants = analysed
        first = len(self.term)
        terms, words = self.terms, self.words
        self.term.extend([terms.setdefault(f"{language}{name}", len(terms)) for name in names])
        self._word.extend([words.setdefault(spelling, len(words)) for spelling in spellings])
        self._positions.extend([1] * len(names))
        for place, variant in variants.items():
            self.document = documents[place]
            self._note_variant(f"{LANGUAGES[language]} {spellings[place]} {variant}")
        return range(first, len(self.term))

    def spread(self, language: int, chunk: str) -> NDArray[np.uint32]:
        """Return the numbers of the words of a long chunk, each as if it were a chunk.

        Such a chunk may hold millions of words, and is hardly ever met again.
        """
        numbers = array("I")
        known = self._single
        for token in analyzer(LANGUAGES[language]).stream_chunk(chunk):
            key = (language, token.term, "" if token.term is None else token.word, token.variant)
            number = known.get(key, -1)
            if number < 0:
                number = known[key] = self.number(language, (token,))
            numbers.append(number)
        return np.array(numbers, dtype=np.uint32)

    def number(self, language: int, tokens: Sequence[ChunkToken]) -> int:
        """Give a number to a chunk that was just analysed."""
        number = len(self.term)
        self._positions.append(len(tokens))
        if len(tokens) == 1:  # in line, since every new word of an archive comes by here
            name, spelling, _, _, variant = tokens[0]
            if name is None:
                self.term.append(NOTHING)
                self._word.append(NOTHING)
                return number
            if variant is not None:
                self._note_variant(f"{LANGUAGES[language]} {spelling} {variant}")
            terms, words = self.terms, self.words
            self.term.append(terms.setdefault(f"{language}{name}", len(terms)))
            self._word.append(words.setdefault(spelling, len(words)))
        elif any(token.term is not None for token in tokens):
            self.term.append(SEVERAL)
            self._word.append(self._several(language, tokens))
        else:
            self.term.append(NOTHING)
            self._word.append(NOTHING)
        return number

    def _several(self, language: int, tokens: Sequence[ChunkToken]) -> int:
        """Note the terms of a chunk one by one; return where in ``several_at``."""
        for offset, token in enumerate(tokens):
            if token.term is None:
                continue
            if token.variant is not None:
                self._note_variant(f"{LANGUAGES[language]} {token.word} {token.variant}")
            self._several_term.append(self.terms.number(f"{language}{token.term}"))
            self._several_word.append(self.words.number(token.word))
            self._several_offset.append(offset)
        self._several_at.append(len(self._several_term))
        return len(self._several_at) - 2

    def _note_variant(self, name: str) -> None:
        number = self.variants.number(name)
        if number == len(self.variant_documents):
            self.variant_documents.append(self.document)
        elif self.document < self.variant_documents[number]:  # a batch is not analysed from front to back
            self.variant_documents[number] = self.document

    def arrays(self) -> ChunkArrays:
        """Return what is known so far as arrays of their own."""
        return ChunkArrays(
            *(
                np.array(values, dtype=np.uint32)
                for values in (
                    self._positions,
                    self.term,
                    self._word,
                    self._several_at,
                    self._several_term,
                    self._several_word,
                    self._several_offset,
                )
            )
        )


class _LanguageChunks(dict[str, int]):
    """The chunks of one language: a chunk met for the first time is analysed, then it is a look-up."""

    def __init__(self, table: ChunkTable, language: int, make_analyse: MakeAnalyse) -> None:
        super().__init__()
        self._table = table
        self._terms = table.term
        self._language = language
        self._make_analyse = make_analyse
        self._analyse = make_analyse(LANGUAGES[language])
        self._analysed = 0
        self._plain_words = PlainWords(LANGUAGES[language])

    def number_all(self, chunks: list[str], documents: list[int]) -> list[int]:
        """Return the numbers of chunks, looked at one by one."""
        numbers = []
        table = self._table
        for chunk, document in zip(chunks, documents, strict=True):
            table.document = document
            numbers.append(self[chunk])
        return numbers

    def number_words(self, words: list[str], documents: list[int]) -> list[int]:
        """Return the numbers of plain lower-case words that are no stop words, each once."""
        listed = [word for word in words if word not in self]
        if len(listed) < len(words):
            # Some were met in this very batch, in another spelling, perhaps in a later document than here.
            for word, document in zip(words, documents, strict=True):
                if word in self and not word.isascii():
                    self._table.document = document
                    self._table.number(self._language, self._analyse(word))
            documents = [
                document for word, document in zip(words, documents, strict=True) if word not in self
            ]
        if listed:
            analysed = self._plain_words.analyse(listed)
            given = self._table.add_words(self._language, analysed, documents)
            self.update(zip(listed, given, strict=True))
        return [self[word] for word in words]

    def __missing__(self, chunk: str) -> int:
        core = chunk.strip(_AROUND)
        if not ((core.isascii() and core.isalpha()) or _PLAIN_WORD(core)):
            number = self[chunk] = self._new(chunk)
            return number
        word = core.lower()
        number = self.get(word, -1)
        if number < 0:
            number = self[word] = self._new(word)
        if word != core and self._terms[number] == NOTHING:
            number = self.get(core, -1)
            if number < 0:
                number = self[core] = self._new(core)
        return number  # the spelling itself is not noted: whoever looks chunks up keeps a table of them

    def _new(self, chunk: str) -> int:
        self._analysed += 1
        if self._analysed >= RENEW_AFTER:
            self._analysed = 0
            self._analyse = self._make_analyse(LANGUAGES[self._language])
        return self._table.number(self._language, self._analyse(chunk))
