"""The words that tell languages and countries apart: a batch of texts is searched for all of them at once."""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.chunk_index import ChunkIndex
from indexer.analysis.word_keys import LONGEST_KEY, PADDING, word_keys
from indexer.countries.gazetteer import gazetteer
from indexer.languages.vote import LANES, LATIN, VOTES, spaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

ODD: Final = 0x01
"""A sign that is neither a letter nor parts words: next to one a name may stand where no word begins."""

_SMALL, _CAPITAL = 1, 2  # how a word that tells of a name begins, as written
_LETTER: Final = "þ"  # for letters that Latin-1 lacks: no function word has it
_APOSTROPHE: Final = "ʼ"  # a letter to Unicode; in front of a name it is a sign
_IN_SMALL: Final = frozenset("Ÿẞ")  # letters of Latin-1 in lower case: function words may have them
_PARTED = bytes(
    code if code == 0x0A or small != 0x20 else 0x20 for code, small in enumerate(LATIN)
)  # words of forms parted as those of texts are, a line for each form


def latin(text: str) -> bytes:
    """Encode a text in Latin-1: by itself, or in NFC with one character for each that Latin-1 lacks.

    Spaces stand for spaces and quotes, one letter for all letters, ``ODD`` for any other sign: there are as
    many words, and those with such a character in them are no function words.

    Raises:
        UnicodeEncodeError: It has letters of which that would not be true.
    """
    try:
        return spaced(text).encode("latin-1")
    except UnicodeEncodeError:
        return spaced(unicodedata.normalize("NFC", text)).encode("latin-1", _SUBSTITUTED)


def _substitute(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    if not _IN_SMALL.isdisjoint(lacking):
        raise error
    return "".join(map(_substitute_of, lacking)), error.end


def _substitute_of(sign: str) -> str:
    if sign.isspace():
        return " "
    return _LETTER if sign.isalnum() and sign != _APOSTROPHE else chr(ODD)


_SUBSTITUTED: Final = "dragoman.substituted"
codecs.register_error(_SUBSTITUTED, _substitute)


class KnownWords:
    """The function words of all languages and a telling word of each name, found by their keys.

    A word that is longer than any key stands for all that begin like it; no function word is so long.

    Attributes:
        votes: The lanes of each function word's vote, a row each; their numbers come first.
    """

    def __init__(self) -> None:
        """Number the words."""
        numbers = {word: number for number, word in enumerate(VOTES)}
        packed = b"".join([vote.to_bytes(LANES.size, "little") for vote in VOTES.values()])
        self.votes = np.frombuffer(packed, dtype="<u2").reshape(len(VOTES), -1)
        telling: dict[int, int] = {}
        for word, capital in _telling_words():
            number = numbers.setdefault(word, len(numbers))
            telling[number] = telling.get(number, 0) | (_CAPITAL if capital else _SMALL)
        self._telling = np.zeros(len(numbers) + 1, dtype=np.uint8)  # the last for any other word
        self._telling[[*telling]] = [*telling.values()]
        sizes = np.array([*map(len, numbers)])
        data = np.frombuffer(b" ".join((*numbers, PADDING)), dtype=np.uint8)
        low, high = word_keys(data, np.cumsum(sizes + 1) - sizes - 1, sizes)
        self._index = ChunkIndex()
        self._index.add(low, high, np.arange(len(numbers)))
        self._may_be_known = np.zeros(1 << 16, dtype=np.bool_)
        self._may_be_known[_mix(low)] = True

    def find(self, data: Numbers, starts: Numbers, sizes: Numbers) -> Numbers:
        """Look up the numbers of words; any word that is not known has the number behind those that are.

        Args:
            data: Bytes of texts in Latin-1, changed by ``LATIN``, with ``PADDING`` at the end.
            starts: Where each word begins.
            sizes: How many bytes it has.
        """
        low, high = word_keys(data, starts, sizes)
        # Most words are not known, and most of those are told without a look into the index.
        looked_up = self._may_be_known.take(_mix(low)).nonzero()[0]
        found, unknown = self._index.find(low[looked_up], high[looked_up])
        found[unknown] = len(self._telling) - 1
        numbers = np.full(len(starts), len(self._telling) - 1, dtype=found.dtype)
        numbers[looked_up] = found
        return numbers

    def telling(self, numbers: Numbers, raw: Numbers, data: Numbers, starts: Numbers) -> Numbers:
        """Select the words that may belong to the name of a country.

        Args:
            numbers: The number of each word.
            raw: The bytes of the texts as written.
            data: The same in lower case.
            starts: Where each word begins.

        Returns:
            Where such words begin; a text without any has no form between boundaries of words.
        """
        kinds = self._telling.take(numbers)
        at = kinds.nonzero()[0]
        begins = starts[at]
        written = np.where(raw[begins] == data[begins], np.uint8(_SMALL), np.uint8(_CAPITAL))
        found: Numbers = begins[kinds[at] & written != 0]
        return found


@cache
def known_words() -> KnownWords:
    """Make the words, once: that takes as long as a thousand texts."""
    return KnownWords()


def _mix(low: Numbers) -> Numbers:
    """Mix the first eight bytes of words into sixteen bits, by an odd factor."""
    return (low * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(48)).view(np.int64)


def _telling_words() -> Iterator[tuple[bytes, bool]]:
    """Yield the longest word of each form, among those with capitals if any, and whether it has one.

    Characters that Latin-1 lacks stand here as they do in texts.
    """
    written = latin("\n".join(gazetteer().by_form)).translate(_PARTED)
    for form in written.split(b"\n"):
        word = max(form.split(), key=lambda word: (word[:1].isupper(), len(word)))
        small = word.translate(LATIN)
        yield small[:LONGEST_KEY], word[0] != small[0]
