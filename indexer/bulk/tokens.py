"""Number distinct tokens, and the chunks of text that consist of them.

Numbers are valid within an epoch (:mod:`indexer.bulk.vocabulary`). A *chunk* is the text between two white
spaces. Its analysis depends only on its characters and language, so each distinct chunk is analyzed once.
Nearly all chunks have one token, whose number is also that of the chunk. Other chunks have numbers from
``SEVERAL`` on, each of which denotes a list of tokens.
"""

from __future__ import annotations

import re
from array import array
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis import Analyzer, analyzer
from indexer.analysis.analyzer import STOP_WORDS, list_stemmer
from indexer.analysis.characters import UNSPACED, CharacterTable, fold, fold_all, shape
from indexer.analysis.word_arrays import MAX_KEY_LENGTH, PADDING, ChunkIndex, ranges, word_keys
from indexer.bulk.sketches import WordHashes
from indexer.bulk.vocabulary import Vocabulary
from indexer.runtime import late_pattern
from indexer.schema import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.analysis.analyzer import ChunkToken
    from indexer.bulk.vocabulary import TokenLabels

    Numbers = NDArray[Any]


NOTHING = 0xFFFFFFFF  # the term and word number of a stop word, which has a position but no posting
SEVERAL = 1 << 31  # higher numbers of chunks refer to a list of tokens, which may be empty

MAX_CHUNK_LENGTH = 64
"""The number of characters up to which chunks are cached by their text; longer ones hardly ever recur."""

# An analyzer caches its results, which the table stores in less memory, so analyzers are replaced after this
# many chunks.
RENEW_AFTER = 1 << 13

# Measured bytes of memory.
CHUNK_BYTES = 190  # per chunk in the dictionary
TERM_BYTES = 200  # per term or word in a vocabulary

# Punctuation around a word of plain letters changes nothing, and case only matters if the lower-case word is
# a stop word (US, May). Chunks with other characters, digits or letters are analyzed unchanged.
_SIGNS = ',.;:!?()"«»'
_PLAIN_WORD = late_pattern("[A-Za-zÀ-ÖØ-öø-ÿŒœ]+")


class TokenTable:
    """The tokens of all languages, with their terms, words and accent variants.

    Attributes:
        labels: The thesaurus labels in which the tokens occur; ``None`` if there is no thesaurus.
        terms: Terms of all languages, each prefixed with the one-digit number of its language.
        words: Unstemmed words of all languages.
        hashes: The hashes of the words.
        variants: Accent variants: strings of a language, an unaccented word and the term of an accented word.
            "es policia polic" means that the Spanish word *policia* may be a spelling of a word with the
            term *polic*.
        variant_documents: For each variant, its first document in insertion order.
        term: For each token, the number of its term, or NOTHING.
        word: For each token, the number of its word, or NOTHING.
        languages: The distinct chunks of text in each language, by language number.
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
        self._lists = array("I")  # the concatenated token lists of chunks that do not have exactly one token
        self._list_ends = array("Q", [0])
        self.languages = [LanguageChunks(self, number) for number in range(len(LANGUAGES))]

    @property
    def nbytes(self) -> int:
        """The approximate memory use of the table in bytes."""
        return (
            sum(chunks.nbytes for chunks in self.languages)
            + (len(self.terms) + len(self.words) + len(self.variants)) * TERM_BYTES
            + (len(self._lists) + 2 * len(self.term)) * self.term.itemsize
        )

    def add_token(self, language: int, token: ChunkToken, document: int, written: str) -> int:
        """Add a token with its term and its word, and return its number."""
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
            self.add_variant(language, word, variant, document)
        return number

    def add_variant(self, language: int, word: str, variant: str, document: int) -> None:
        """Record that an unaccented word may be a spelling of an accented word in a document.

        ``variant`` is the term of the accented word.
        """
        number = self.variants.number(f"{LANGUAGES[language]} {word} {variant}")
        if number == len(self.variant_documents):
            self.variant_documents.append(document)
        elif document < self.variant_documents[number]:
            self.variant_documents[number] = document

    def add_list(self, numbers: Iterable[int]) -> int:
        """Add the tokens of a chunk as a list, and return the chunk's number, which is at least SEVERAL."""
        self._lists.extend(numbers)
        self._list_ends.append(len(self._lists))
        return SEVERAL + len(self._list_ends) - 2

    def expand(self, numbers: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
        """Replace chunk numbers by the numbers of their tokens.

        ``ends`` has the end of each text in ``numbers``.

        Returns:
            The token numbers, and the end of each text in them.
        """
        several = (numbers >= SEVERAL).nonzero()[0]
        if not len(several):
            return numbers, ends
        lists = numbers[several].astype(np.int64) - SEVERAL
        bounds = np.frombuffer(self._list_ends, np.uint64).astype(np.int64)
        begins = bounds[lists]
        sizes = bounds[lists + 1] - begins
        counts = np.ones(len(numbers), dtype=np.int64)
        counts[several] = sizes
        tokens = np.repeat(numbers, counts)
        if sizes.any():
            listed = np.frombuffer(self._lists, dtype=np.uint32)
            tokens[tokens >= SEVERAL] = listed[ranges(begins, sizes)]
        return tokens, np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))[ends]


