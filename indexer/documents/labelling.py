"""Languages and countries of many documents at once, as far as single words settle them.

The function words of most texts settle their language, and in many no word begins a name. Both are seen here
for a batch, in a few passes over arrays; what is left open goes the way that any item goes. What comes out is
the same either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.word_keys import PADDING
from indexer.documents.known_words import ODD, known_words, latin
from indexer.documents.plain_records import Outcome
from indexer.languages import vote
from indexer.languages.paragraph import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

_SPACE, _NEWLINE = 0x20, 0x0A
_WORDS = bytes(
    small if small == _SPACE or chr(code).isalnum() or chr(code) == "_" else ODD
    for code, small in enumerate(vote.LATIN)
)
_IS_LETTER = np.array([chr(code).isalpha() for code in range(256)])
_LEFT_OPEN = b"x" + bytes([ODD])
_TEXT_SHIFT = 11  # bits for a function word, below the number of its text
_OWN = len(vote.VOTING_LANGUAGES)
# Each label is a bit; where texts of a document have several, it is left open.
_LABELS = [*dict.fromkeys(map(label, vote.VOTING_LANGUAGES))]
_BIT_OF_LANE = np.array([1 << _LABELS.index(label(lane)) for lane in vote.VOTING_LANGUAGES], dtype=np.uint8)
_LABEL_OF_BITS = {1 << number: language for number, language in enumerate(_LABELS)}


def label_batch(documents: Sequence[tuple[str | None, str]]) -> Iterator[Outcome]:
    """Label documents as far as single words settle it.

    Args:
        documents: At least one: the title of each, or None, and its body, a line for each paragraph.

    Returns:
        The outcome for each document.
    """
    known = known_words()
    texts = [_in_latin(f"{title}\n{body}" if title else body) for title, body in documents]
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
    beside = odd[_IS_LETTER[data[odd - 1]] | _IS_LETTER[data[odd + 1]]]  # where a name may begin or end
    for names in beside, known.telling(numbers, raw, data, starts):
        named[np.searchsorted(ends, names)] = True
    text_ends = (raw == _NEWLINE).nonzero()[0]
    words = np.diff(np.searchsorted(starts, text_ends), prepend=0)
    clear, lanes = settled(words, _votes(words, numbers))
    first = np.searchsorted(text_ends, ends[:-1], "right")
    first = np.concatenate((np.zeros(1, dtype=np.int64), first))
    labels = np.bitwise_or.reduceat(np.where(clear, _BIT_OF_LANE[lanes], np.uint8(0)), first)
    # A short text that is not clear says nothing where another is.
    labels[np.logical_or.reduceat(~clear & (words >= vote.PROSE_WORDS), first)] = 0
    return map(Outcome, map(_LABEL_OF_BITS.get, labels.tolist()), named.tolist())


def _in_latin(text: str) -> bytes:
    """Encode a text in Latin-1; one that cannot be told by that leaves all open."""
    try:
        return latin(text)
    except UnicodeEncodeError:
        return _LEFT_OPEN


def _votes(words: Numbers, numbers: Numbers) -> Numbers:
    """Add up the votes of each text, by lanes, each distinct word counted once."""
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


def settled(words: Numbers, lanes: Numbers) -> tuple[Numbers, Numbers]:
    """Find the texts that the vote settles, and their languages (see :class:`indexer.languages.vote.Vote`).

    Whether a text is at home in its language is seen by its words with repeats: one that only its distinct
    words would settle counts as unclear here.
    """
    own, known = lanes[:, :_OWN], lanes[:, _OWN:]
    rival, most = np.partition(own, _OWN - 2, axis=1)[:, -2:].T
    best = np.where(own == most[:, None], known, -1).argmax(axis=1)
    first = known[np.arange(len(known)), best]
    at_home = vote.SHARE * first >= np.minimum(words, vote.MOST_COUNTED)
    second, greatest = np.partition(known, _OWN - 2, axis=1)[:, -2:].T
    ahead = (first == greatest) & (first >= second + vote.LEAD) & (4 * first >= 5 * second)
    clear = np.where(most >= vote.ENOUGH_OWN, most >= 2 * rival, ahead & (words >= vote.PROSE_WORDS))
    return clear & at_home, best
