"""Compute sketches, with which documents with similar text are found.

A sketch is a few numbers (keys) per document. A shingle is a sequence of ``SHINGLE`` consecutive words of the
body, without stop words. The keys are the smallest hashes of the document's shingles (bottom-k sketches:
Broder, "On the resemblance and containment of documents", 1997). Half of them are from the beginning of the
body, which shortened versions keep, and half from the whole body. A document without shingles has one key,
the hash of its title, body and day.
"""

from __future__ import annotations

import zlib
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_arrays import ranges
from indexer.schema import SKETCH_KEYS

if TYPE_CHECKING:
    from array import array

    from numpy.typing import NDArray

    from indexer.bulk.vocabulary import Vocabulary

    Numbers = NDArray[Any]

SHINGLE: Final = 4
LEAD_SHINGLES: Final = 32
MAX_TOKENS: Final = 4096
"""The maximum number of tokens of a body in one language that make shingles."""

_LEAD_KEYS: Final = SKETCH_KEYS // 2
# Hashes are sorted as numbers of 14 bits for the document and 50 bits of the hash. The upper 18 bits of the
# hash only determine the order; the lower 32 bits become the key.
_DOCUMENT_SHIFT: Final = np.uint64(50)
_KEY_BITS: Final = np.uint64(32)
_ORDERS: Final = 1 << 18
_ORDER_MASK: Final = np.uint64((1 << 50) - 1)
_SORTED: Final = 24
"""The average number of shingles of a piece that are sorted to find the smallest; rarely below four."""

_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_SECOND_FACTOR: Final = np.uint64(0xC2B2AE3D27D4EB4F)