class LanguageChunks:
    """The number of each chunk of the texts in one language.

    Attributes:
        index: A map from the bytes of short chunks to their numbers, which :func:`number_texts` fills.
    """

    def __init__(self, table: TokenTable, language: int) -> None:
        self.index = ChunkIndex()
        self._table = table
        self._language = language
        self._plain: dict[str, int] = {}  # lower-case words of plain letters, without stop words
        self._others: dict[str, int] = {}  # chunks as written
        self._analyse = Analyzer(LANGUAGES[language]).analyse_chunk
        self._stems = list_stemmer(LANGUAGES[language])
        self._fold = fold_all if LANGUAGES[language] == "en" else fold
        self._stop_words = STOP_WORDS[LANGUAGES[language]]

    @property
    def nbytes(self) -> int:
        """The approximate memory use of the chunks in bytes."""
        return (len(self._plain) + len(self._others)) * CHUNK_BYTES + self.index.nbytes

    def number_all(self, chunks: Sequence[str], documents: Sequence[int]) -> Numbers:
        """Return the numbers of chunks, after analyzing new ones."""
        cores = [*map(str.strip, chunks, repeat(_SIGNS))]
        words = "\n".join(cores).lower().split("\n")
        plain, stop_words = self._plain, self._stop_words
        numbers = [*map(plain.get, words, repeat(-1))]
        unknown = [at for at, number in enumerate(numbers) if number < 0]
        new = {words[at]: documents[at] for at in reversed(unknown)}  # the first document with each word
        self._add_words({word: new[word] for word in new if word not in stop_words and _is_plain(word)})
        for at in unknown:
            if (number := plain.get(words[at], -1)) < 0:
                number = self._number(chunks[at], cores[at], words[at], documents[at])
            numbers[at] = number
        found = np.array(numbers, np.uint32)
        for at in self._table.labels.distinctive(found) if self._table.labels else ():
            if cores[at] != words[at] and plain.get(words[at]) == found[at]:
                found[at] = self._number_as_written(cores[at], documents[at])  # capitals change the meaning
        return found

    def _add_words(self, new: dict[str, int]) -> None:
        """Analyze and add new words of plain lower-case letters, all at once."""
        words, table = [*new], self._table
        terms, spellings, first = table.terms, table.words, len(table.term)
        language = str(self._language)
        folded, stems = _fold_lines(fold, words), _fold_lines(self._fold, self._stems(words))
        names = [language + stem for stem in stems]
        table.term.extend([terms.setdefault(name, len(terms)) for name in names])
        table.word.extend([spellings.setdefault(word, len(spellings)) for word in folded])
        if table.labels is not None:
            table.labels.add_words(names, words)
        self._plain.update(zip(words, range(first, len(table.term)), strict=True))
        if folded != words:
            accented = [at for at, word in enumerate(words) if word != folded[at]]
            unaccented = [folded[at] for at in accented]
            others = _fold_lines(self._fold, self._stems(unaccented))
            for at, word, other in zip(accented, unaccented, others, strict=True):
                if other != stems[at]:
                    table.add_variant(self._language, word, stems[at], new[words[at]])

    def _number(self, chunk: str, core: str, word: str, document: int) -> int:
        """Analyze a new chunk, and return its number."""
        if not _is_plain(core):
            return self._number_as_written(chunk, document)
        number = self._number_as_written(word, document)
        if number >= SEVERAL or self._table.term[number] != NOTHING:
            self._plain[word] = number
            return number
        return number if word == core else self._number_as_written(core, document)

    def _number_as_written(self, chunk: str, document: int) -> int:
        number = self._others.get(chunk, -1)
        if number >= 0:
            return number
        if len(chunk) > MAX_CHUNK_LENGTH:
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
        """Analyze a chunk of up to millions of words, without keeping all words in memory."""
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


