"""From texts to chunk numbers, a batch at a time: split, looked up and, where a chunk is new, analysed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.characters import UNSPACED, shape
from indexer.bulk.chunk_index import LONGEST_KEY, chunk_keys
from indexer.bulk.plain_words import first_of_each, plain_words, spelled, word_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.bulk.chunks import ChunkTable

    Numbers = NDArray[Any]

LONGEST_CHUNK = 64
"""Characters of the longest chunk that is kept whole; a longer one is taken as the words that it holds."""

PART = 1 << 18
"""Characters of a text that are split at a time."""

CHUNKS = 1 << 16
"""Chunks that are looked up at a time."""

_SPACE = 0x20
# What str.split parts words at, as bytes: those of ASCII become spaces, those below are sought.
_SPACES = bytes(_SPACE if chr(code).isspace() else code for code in range(128)) + bytes(range(128, 256))
_WIDE_SPACES = [
    chr(code).encode()
    for code in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
]
_LAST_OF_WIDE_SPACE = {
    prefix: np.array([wide[-1] for wide in _WIDE_SPACES if wide[:-1] == prefix], dtype=np.uint8)
    for prefix in {wide[:-1] for wide in _WIDE_SPACES}
}
_BEHIND = b" " * 24  # so that the keys of the last chunk can be read
_BREAK = re.compile(r"\s").search


class _Spread(dict[int, int | str]):
    """A translation table that puts a space before every letter of a script that writes none.

    Each such letter is a word of its own anyway, whatever stands around it, so the words of a text and
    their order stay. But a paragraph of them is one chunk, met once and never again.
    """

    def __missing__(self, code: int) -> int | str:
        letter = chr(code)
        self[code] = spread = f" {letter}" if shape(letter) == UNSPACED else code
        return spread


_SPREAD = _Spread()


def number_texts(
    table: ChunkTable, language: int, texts: Sequence[str], documents: Sequence[int]
) -> tuple[Numbers, Numbers]:
    """Turn texts of one language into chunk numbers.

    Args:
        table: Where the chunks get their numbers.
        language: The number of the language.
        texts: The texts.
        documents: The arrival number of each text's document.

    Returns:
        The numbers of all chunks, one text behind the other, and where each text's numbers end.
    """
    if max(map(len, texts), default=0) <= PART:
        return _number_batch(table, language, texts, documents)
    found = [
        np.concatenate([_number_batch(table, language, [part], [document])[0] for part in _parts(text)])
        for text, document in zip(texts, documents, strict=True)
    ]
    return np.concatenate(found), np.cumsum([len(numbers) for numbers in found], dtype=np.int64)


def _parts(text: str) -> Iterator[str]:
    """Cut a text into parts, so that what stands in memory beside it stays small."""
    if len(text) > PART and not text.isascii():
        text = text.translate(_SPREAD)
    first = 0
    while len(text) - first > PART and (found := _BREAK(text, first + PART // 2)):
        yield text[first : found.start()]
        first = found.start()
    yield text[first:]


def _number_batch(
    table: ChunkTable, language: int, texts: Sequence[str], documents: Sequence[int]
) -> tuple[Numbers, Numbers]:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    data = _joined(encoded)
    ends = _ends(encoded)
    letters = _unspaced_letters(data)
    if len(letters):
        for place in np.unique(np.searchsorted(ends, letters, "right")).tolist():
            encoded[place] = texts[place].translate(_SPREAD).encode("utf-8", "surrogatepass")
        data = _joined(encoded)
        ends = _ends(encoded)
    space = data == _SPACE
    edges = (space[1:] != space[:-1]).nonzero()[0] + 1
    starts = edges[0::2]
    return _Batch(
        table, language, data, starts, edges[1::2], np.searchsorted(starts, ends), documents
    ).numbers()


def _ends(encoded: list[bytes]) -> Numbers:
    """Return where each of some joined texts ends; a space stands before each."""
    sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    return np.cumsum(sizes + 1)


def _joined(encoded: list[bytes]) -> Numbers:
    """Join texts with spaces between, before and behind them; every white space in them becomes spaces."""
    data = bytearray(b" ".join((b"", *encoded, _BEHIND))).translate(_SPACES)
    values = np.frombuffer(data, dtype=np.uint8)
    for prefix, last in _LAST_OF_WIDE_SPACE.items():
        at = (values[: -len(prefix)] == prefix[0]).nonzero()[0]
        for offset, byte in enumerate(prefix[1:], start=1):
            at = at[values[at + offset] == byte]
        if len(at):
            at = at[np.isin(values[at + len(prefix)], last)]
            for offset in range(len(prefix) + 1):
                values[at + offset] = _SPACE
    return values


def _unspaced_letters(data: Numbers) -> Numbers:
    """Return the places of bytes that may begin a letter of a script without spaces, and of few others."""
    lead = (data >= 0xE0).nonzero()[0]
    if not len(lead):
        return lead
    first, second = data[lead], data[lead + 1]
    # From U+0E00 on, without U+1200 to U+177F, U+1800 to U+2E7F, and the byte order mark at the end.
    other = ((first == 0xE0) & (second < 0xB8)) | ((first == 0xE1) & (second > 0x9F))
    other |= (first == 0xE2) & (second < 0xBA)
    candidates: Numbers = lead[~other]
    return candidates


@dataclass(slots=True)
class _Batch:
    """Joined texts of one language, on their way to numbers.

    Attributes:
        table: Where the chunks get their numbers.
        language: The number of the language.
        data: The texts as bytes, parted by spaces.
        starts, stops: Where each chunk begins and ends there.
        ends: How many chunks stand before the end of each text.
        documents: The arrival number of the document of each text.
        spread: The numbers of the words of long chunks, by the place of the chunk.
    """

    table: ChunkTable
    language: int
    data: Numbers
    starts: Numbers
    stops: Numbers
    ends: Numbers
    documents: Sequence[int]
    spread: dict[int, Numbers] = field(default_factory=dict)

    def numbers(self) -> tuple[Numbers, Numbers]:
        """Return the numbers of all chunks, and where each text's numbers end."""
        found = [self._some(first) for first in range(0, len(self.starts), CHUNKS)]
        numbers = np.concatenate(found) if found else np.empty(0, np.uint32)
        return _spliced(numbers, self.ends, self.spread) if self.spread else (numbers, self.ends)

    def _some(self, first: int) -> Numbers:
        """Return the numbers of ``CHUNKS`` chunks; those of long chunks have no meaning."""
        starts, stops = self.starts[first : first + CHUNKS], self.stops[first : first + CHUNKS]
        sizes = stops - starts
        index = self.table.index(self.language)
        low, high = chunk_keys(self.data, starts, sizes)
        numbers, new = index.find(low, high)
        long = (sizes > LONGEST_KEY).nonzero()[0]
        if len(long):
            new = np.union1d(new, long)
        if not len(new):
            return numbers
        words_low, words_high, of_words = self._number(first, new, numbers)
        new = new[sizes[new] <= LONGEST_KEY]
        index.add(
            np.concatenate((words_low, low[new])),
            np.concatenate((words_high, high[new])),
            np.concatenate((of_words, numbers[new])),
        )
        return numbers

    def _number(self, first: int, places: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Number new chunks: plain words, with signs or without, all at once, the others by their text.

        Args:
            first: The first chunk that is looked at.
            places: The new chunks, counted from there.
            numbers: Where their numbers go.

        Returns:
            The keys of the words among them that are new too, and their numbers.
        """
        table, language = self.table, self.language
        at, words, capital = plain_words(self.data, self.starts[places + first], self.stops[places + first])
        low, high = word_keys(words)
        found, new = table.index(language).find(low, high)
        # The words of grammar are all known: a word that is not known is none, and its case does not matter.
        kept = ~capital | table.holds_term(found)
        kept[new] = True
        others = np.ones(len(places), dtype=bool)
        others[at[kept]] = False
        if others.any():
            self._by_text(first, places[others], numbers)
        distinct, which = first_of_each(low[new], high[new])
        met = new[distinct]
        texts = np.searchsorted(self.ends, places[at[met]] + first, "right").tolist()
        given = table.number_words(language, spelled(words[met]), [self.documents[text] for text in texts])
        found[new] = given[which]
        numbers[places[at[kept]]] = found[kept]
        return low[met], high[met], given

    def _by_text(self, first: int, todo: Numbers, numbers: Numbers) -> None:
        """Number chunks by their text."""
        table, language, data = self.table, self.language, self.data
        starts, stops = self.starts[first:], self.stops[first:]
        sizes = stops[todo] - starts[todo]
        written = [
            data[start:stop].tobytes().decode("utf-8", "surrogatepass")
            for start, stop in zip(starts[todo].tolist(), stops[todo].tolist(), strict=True)
        ]
        texts = np.searchsorted(self.ends, todo + first, "right").tolist()
        owners = [self.documents[text] for text in texts]
        for at in (sizes > LONGEST_KEY).nonzero()[0].tolist():
            if len(written[at]) > LONGEST_CHUNK:
                table.document = owners[at]
                self.spread[int(todo[at]) + first] = table.spread(language, written[at])
                written[at] = ""
        numbers[todo] = table.number_all(language, written, owners)


def _spliced(numbers: Numbers, ends: Numbers, spread: dict[int, Numbers]) -> tuple[Numbers, Numbers]:
    """Put several numbers in the place of one, and move the ends along."""
    pieces = []
    counts = np.ones(len(numbers), dtype=np.int64)
    done = 0
    for place, several in spread.items():
        pieces += [numbers[done:place], several]
        counts[place] = len(several)
        done = place + 1
    pieces.append(numbers[done:])
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    return np.concatenate(pieces), before[ends]