class WordHashes:
    """The hash of each word of a vocabulary, which depends only on the text of the word."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._count = 0
        self._hashes = np.zeros(1, np.uint64)  # longer than the vocabulary; the last value is always 0

    def of(self, numbers: Numbers) -> Numbers:
        """Return the hashes of words, given their numbers, or 0 for an unknown number."""
        new = len(self._words) - self._count
        if new:
            texts = [*islice(reversed(self._words), new)][::-1]
            sums = [*map(zlib.crc32, "\n".join(texts).encode("utf-8", "surrogatepass").split(b"\n"))]
            if self._count + new >= len(self._hashes):
                grown = np.zeros(2 * (self._count + new) + 1, np.uint64)
                grown[: self._count] = self._hashes[: self._count]
                self._hashes = grown
            self._hashes[self._count : self._count + new] = _mix(np.array(sums, np.uint64)) | np.uint64(1)
            self._count += new
        found: Numbers = self._hashes.take(numbers, mode="clip")
        return found


def sketch(
    hashes: WordHashes, word: array[int], tokens: Numbers, pieces: dict[str, Numbers], days: Numbers
) -> Numbers:
    """Compute the sketches of a batch of documents, by which near duplicates are found.

    Args:
        hashes: The hash of each word, by word number.
        word: The word number of each token.
        tokens: The tokens of the documents, ordered by piece.
        pieces: For each piece (the text of a document in one language), its ``document``, numbered in the
            batch, the end of its title (``title_end``) and its own end (``end``).
        days: The first possible day of each document's date.

    Returns:
        An array (uint32) with a row of keys for each document, padded with 0.
    """
    found = np.zeros((len(days), SKETCH_KEYS), np.uint32)
    if not len(tokens):
        return found
    values = hashes.of(np.frombuffer(word, np.uint32).take(tokens))
    ends = pieces["end"]
    document = pieces["document"].astype(np.uint32)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    before = np.concatenate((np.zeros(1, np.uint32), np.cumsum(values != 0, dtype=np.uint32)))
    last = np.minimum(ends, pieces["title_end"] + MAX_TOKENS)
    bodies = before[pieces["title_end"]], before[last]
    values = values[values != 0]
    sizes = np.maximum(bodies[1].astype(np.int64) - bodies[0] - (SHINGLE - 1), 0)
    if len(values) >= SHINGLE:
        shingles = _shingles(values)
        lead = np.minimum(sizes, LEAD_SHINGLES)
        found[:, :_LEAD_KEYS] = _lowest(shingles, bodies[0], lead, document, len(days))[:, :_LEAD_KEYS]
        whole = _lowest(shingles, bodies[0], sizes, document, len(days))
        known = (whole[:, :, None] == found[:, None, :_LEAD_KEYS]).any(axis=2)
        unknown_first = known.argsort(axis=1, kind="stable")[:, :_LEAD_KEYS]
        found[:, _LEAD_KEYS:] = np.take_along_axis(whole, unknown_first, axis=1)
    short = np.flatnonzero(~found[document].any(axis=1) & (before[ends] > before[starts]))
    if len(short):
        found_short = _hash_short(values, before[starts[short]], before[ends[short]], days[document[short]])
        np.bitwise_xor.at(found[:, 0], document[short], found_short)
    return found


def _hash_short(values: Numbers, begins: Numbers, ends: Numbers, days: Numbers) -> Numbers:
    """Hash each text that is too short for a shingle, together with its day."""
    sizes = ends.astype(np.int64) - begins
    at = ranges(begins, sizes)
    within = (at - np.repeat(begins, sizes)).astype(np.uint64)
    mixed = _mix(values[at] + within * _SECOND_FACTOR)
    sums = np.add.reduceat(mixed, np.cumsum(sizes) - sizes) + days.astype(np.uint64)
    return (_mix(sums) >> _KEY_BITS).astype(np.uint32)


def _shingles(values: Numbers) -> Numbers:
    """Return the hash of each shingle, given the hashes of all words."""
    count = len(values) - SHINGLE + 1
    found = values[:count].copy()
    for number in range(1, SHINGLE):
        found *= _FACTOR
        found += values[number : number + count]
    return _mix(found)


def _lowest(shingles: Numbers, begins: Numbers, sizes: Numbers, document: Numbers, documents: int) -> Numbers:
    """Return the sketch of each document: the smallest hashes of the document's shingles, ascending.

    ``begins``, ``sizes`` and ``document`` have, for each piece, its first shingle, its number of shingles,
    and its document.
    """
    found = np.zeros((documents, SKETCH_KEYS), np.uint32)
    at = ranges(begins, sizes)
    # To sort only about 24 hashes of a piece with n shingles, take those in the lowest 24 / n of their range.
    bounds = np.minimum(_ORDERS * _SORTED // np.maximum(sizes, 1), _ORDERS).astype(np.uint64) << _KEY_BITS
    some = shingles[at] & _ORDER_MASK
    kept = np.flatnonzero(some < np.repeat(bounds, sizes))
    owner = np.repeat(document, sizes)[kept].astype(np.uint64)
    rows = np.sort((owner << _DOCUMENT_SHIFT) | some[kept])
    rows = rows[np.diff(rows, prepend=np.uint64(0xFFFFFFFFFFFFFFFF)) != 0]  # distinct shingles
    owners = (rows >> _DOCUMENT_SHIFT).astype(np.int64)
    numbers = np.arange(len(rows))
    starts = np.where(np.diff(owners, prepend=-1) != 0, numbers, 0)
    within = numbers - np.maximum.accumulate(starts)
    first = within < SKETCH_KEYS
    found[owners[first], within[first]] = rows[first].astype(np.uint32)
    return found


def _mix(values: Numbers) -> Numbers:
    """Mix the bits of 64-bit numbers, as splitmix64 does (Steele et al., 2014).

    The factors are splitmix64's increment (bits of the golden ratio) and a prime of xxHash64.
    """
    values = values ^ (values >> np.uint64(32))
    values = values * _FACTOR
    values ^= values >> np.uint64(29)
    values *= _SECOND_FACTOR
    values ^= values >> np.uint64(32)
    return values
