"""Chunks of plain letters brought to the form in which they are known: signs off, in lower case, all at once.

Around a word of plain letters signs change nothing, and case matters only where the lower-case word is a
stop word (US, May). So `House,` and `(HOUSE)` need no analysis of their own once `house` had one; as bytes of
a key they need no text of their own either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.chunk_index import LONGEST_KEY, chunk_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

SIGNS = ',.;:!?()"'
MOST_SIGNS = 3  # on either side; a chunk with more is left to others

_SIGN = np.zeros(256, dtype=bool)
_SIGN[list(SIGNS.encode())] = True
_LETTER = np.array([code < 128 and chr(code).isalpha() for code in range(256)])
_SMALL = np.array([ord(chr(code).lower()) if code < 128 else code for code in range(256)], dtype=np.uint8)
# Letters of two bytes that begin with the one below: À to ÿ, without the signs × and ÷ among them.
_LEAD = 0xC3
_ACCENTED = np.array([0x80 <= code <= 0xBF and code not in {0x97, 0xB7} for code in range(256)])
_SMALL_ACCENTED = np.array([code + 0x20 if code <= 0x9E else code for code in range(256)], dtype=np.uint8)


def plain_words(data: Numbers, starts: Numbers, stops: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the words of chunks that hold one word of plain letters and perhaps signs around it.

    Args:
        data: The bytes of texts, with white space before and 24 bytes of it behind the last chunk.
        starts: Where each chunk begins.
        stops: Where each ends.

    Returns:
        The places of the chunks that are such words, of up to ``LONGEST_KEY`` bytes; a row of 16 bytes for
        each word, in lower case, filled with zeros; and whether it was written with a capital.
    """
    starts, stops = starts.copy(), stops.copy()
    signed = np.arange(len(stops))
    for _ in range(MOST_SIGNS):
        signed = signed[_SIGN[data[stops[signed] - 1]]]
        stops[signed] -= 1
    signed = np.arange(len(starts))
    for _ in range(MOST_SIGNS):
        signed = signed[_SIGN[data[starts[signed]]]]
        starts[signed] += 1
    sizes = stops - starts
    places = ((sizes > 0) & (sizes <= LONGEST_KEY)).nonzero()[0]
    sizes = sizes[places]
    keys = np.stack(chunk_keys(data, starts[places], sizes), axis=1)
    written = keys.view(np.uint8).reshape(-1, 16)
    written[:, LONGEST_KEY] = 0
    letters = _LETTER[written]
    words = _SMALL[written]
    lead = written[:, :-1] == _LEAD
    if lead.any():
        behind = written[:, 1:]
        accented = lead & _ACCENTED[behind]
        letters[:, 1:] |= accented
        letters[:, :-1] |= accented
        words[:, 1:][accented] = _SMALL_ACCENTED[behind[accented]]
    plain = (letters.sum(axis=1) == sizes).nonzero()[0]
    words = words[plain]
    return places[plain], words, (words != written[plain]).any(axis=1)


def plain_words_of(listed: list[str]) -> tuple[Numbers, Numbers]:
    """Return which of some words are plain, and a row of 16 bytes for each that is.

    Args:
        listed: Words in lower case.
    """
    encoded = [word.encode() for word in listed]
    sizes = np.array([len(word) for word in encoded], dtype=np.int64)
    data = np.frombuffer(b" ".join((b"", *encoded, b" " * 24)), dtype=np.uint8)
    starts = np.cumsum(sizes + 1) - sizes
    places, words, _ = plain_words(data, starts, starts + sizes)
    return places, words


def word_keys(words: Numbers) -> tuple[Numbers, Numbers]:
    """Return the keys of words as chunks (see :func:`indexer.bulk.chunk_index.chunk_keys`).

    Args:
        words: A row of 16 bytes for each, none of them zero before the end of the word.
    """
    words = words.copy()
    words[:, LONGEST_KEY] = np.count_nonzero(words, axis=1)
    keys = words.view(np.uint64)
    return keys[:, 0].copy(), keys[:, 1].copy()


def spelled(words: Numbers) -> list[str]:
    """Return words as text."""
    return b" ".join(words.view("S16").ravel().tolist()).decode().split(" ") if len(words) else []


def first_of_each(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Find what is there more than once.

    Args:
        low: The first words of keys.
        high: The second words.

    Returns:
        The place of the first of each distinct key, ascending; and for every key which of these it is.
    """
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    firsts = order[begins]
    by_place = firsts.argsort()
    ranks = np.empty(len(firsts), dtype=np.int64)
    ranks[by_place] = np.arange(len(firsts))
    which = np.empty(len(order), dtype=np.int64)
    which[order] = ranks[begins.cumsum() - 1]
    return firsts[by_place], which
