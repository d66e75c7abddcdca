"""Detect the language of most paragraphs by their function words, without statistics.

English, Spanish and French vote with the stop words of their analyzers, four related languages with lists of
function words, so that their texts are recognised as none of the three.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from struct import Struct

from indexer.analysis.analyzer import STOP_WORDS
from indexer.data_tables import rows
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES

VOTING_LANGUAGES = (*ANALYZED_LANGUAGES, "pt", "it", "ca", "de")
"""The languages that can be distinguished, in the order of their lanes in ``VOTES``."""

_LANE_BITS = 16  # bits per lane; a text with fewer distinct words cannot overflow it
_COUNT = len(VOTING_LANGUAGES)
LANES = Struct(f"<{2 * _COUNT}H")
# Replacing these and splitting takes a third of the time of a regular expression that finds words.
_SIGNS = "'’.,:;-/()¿?¡!\"“”«»"
MAX_COUNTED = 40  # words; after these, nearly all new words are content words
SHARE = 8  # in prose of a language, at least one distinct word in this many is a function word
MIN_DISTINCT_WORDS = 2  # distinct words of only one language
# A text without two words of only one language still has more words of its language than of any other. With
# this many more, and a quarter more, only texts of unknown languages were taken for one of the seven: three
# of 3,000, while statistics were wrong on thirty.
LEAD = 3
AGAINST = 2  # words that contradict a stated language
PROSE_WORDS = 12

LATIN = bytes(
    ord(" ") if chr(code) in _SIGNS or chr(code).isspace() else ord(chr(code).lower()) for code in range(256)
)
"""A table that translates Latin-1 text, as most is, to lower case, with a space for each punctuation mark."""

_QUOTES = "’“”"  # the punctuation marks that Latin-1 lacks


def _count_votes() -> dict[bytes, int]:
    languages: dict[str, set[str]] = {}  # of each word
    lists = [(language, " ".join(sorted(STOP_WORDS[language]))) for language in ANALYZED_LANGUAGES]
    for language, words in [*lists, *rows(__file__, "function_words.tsv")]:
        for word in words.split():
            languages.setdefault(word, set()).add(language)
    votes = {}
    for word, found in languages.items():
        lanes = [VOTING_LANGUAGES.index(language) for language in found]
        vote = sum(1 << _LANE_BITS * (_COUNT + lane) for lane in lanes)
        votes[word.encode("latin-1")] = vote | (1 << _LANE_BITS * lanes[0] if len(lanes) == 1 else 0)
    return votes


VOTES = _count_votes()
"""The vote of each function word, to be summed over the words of a text.

The seven low lanes count the words of only one language, the seven high lanes all words of a language.
"""
_VOTE_OF = VOTES.__getitem__
_FUNCTION_WORDS = frozenset(VOTES)
_LANE_OF = {language: lane for lane, language in enumerate(VOTING_LANGUAGES)}


class Vote(NamedTuple):
    """The outcome of a vote of the words of a text.

    Attributes:
        language: The language with the most words of only this language; of equal ones, that with more words
            in all.
        own: The number of distinct function words of only that language.
        rival: The same for the next language.
        known: The number of distinct function words of each of ``VOTING_LANGUAGES``, shared ones included.
        listed: The words of the text, with repetitions.
    """

    language: str
    own: int
    rival: int
    known: tuple[int, ...]
    listed: Sequence[bytes]

    @property
    def words(self) -> int:
        """The number of words in the text."""
        return len(self.listed)

    @property
    def clear(self) -> bool:
        """Whether the vote alone decides the language."""
        if self.own >= MIN_DISTINCT_WORDS:
            return self.own >= 2 * self.rival and self.is_at_home_in(self.language)
        return self.rival <= self.own and self._leads() and self.is_at_home_in(self.language)

    def leans_to(self, language: str) -> bool:
        """Return whether a language has the most function words, so that neighbours in it decide.

        Args:
            language: One of ``VOTING_LANGUAGES``.
        """
        first = self.known[_LANE_OF[language]]
        is_first = self.known.count(first) == 1 and first == max(self.known)
        return is_first and language == self.language and self.is_at_home_in(language)

    def contradicts(self, language: str) -> bool:
        """Return whether the words, even if few, contradict a language.

        Args:
            language: One of ``VOTING_LANGUAGES``, or ``und`` for none of them.
        """
        if self.own >= self.rival + AGAINST:
            return self.language != language
        lane = _LANE_OF.get(language)
        return lane is not None and not self.known[lane] and max(self.known) >= AGAINST

    def is_at_home_in(self, language: str) -> bool:
        """Return whether the text has as many function words of a language as its prose.

        Prose of another language has a few by coincidence, but fewer than one distinct word in eight.

        Args:
            language: One of ``VOTING_LANGUAGES``.
        """
        enough = SHARE * self.known[_LANE_OF[language]]
        return enough >= min(len(self.listed), MAX_COUNTED) or enough >= len(set(self.listed))

    def _leads(self) -> bool:
        """Return whether the text is prose with clearly more words of its language than of the next."""
        second, first = sorted(self.known)[-2:]
        is_first = len(self.listed) >= PROSE_WORDS and first == self.known[_LANE_OF[self.language]]
        return is_first and first >= second + LEAD and 4 * first >= 5 * second


def vote(text: str) -> Vote:
    """Return the vote of the function words of a text.

    Args:
        text: A paragraph or a title.

    Returns:
        The outcome, clear or not.
    """
    # Distinct words: a repeated name (Los Angeles) must not outvote a paragraph.
    listed = _words(text)
    packed = sum(map(_VOTE_OF, _FUNCTION_WORDS.intersection(listed)))
    lanes = LANES.unpack(packed.to_bytes(LANES.size, "little"))
    return elect(lanes[:_COUNT], lanes[_COUNT:], listed)


def function_words_of(text: str, language: str) -> list[str]:
    """Return the distinct function words of only one language in a text, the most frequent first.

    Args:
        text: Any text.
        language: One of ``VOTING_LANGUAGES``; the result is empty for any other.
    """
    lane = _LANE_OF.get(language)
    if lane is None:
        return []
    own = 1 << _LANE_BITS * lane
    counted = Counter([word for word in _words(text) if VOTES.get(word, 0) & own])
    return [word.decode("latin-1") for word, _ in counted.most_common()]


def elect(own: tuple[int, ...], known: tuple[int, ...], listed: Sequence[bytes]) -> Vote:
    """Return the outcome of counted votes.

    Args:
        own: The number of distinct words of only each of ``VOTING_LANGUAGES``.
        known: The number of distinct words of each, shared ones included.
        listed: The words of the text, with repetitions.
    """
    rival, most = sorted(own)[-2:]
    if rival < most:
        best = own.index(most)
    else:
        best = max([lane for lane in range(_COUNT) if own[lane] == most], key=known.__getitem__)
    return Vote(VOTING_LANGUAGES[best], most, rival, known, listed)


def spaced(text: str) -> str:
    """Replace the quotes that Latin-1 lacks by spaces."""
    if not text.isascii():
        for quote in _QUOTES:
            text = text.replace(quote, " ")
    return text


def _words(text: str) -> list[bytes]:
    """Return the words of a text in lower case, with characters that Latin-1 lacks escaped."""
    try:
        latin = spaced(text).encode("latin-1")
    except UnicodeEncodeError:
        plain = spaced(unicodedata.normalize("NFC", text).lower())
        latin = " ".join(plain.split()).encode("latin-1", "backslashreplace")
    return latin.translate(LATIN).split()
