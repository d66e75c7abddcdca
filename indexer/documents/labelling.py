"""Determine the languages and countries of many documents at once.

The function words of most texts decide their language, and many texts have no word that may be part of the
name of a country. Both are determined for a batch in a few passes over arrays. Texts for which this is not
enough are handled individually, with the same result.
"""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.word_arrays import MAX_KEY_LENGTH, PADDING, ChunkIndex, word_keys
from indexer.countries.country_mentions import gazetteer
from indexer.documents.round_trip import Outcome
from indexer.languages import detection as vote
from indexer.languages.detection import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.analysis.word_arrays import Numbers


ODD: Final = 0x01
"""A character that is neither a letter nor a separator: a name may begin next to it, inside a word."""

_SMALL, _CAPITAL = 1, 2  # how a distinctive word begins, as written
_LETTER: Final = "þ"  # replaces letters that Latin-1 lacks; no function word has it
_APOSTROPHE: Final = "ʼ"  # a letter in Unicode, but punctuation before a name
_IN_SMALL: Final = frozenset("Ÿẞ")  # letters that only in lower case are in Latin-1, as in function words
# Splits forms into words like texts, a line for each form.
_SPLIT = bytes(code if code == 0x0A or small != 0x20 else 0x20 for code, small in enumerate(vote.LATIN))


def encode_latin(text: str) -> bytes:
    """Encode a text in Latin-1, with other characters replaced.

    Of the characters that Latin-1 lacks, white space and quotes become spaces, letters and digits all become
    the same letter, and others become ``ODD``. The number of words stays the same, and no word with that
    letter is a function word.

    Raises:
        UnicodeEncodeError: The text has letters that might be in function words.
    """
    try:
        return vote.replace_quotes(text).encode("latin-1")
    except UnicodeEncodeError:
        return vote.replace_quotes(unicodedata.normalize("NFC", text)).encode("latin-1", _SUBSTITUTED)


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


class DistinctiveWords:
    """The words that indicate languages and countries.

    These are the function words, and one word of each form that may name a country.

    Words are compared by their first ``MAX_KEY_LENGTH`` bytes; no function word is longer.

    Attributes:
        votes: An array with a row for each function word. The row has the amounts that the word adds to the
            counters of languages. Function words have the lowest numbers.
    """

    def __init__(self) -> None:
        """Read and number the words."""
        numbers = {word: number for number, word in enumerate(vote.VOTES)}
        packed = b"".join([lanes.to_bytes(vote.LANES.size, "little") for lanes in vote.VOTES.values()])
        self.votes = np.frombuffer(packed, dtype="<u2").reshape(len(vote.VOTES), -1)
        distinctive: dict[int, int] = {}
        for word, capital in _distinctive_words():
            number = numbers.setdefault(word, len(numbers))
            distinctive[number] = distinctive.get(number, 0) | (_CAPITAL if capital else _SMALL)
        self._telling = np.zeros(len(numbers) + 1, dtype=np.uint8)  # the last element is for unknown words
        self._telling[[*distinctive]] = [*distinctive.values()]
        sizes = np.array([*map(len, numbers)])
        data = np.frombuffer(b" ".join((*numbers, PADDING)), dtype=np.uint8)
        low, high = word_keys(data, np.cumsum(sizes + 1) - sizes - 1, sizes)
        self._index = ChunkIndex()
        self._index.add(low, high, np.arange(len(numbers)))

    def find(self, data: Numbers, starts: Numbers, sizes: Numbers) -> Numbers:
        """Return the number of each word; all unknown words get the number after the last known word.

        Args:
            data: The bytes of texts in Latin-1, translated by ``LATIN``, with ``PADDING`` at the end.
            starts: The start of each word in ``data``.
            sizes: The number of bytes of each word.
        """
        low, high = word_keys(data, starts, sizes)
        numbers, unknown = self._index.find(low, high)
        numbers[unknown] = len(self._telling) - 1
        return numbers

    def distinctive(self, numbers: Numbers, raw: Numbers, data: Numbers, starts: Numbers) -> Numbers:
        """Return the positions of words that may be part of the name of a country.

        Args:
            numbers: The number of each word, as :meth:`find` returns it.
            raw: The bytes of the texts as written.
            data: The bytes of the texts in lower case.
            starts: The start of each word in ``data``.

        Returns:
            The starts of these words. A text without any of them names no country.
        """
        kinds = self._telling.take(numbers)
        at = kinds.nonzero()[0]
        begins = starts[at]
        written = np.where(raw[begins] == data[begins], np.uint8(_SMALL), np.uint8(_CAPITAL))
        found: Numbers = begins[kinds[at] & written != 0]
        return found


known_words = cache(DistinctiveWords)
"""Returns the words, created once, as that takes as long as labelling a thousand texts."""


def _distinctive_words() -> Iterator[tuple[bytes, bool]]:
    """Yield a word of each form that may name a country, and whether the word is capitalised.

    Capitalised words are preferred, then long words. Characters that Latin-1 lacks are replaced as in texts.
    """
    written = encode_latin("\n".join(gazetteer().by_form)).translate(_SPLIT)
    for form in written.split(b"\n"):
        word = max(form.split(), key=lambda word: (word[:1].isupper(), len(word)))
        small = word.translate(vote.LATIN)
        yield small[:MAX_KEY_LENGTH], word[0] != small[0]