def _is_plain(word: str) -> bool:
    """Return whether a word has only letters that normalisation does not change."""
    return (word.isascii() and word.isalpha()) or _PLAIN_WORD.fullmatch(word) is not None


def _fold_lines(fold: Callable[[str], str], words: list[str]) -> list[str]:
    """Fold many words at once, which is several times as fast as one by one."""
    return fold("\n".join(words)).split("\n") if words else words


PART = 1 << 18
"""The number of characters of a text that are split at a time."""

CHUNKS = 1 << 16
"""The number of chunks that are looked up at a time."""

_SPACE = 0x20
# White space as str.split defines it, in UTF-8. White space of one byte is translated to spaces with this
# table; sequences of several bytes (_WIDE_SPACES) are searched for.
_SPACES = bytes(_SPACE if chr(code).isspace() else code for code in range(128)) + bytes(range(128, 256))
_WIDE_SPACES = [
    chr(code).encode()
    for code in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
]
_LAST_OF_WIDE_SPACE = {
    prefix: np.array([wide[-1] for wide in _WIDE_SPACES if wide[:-1] == prefix], dtype=np.uint8)
    for prefix in {wide[:-1] for wide in _WIDE_SPACES}
}
_BREAK = re.compile(r"\s").search


_SPREAD = CharacterTable(lambda letter: f" {letter}" if shape(letter) == UNSPACED else letter)
"""A table that puts a space before every letter of a script without spaces.

Each such letter is a separate word in any context, so that the words of a text and their order do not change.
But a paragraph of them would be a chunk that never recurs.
"""


def number_texts(
    table: TokenTable, language: int, texts: Sequence[str], documents: Sequence[int]
) -> tuple[Numbers, Numbers]:
    """Convert texts in one language, in document order, to token numbers.

    Returns:
        The concatenated token numbers of all texts, uint32, and the end of each text's numbers.
    """
    if max(map(len, texts), default=0) <= PART:
        return _number_batch(table, language, texts, documents)
    found = [
        np.concatenate([_number_batch(table, language, [part], [document])[0] for part in _parts(text)])
        for text, document in zip(texts, documents, strict=True)
    ]
    return np.concatenate(found), np.cumsum([len(numbers) for numbers in found], dtype=np.int64)


