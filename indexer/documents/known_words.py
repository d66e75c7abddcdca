"""The words that tell languages and countries apart: a batch of texts is searched for all of them at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.word_keys import LONGEST_KEY, PADDING, word_keys
from indexer.countries.gazetteer import gazetteer
from indexer.languages.vote import LANE_BITS, LATIN, VOTES, VOTING_LANGUAGES, spaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

# What a word may be of a form that may name a country: all of it or the first of several, with a capital or a
# small letter as the form is written, or the second.
_WHOLE_SMALL, _WHOLE_CAPITAL, _FIRST_SMALL, _FIRST_CAPITAL, _SECOND = (1 << bit for bit in range(5))

_LANES = 2 * len(VOTING_LANGUAGES)
_NEWLINE = 0x0A
_SLOT_BITS = 16
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))  # odd, and their bits are mixed
_COLUMNS = -(-_LANES * LANE_BITS // 64)


class KnownWords:
    """The function words of all languages and the first words of all names, found by their keys.

    A word that is longer than any key stands for all that begin like it; no function word is so long.

    Attributes:
        votes: How many function words there are; their numbers come first.
        unknown: The number of any other word, beyond those of all that are known.
    """

    def __init__(self) -> None:
        """Number the words."""
        numbers = {word.encode("latin-1"): number for number, word in enumerate(VOTES)}
        self.votes = len(numbers)
        whole: dict[int, int] = {}
        first: dict[int, int] = {}
        pairs: set[int] = set()
        for capital, (word, *others) in _forms():
            number = numbers.setdefault(word, len(numbers))
            if others:
                first[number] = first.get(number, 0) | (_FIRST_CAPITAL if capital else _FIRST_SMALL)
                pairs.add(_pair(number, capital, numbers.setdefault(others[0], len(numbers))))
            else:
                whole[number] = whole.get(number, 0) | (_WHOLE_CAPITAL if capital else _WHOLE_SMALL)
        self.unknown = len(numbers)
        self._pairs = np.array(sorted(pairs), dtype=np.int64)
        self._parts = np.zeros(self.unknown + 1, dtype=np.uint8)
        for parts in (whole, first):
            self._parts[[*parts]] |= np.array([*parts.values()], dtype=np.uint8)
        self._parts[self._pairs & 0xFFFFFFFF] |= _SECOND
        packed = b"".join([vote.to_bytes(8 * _COLUMNS, "little") for vote in VOTES.values()])
        self._columns = np.frombuffer(packed, dtype="<u8").reshape(-1, _COLUMNS).T.copy()
        self._number(numbers)

    def _number(self, words: Iterable[bytes]) -> None:
        """Make the table in which words are found: a word for each slot, for each word the next there."""
        sizes = np.array([*map(len, words)], dtype=np.int64)
        data = np.frombuffer(b" ".join((*words, PADDING)), dtype=np.uint8)
        low, high = word_keys(data, np.cumsum(sizes + 1) - sizes - 1, sizes)
        self._heads = np.full(1 << _SLOT_BITS, self.unknown, dtype=np.uint16)
        self._next = np.full(self.unknown + 1, self.unknown, dtype=np.int64)
        for number, slot in enumerate(_slots(low, high).tolist()):
            self._next[number] = self._heads[slot]
            self._heads[slot] = number
        # No word has the key of nothing.
        self._low, self._high = (np.append(key, np.uint64(0)) for key in (low, high))

    def find(self, data: Numbers, starts: Numbers, sizes: Numbers) -> Numbers:
        """Look up the numbers of words.

        Args:
            data: Bytes of texts in Latin-1, changed by ``LATIN``, with ``PADDING`` at the end.
            starts: Where each word begins.
            sizes: How many bytes it has.
        """
        low, high = word_keys(data, starts, sizes)
        numbers: Numbers = self._heads.take(_slots(low, high)).astype(np.int64)
        indices = ((self._low.take(numbers) != low) | (self._high.take(numbers) != high)).nonzero()[0]
        while len(indices):
            others = self._next.take(numbers.take(indices))
            numbers[indices] = others
            indices = indices[others != self.unknown]
            others = numbers[indices]
            indices = indices[(self._low[others] != low[indices]) | (self._high[others] != high[indices])]
        return numbers

    def sums(self, words: Numbers, begins: Numbers) -> Numbers:
        """Add up the votes of the words of texts.

        Args:
            words: Numbers of function words, text by text.
            begins: Where the words of each text begin; each has one at least.

        Returns:
            A row for each text, with the lanes of ``VOTES``.
        """
        columns = [np.add.reduceat(column[words], begins) for column in self._columns]
        lanes: Numbers = np.stack(columns, axis=1).astype("<u8", copy=False).view("<u2")[:, :_LANES]
        return lanes

    def may_begin_names(self, numbers: Numbers, written: Numbers, small: Numbers) -> Numbers:
        """Find the words that may begin the name of a country.

        Args:
            numbers: The numbers of all words, in the order of the text.
            written: The first byte of each, as written.
            small: The same in lower case.

        Returns:
            Their indices, ascending; no form of the gazetteer stands between boundaries of words elsewhere.
        """
        parts = self._parts[numbers]
        capital = written != small
        alone = parts & np.where(capital, np.uint8(_WHOLE_CAPITAL), np.uint8(_WHOLE_SMALL))
        first = parts & np.where(capital, np.uint8(_FIRST_CAPITAL), np.uint8(_FIRST_SMALL))
        # Few words of a text are the first and the second of names, and of these the pairs are looked at.
        at = ((first[:-1] != 0) & (parts[1:] & _SECOND != 0)).nonzero()[0]
        pairs = _pair(numbers[at], capital[at], numbers[at + 1])
        found = self._pairs.take(np.searchsorted(self._pairs, pairs), mode="clip") == pairs
        begin = alone != 0
        begin[at[found]] = True
        indices: Numbers = begin.nonzero()[0]
        return indices


@cache
def known_words() -> KnownWords:
    """Make the words, once: that takes as long as a thousand texts."""
    return KnownWords()


def _slots(low: Numbers, high: Numbers) -> Numbers:
    mixed = low * _FACTORS[0]
    mixed += high * _FACTORS[1]
    mixed >>= np.uint64(64 - _SLOT_BITS)
    return mixed.view(np.int64)


def _pair(first: Any, capital: Any, second: Any) -> Any:
    """Pack into a number the first word of a form, whether it has a capital, and the second."""
    return first << 33 | capital * (1 << 32) | second


def _forms() -> Iterator[tuple[bool, list[bytes]]]:
    """Yield for each form whether it is written with a capital, and its first word or two.

    Characters that Latin-1 lacks stand here as others, since no text in Latin-1 holds such a form.
    """
    forms = spaced("\n".join(gazetteer().by_form)).encode("latin-1", "backslashreplace")
    for written, small in zip(forms.split(b"\n"), _small(forms).split(b"\n"), strict=True):
        yield written[0] != small[0], [word[:LONGEST_KEY] for word in small.split(None, 2)[:2]]


def _small(forms: bytes) -> bytes:
    return forms.translate(bytes(code if code == _NEWLINE else small for code, small in enumerate(LATIN)))
