"""From texts to token numbers, a batch at a time: split at white space, looked up, analysed where new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.characters import UNSPACED, CharacterTable, shape
from indexer.analysis.word_keys import LONGEST_KEY, PADDING, word_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.bulk.token_table import LanguageChunks, TokenTable

    Numbers = NDArray[Any]

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
_BREAK = re.compile(r"\s").search


_SPREAD = CharacterTable(lambda letter: f" {letter}" if shape(letter) == UNSPACED else letter)
"""Puts a space before every letter of a script that writes none.

Each such letter is a word of its own anyway, whatever stands around it, so the words of a text and their
order stay. But a paragraph of them is one chunk, met once and never again.
"""


def number_texts(
    table: TokenTable, language: int, texts: Sequence[str], documents: Sequence[int]
) -> tuple[Numbers, Numbers]:
    """Turn texts of one language into token numbers.

    Args:
        table: Where tokens get their numbers.
        language: The number of the language.
        texts: The texts.
        documents: The arrival number of each text's document, ascending.

    Returns:
        The numbers of all tokens, one text behind the other, uint32, and where each text's numbers end.
    """
    if max(map(len, texts), default=0) <= PART:
        return _number_batch(table, language, texts, documents)
    found = [
        np.concatenate([_number_batch(table, language, [part], [document])[0] for part in _parts(text)])
        for text, document in zip(texts, documents, strict=True)
    ]
    return np.concatenate(found), np.cumsum([len(numbers) for numbers in found], dtype=np.int64)


def _parts(text: str) -> Iterator[str]:
    """Cut a text into parts, so that the arrays made of each stay small."""
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

    def document_at(offset: int) -> int:
        return documents[int(ends.searchsorted(offset, "right"))]

    for first in range(0, len(starts), CHUNKS):
        bounds = starts[first : first + CHUNKS], stops[first : first + CHUNKS]
        found.append(_number_chunks(chunks, data, bounds, document_at))
    return table.expand(np.concatenate(found), np.searchsorted(starts, ends))


def _number_chunks(
    chunks: LanguageChunks,
    data: Numbers,
    bounds: tuple[Numbers, Numbers],
    document_at: Callable[[int], int],
) -> Numbers:
    """Look chunks up by their bytes, and those that are not found, or too long for that, by their text.

    Args:
        chunks: The chunks of the language.
        data: Texts as bytes, parted by spaces.
        bounds: Where each chunk begins there, and where each ends.
        document_at: Gives the arrival number of the document that stands at an offset.

    Returns:
        The number of each chunk, uint32.
    """
    starts, stops = bounds
    sizes = stops - starts
    low, high = word_keys(data, starts, sizes)
    numbers, unknown = chunks.index.find(low, high)
    is_long = sizes > LONGEST_KEY
    unknown = unknown[~is_long[unknown]]
    first, same_as = chunks.index.distinct(low[unknown], high[unknown])
    short, long = unknown[first], is_long.nonzero()[0]
    firsts: dict[bytes, int] = {}  # of each long one
    met = [firsts.setdefault(data[starts[at] : stops[at]].tobytes(), at) for at in long.tolist()]
    new = np.array([*short.tolist(), *firsts.values()], np.int64)
    if len(new):
        new.sort()
        begins = starts[new]
        text = data[begins[0] : stops[-1]].tobytes()
        spans = zip((begins - begins[0]).tolist(), (stops[new] - begins[0]).tolist(), strict=True)
        joined = b"\n".join([text[start:stop] for start, stop in spans])
        written = joined.decode("utf-8", "surrogatepass").split("\n")
        numbers[new] = chunks.number_all(written, lambda place: document_at(begins[place]))
        chunks.index.add(low[short], high[short], numbers[short])
        numbers[unknown] = numbers[short][same_as]
        numbers[long] = numbers[met]
    return numbers


def _ends(encoded: list[bytes]) -> Numbers:
    """Compute the end of each of some texts joined with a space before each."""
    sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    return np.cumsum(sizes + 1)


def _join(encoded: list[bytes]) -> Numbers:
    """Join texts with spaces between, before and behind them; every white space in them becomes spaces."""
    data = bytearray(b" ".join((b"", *encoded, PADDING))).translate(_SPACES)
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
    """Find the offsets of bytes that may begin a letter of a script without spaces, and of few others."""
    lead = (data >= 0xE0).nonzero()[0]
    if not len(lead):
        return lead
    first, second = data[lead], data[lead + 1]
    # From U+0E00 on, without U+1200 to U+177F, U+1800 to U+2E7F, and the byte order mark at the end.
    other = ((first == 0xE0) & (second < 0xB8)) | ((first == 0xE1) & (second > 0x9F))
    other |= (first == 0xE2) & (second < 0xBA)
    candidates: Numbers = lead[~other]
    return candidates