def _parts(text: str) -> Iterator[str]:
    """Split a long text into parts, to limit the memory for their arrays."""
    if len(text) > PART and not text.isascii():
        text = text.translate(_SPREAD)
    first = 0
    while len(text) - first > PART and (found := _BREAK(text, first + PART // 2)):
        yield text[first : found.start()]
        first = found.start()
    yield text[first:]


def _number_batch(
    table: TokenTable, language: int, texts: Sequence[str], documents: Sequence[int]
) -> tuple[Numbers, Numbers]:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    data = _join(encoded)
    ends = _ends(encoded)
    letters = _unspaced_letters(data)
    if len(letters):
        for text in np.unique(np.searchsorted(ends, letters, "right")).tolist():
            encoded[text] = texts[text].translate(_SPREAD).encode("utf-8", "surrogatepass")
        data = _join(encoded)
        ends = _ends(encoded)
    space = data == _SPACE
    edges = (space[1:] != space[:-1]).nonzero()[0] + 1
    starts, stops = edges[0::2], edges[1::2]
    chunks = table.languages[language]
    found = [np.empty(0, np.uint32)]

    owners = np.array(documents)
    for first in range(0, len(starts), CHUNKS):
        bounds = starts[first : first + CHUNKS], stops[first : first + CHUNKS]
        found.append(_number_chunks(chunks, data, bounds, (ends, owners)))
    return table.expand(np.concatenate(found), np.searchsorted(starts, ends))


def _number_chunks(
    chunks: LanguageChunks, data: Numbers, bounds: tuple[Numbers, Numbers], texts: tuple[Numbers, Numbers]
) -> Numbers:
    """Return the number of each chunk, which is analyzed if it is new.

    Args:
        chunks: The chunks of the language.
        data: Texts as bytes, separated by spaces.
        bounds: The start and the end of each chunk.
        texts: The end of each text in ``data``, and the document of each text.
    """
    starts, stops = bounds
    sizes = stops - starts
    low, high = word_keys(data, starts, sizes)
    numbers, unknown = chunks.index.find(low, high)
    is_long = sizes > MAX_KEY_LENGTH
    unknown = unknown[~is_long[unknown]]
    first, same_as = chunks.index.distinct(low[unknown], high[unknown])
    short, long = unknown[first], is_long.nonzero()[0]
    firsts: dict[bytes, int] = {}  # the first position of each long chunk
    met = [firsts.setdefault(data[starts[at] : stops[at]].tobytes(), at) for at in long.tolist()]
    new = np.array([*short.tolist(), *firsts.values()], np.int64)
    if len(new):
        new.sort()
        begins = starts[new]
        text = data[begins[0] : stops[-1]].tobytes()
        spans = zip((begins - begins[0]).tolist(), (stops[new] - begins[0]).tolist(), strict=True)
        joined = b"\n".join([text[start:stop] for start, stop in spans])
        written = joined.decode("utf-8", "surrogatepass").split("\n")
        ends, owners = texts
        documents = owners[ends.searchsorted(begins, "right")].tolist()
        numbers[new] = chunks.number_all(written, documents)
        chunks.index.add(low[short], high[short], numbers[short])
        numbers[unknown] = numbers[short][same_as]
        numbers[long] = numbers[met]
    return numbers


def _ends(encoded: list[bytes]) -> Numbers:
    """Return the end of each text in a concatenation with a space before each text."""
    sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    return np.cumsum(sizes + 1)


def _join(encoded: list[bytes]) -> Numbers:
    """Concatenate texts with spaces around them, and replace all white space by spaces."""
    data = bytearray(b" ".join((b"", *encoded, PADDING))).translate(_SPACES)
    values = np.frombuffer(data, dtype=np.uint8)
    lead = (values >= 0x80).nonzero()[0]  # bytes of characters that are not ASCII
    for prefix, last in _LAST_OF_WIDE_SPACE.items() if len(lead) else ():
        at = lead[values[lead] == prefix[0]]
        for offset, byte in enumerate(prefix[1:], start=1):
            at = at[values[at + offset] == byte]
        if len(at):
            at = at[np.isin(values[at + len(prefix)], last)]
            for offset in range(len(prefix) + 1):
                values[at + offset] = _SPACE
    return values


def _unspaced_letters(data: Numbers) -> Numbers:
    """Return the positions of bytes that may start a letter of a script written without spaces."""
    lead = (data >= 0xE0).nonzero()[0]
    if not len(lead):
        return lead
    first, second = data[lead], data[lead + 1]
    # From U+0E00 on, without U+1200 to U+177F, U+1800 to U+2E7F, and the byte order mark at the end.
    other = ((first == 0xE0) & (second < 0xB8)) | ((first == 0xE1) & (second > 0x9F))
    other |= (first == 0xE2) & (second < 0xBA)
    candidates: Numbers = lead[~other]
    return candidates
