"""The vote of the function words, which settles the language of most paragraphs without any statistics.

English, Spanish and French vote with the stop words of their analyzers, four neighbours with words of their
own, so that their texts are recognised as none of the three.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from struct import Struct

from indexer.analysis.analyzer import STOP_WORDS
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES
from indexer.tables import rows

VOTING_LANGUAGES = (*ANALYZED_LANGUAGES, "pt", "it", "ca", "de")
"""The languages that can be told apart, in the order of their lanes in ``VOTES``."""

_LANE_BITS = 16  # of a vote belong to one lane; a text of fewer distinct words cannot overflow it
_COUNT = len(VOTING_LANGUAGES)
LANES = Struct(f"<{2 * _COUNT}H")
# Replacing these one by one and splitting takes a third of the time of a regular expression that finds words.
_SIGNS = "'’.,:;-/()¿?¡!\"“”«»"
MAX_COUNTED = 40  # words: behind these, new words are nearly all words of content
SHARE = 8  # one distinct word in so many, at least, is a function word in prose of the language
MIN_DISTINCT_WORDS = 2  # distinct words of one language alone
# A text without two words of one language alone still has more words of its own language than of any other.
# From this many more on, and a quarter more, only a language that we do not know was ever taken for one of
# the seven: of 3,000 texts three, where statistics were wrong on thirty.
LEAD = 3
AGAINST = 2  # words that speak against a language that is stated of the whole
PROSE_WORDS = 12

LATIN = bytes(
    ord(" ") if chr(code) in _SIGNS or chr(code).isspace() else ord(chr(code).lower()) for code in range(256)
)
"""Translates a text in Latin-1, as nearly all are, into lower case, with a space for each sign."""

_QUOTES = "’“”"  # those of the signs that Latin-1 lacks


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
"""Each function word's vote, to be added up over the words of a text.

The seven low lanes count the words that belong to one language alone, the seven high lanes all words of a
language.
"""
_VOTE_OF = VOTES.__getitem__
_FUNCTION_WORDS = frozenset(VOTES)
_LANE_OF = {language: lane for lane, language in enumerate(VOTING_LANGUAGES)}


class Vote(NamedTuple):
    """The outcome of a vote of the words of a text.

    Attributes:
        language: The language with the most words of its own; of equal ones, that with more words in all.
        own: The number of distinct function words of that language alone.
        rival: The same for the language that comes next.
        known: The number of distinct function words of each of ``VOTING_LANGUAGES``, shared ones included.
        listed: The words of the text, with repeats.
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
        """Whether the vote alone settles the language."""
        if self.own >= MIN_DISTINCT_WORDS:
            return self.own >= 2 * self.rival and self.is_at_home_in(self.language)
        return self.rival <= self.own and self._leads() and self.is_at_home_in(self.language)

    def leans_to(self, language: str) -> bool:
        """Check whether no other language has as many function words in the text: neighbours then settle it.

        Args:
            language: One of ``VOTING_LANGUAGES``.
        """
        first = self.known[_LANE_OF[language]]
        is_first = self.known.count(first) == 1 and first == max(self.known)
        return is_first and language == self.language and self.is_at_home_in(language)

    def speaks_against(self, language: str) -> bool:
        """Check whether the words, few as they may be, contradict that the text is in a language.

        Args:
            language: One of ``VOTING_LANGUAGES``, or ``und`` for one that is none of them.
        """
        if self.own >= self.rival + AGAINST:
            return self.language != language
        lane = _LANE_OF.get(language)
        return lane is not None and not self.known[lane] and max(self.known) >= AGAINST

    def is_at_home_in(self, language: str) -> bool:
        """Check whether the text has as many function words of a language as its prose has.

        Prose of another language has a few by accident, but fewer than one distinct word in eight.

        Args:
            language: One of ``VOTING_LANGUAGES``.
        """
        enough = SHARE * self.known[_LANE_OF[language]]
        return enough >= min(len(self.listed), MAX_COUNTED) or enough >= len(set(self.listed))

    def _leads(self) -> bool:
        """Check whether the text is prose with clearly more words of its language than of the next."""
        second, first = sorted(self.known)[-2:]
        is_first = len(self.listed) >= PROSE_WORDS and first == self.known[_LANE_OF[self.language]]
        return is_first and first >= second + LEAD and 4 * first >= 5 * second


def vote(text: str) -> Vote:
    """Let the function words of a text vote for its language.

    Args:
        text: A paragraph or a title.

    Returns:
        The outcome, clear or not.
    """
    # Distinct words: a name that a paragraph repeats (Los Angeles) must not outvote it.
    listed = _words(text)
    packed = sum(map(_VOTE_OF, _FUNCTION_WORDS.intersection(listed)))
    lanes = LANES.unpack(packed.to_bytes(LANES.size, "little"))
    return elect(lanes[:_COUNT], lanes[_COUNT:], listed)


def function_words_of(text: str, language: str) -> list[str]:
    """List the distinct function words of one language alone that a text has, the most frequent first.

    Args:
        text: Any text.
        language: One of ``VOTING_LANGUAGES``; of another language nothing is known.
    """
    lane = _LANE_OF.get(language)
    if lane is None:
        return []
    own = 1 << _LANE_BITS * lane
    counted = Counter([word for word in _words(text) if VOTES.get(word, 0) & own])
    return [word.decode("latin-1") for word, _ in counted.most_common()]


def elect(own: tuple[int, ...], known: tuple[int, ...], listed: Sequence[bytes]) -> Vote:
    """Find the outcome of votes that are counted.

    Args:
        own: The number of distinct words of each of ``VOTING_LANGUAGES`` alone.
        known: The number of distinct words of each, shared ones included.
        listed: The words of the text, with repeats.
    """
    rival, most = sorted(own)[-2:]
    if rival < most:
        best = own.index(most)
    else:
        best = max([lane for lane in range(_COUNT) if own[lane] == most], key=known.__getitem__)
    return Vote(VOTING_LANGUAGES[best], most, rival, known, listed)


def spaced(text: str) -> str:
    """Substitute spaces for the quotes that Latin-1 lacks."""
    if not text.isascii():
        for quote in _QUOTES:
            text = text.replace(quote, " ")
    return text


def _words(text: str) -> list[bytes]:
    """List the words of a text in lower case, with characters that Latin-1 lacks escaped."""
    try:
        latin = spaced(text).encode("latin-1")
    except UnicodeEncodeError:
        plain = spaced(unicodedata.normalize("NFC", text).lower())
        latin = " ".join(plain.split()).encode("latin-1", "backslashreplace")
    return latin.translate(LATIN).split()