_SPACE, _NEWLINE = 0x20, 0x0A
_WORDS = bytes(
    small if small == _SPACE or chr(code).isalnum() or chr(code) == "_" else ODD
    for code, small in enumerate(vote.LATIN)
)
_IS_LETTER = np.array([chr(code).isalpha() for code in range(256)])
_UNDECIDED = b"x" + bytes([ODD])
_TEXT_SHIFT = 11  # bits for the number of a function word, below the number of its text
_OWN = len(vote.VOTING_LANGUAGES)
# Each label is a bit; a document whose texts have several is undecided.
_LABELS = [*dict.fromkeys(map(label, vote.VOTING_LANGUAGES))]
_BIT_OF_LANE = np.array([1 << _LABELS.index(label(lane)) for lane in vote.VOTING_LANGUAGES], dtype=np.uint8)
_LABEL_OF_BITS = {1 << number: language for number, language in enumerate(_LABELS)}


def label_batch(documents: Sequence[tuple[str | None, str]]) -> Iterator[Outcome]:
    """Yield the language of each document, and whether it may name a country."""
    known = known_words()
    texts = [_try_encode_latin(f"{title}\n{body}" if title else body) for title, body in documents]
    written = b"".join((b" ", b"\n".join(texts), b"\n", PADDING))
    raw = np.frombuffer(written, dtype=np.uint8)
    data = np.frombuffer(written.translate(_WORDS), dtype=np.uint8)
    ends = np.cumsum([len(text) + 1 for text in texts])
    space = data == _SPACE
    edges = (space[1:] != space[:-1]).nonzero()[0] + 1
    starts = edges[0::2]
    numbers = known.find(data, starts, edges[1::2] - starts)
    named = np.zeros(len(texts), dtype=bool)
    odd = (data == ODD).nonzero()[0]
    alongside = odd[_IS_LETTER[data[odd - 1]] | _IS_LETTER[data[odd + 1]]]  # a name may begin or end there
    for names in alongside, known.distinctive(numbers, raw, data, starts):
        named[np.searchsorted(ends, names)] = True
    text_ends = (raw == _NEWLINE).nonzero()[0]
    words = np.diff(np.searchsorted(starts, text_ends), prepend=0)
    clear, lanes = decide_languages(words, _votes(words, numbers))
    first = np.searchsorted(text_ends, ends[:-1], "right")
    first = np.concatenate((np.zeros(1, dtype=np.int64), first))
    labels = np.bitwise_or.reduceat(np.where(clear, _BIT_OF_LANE[lanes], np.uint8(0)), first)
    # A short undecided text is ignored if another text is decided.
    labels[np.logical_or.reduceat(~clear & (words >= vote.PROSE_WORDS), first)] = 0
    return map(Outcome, map(_LABEL_OF_BITS.get, labels.tolist()), named.tolist())


def _try_encode_latin(text: str) -> bytes:
    """Encode a text in Latin-1, or return bytes that leave its language undecided if that fails."""
    try:
        return encode_latin(text)
    except UnicodeEncodeError:
        return _UNDECIDED


def _votes(words: Numbers, numbers: Numbers) -> Numbers:
    """Count the distinct function words of each language in each text."""
    votes = known_words().votes
    lanes = np.zeros((len(words), 2 * _OWN), dtype=np.int64)
    voting = (numbers < len(votes)).nonzero()[0]
    if len(voting):
        texts = np.repeat(np.arange(len(words)) << _TEXT_SHIFT, words)
        met = texts[voting] + numbers[voting]
        met.sort()
        met = met[np.diff(met, prepend=-1) != 0]
        texts = met >> _TEXT_SHIFT
        begins = np.diff(texts, prepend=-1).nonzero()[0]
        lanes[texts[begins]] = np.add.reduceat(votes[met & ((1 << _TEXT_SHIFT) - 1)], begins)
    return lanes


def decide_languages(words: Numbers, lanes: Numbers) -> tuple[Numbers, Numbers]:
    """Decide the languages of texts by the counts of their function words.

    The rules are those of :class:`indexer.languages.detection.Vote`, which counts only distinct words. Here,
    the length of a text includes repeated words, so fewer texts are decided.

    Returns:
        A mask of the texts that are decided, and the language of each text.
    """
    own, known = lanes[:, :_OWN], lanes[:, _OWN:]
    rival, most = np.partition(own, _OWN - 2, axis=1)[:, -2:].T
    best = np.where(own == most[:, None], known, -1).argmax(axis=1)
    first = known[np.arange(len(known)), best]
    has_enough = vote.SHARE * first >= np.minimum(words, vote.MAX_COUNTED)
    second, greatest = np.partition(known, _OWN - 2, axis=1)[:, -2:].T
    ahead = (first == greatest) & (first >= second + vote.LEAD) & (4 * first >= 5 * second)
    clear = np.where(most >= vote.MIN_DISTINCT_WORDS, most >= 2 * rival, ahead & (words >= vote.PROSE_WORDS))
    return clear & has_enough, best
