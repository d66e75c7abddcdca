"""What was probably meant by a word that the index does not know, and by the query that it stands in."""

from __future__ import annotations

import re
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.analysis import analyzer
from indexer.analysis.accents import fold
from indexer.analysis.characters import plain
from indexer.schema import WORDS, text_field
from searcher.spelling.distance import BESIDE, LEAST, distance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from searcher.engine import Vocabulary
    from searcher.spelling.near_words import NearWords

SHORTEST: Final = 4  # shorter words have too many neighbours to choose from
LONGEST: Final = 64  # longer ones are no words: addresses, keys, noise
ONE_SLIP: Final = 7  # up to this length one slip is believed, from then on two
MOST: Final = 3
_FREQUENT: Final = 0.15  # how much a tenfold frequency (natural log) outweighs distance
_MARGIN: Final = 0.5


class Correction(NamedTuple):
    """A word that may have been meant.

    Attributes:
        word: In its plain spelling, without accents.
        cost: How far it is from what was typed; about 1 for each slip.
    """

    word: str
    cost: float


def is_beyond_correction(vocabulary: Vocabulary, word: str) -> bool:
    """Tell whether the index has a word unstemmed, or it is none that is corrected.

    Args:
        vocabulary: The terms of the index.
        word: The word as typed.
    """
    folded = fold(plain(word))
    if not SHORTEST <= len(folded) <= LONGEST or not folded.isalpha() or word.isupper():
        return True
    return vocabulary.frequency(WORDS, folded) > 0


class Speller:
    """Finds near neighbours among the words of an index.

    Args:
        vocabulary: The terms of the index.
        words: Its words by their beginnings.
        may_compare: Counts words that are to be compared with one, and tells whether they may be.
    """

    def __init__(self, vocabulary: Vocabulary, words: NearWords, may_compare: Callable[[int], bool]) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._may_compare = may_compare

    def corrections(self, word: str, languages: Sequence[str]) -> list[Correction] | None:
        """Find what was probably meant, the likeliest first; None where too much was compared before.

        Args:
            word: A word as typed, which the index does not know.
            languages: The languages that the query may be in.
        """
        typed = fold(plain(word))
        most = 1.0 if len(typed) <= ONE_SLIP else 2.0
        near = self._near(typed, most, [typed[0]])
        if near is not None and not near:
            beside = sorted({pair[1] for pair in BESIDE if pair[0] == typed[0]} | {typed[1]})
            near = self._near(typed, min(most, 1.0), beside)
        if near is None:
            return None
        ranked = []
        for candidate, cost in near.items():
            frequency = self._frequency(candidate, languages)
            if frequency:
                ranked.append((cost - _FREQUENT * log(frequency), candidate, cost))
        ranked.sort()
        return [
            Correction(word, cost) for rank, word, cost in ranked[:MOST] if rank <= ranked[0][0] + _MARGIN
        ]

    def _frequency(self, word: str, languages: Iterable[str]) -> int:
        """Count the documents that have a word, in the language of which most have it."""
        return max(
            self._vocabulary.frequency(text_field(language), term)
            for language in languages
            for term in analyzer(language).query_terms(word)
        )

    def _near(self, typed: str, most: float, first_letters: Sequence[str]) -> dict[str, float] | None:
        if not self._may_compare(sum(len(self._words.beginning(letter)) for letter in first_letters)):
            return None
        found = {}
        pieces = _pieces(typed, int(most) + 1)
        edits = int(most / LEAST)  # no slip costs less, so that no more of them cost as little
        for letter in first_letters:
            for word in self._words.within(letter, typed, edits, swaps=True):
                if any(piece in word for piece in pieces) and word.isalpha():
                    cost = distance(typed, word, most)
                    if cost <= most:
                        found[word] = cost
        for word in _swaps(typed):
            if word[0] in first_letters and self._vocabulary.frequency(WORDS, word):
                found[word] = distance(typed, word, most)
        return found


def _pieces(word: str, count: int) -> list[str]:
    """Cut a word into pieces; a word with fewer slips than pieces has one of them unhurt."""
    bounds = [len(word) * part // count for part in range(count + 1)]
    return [word[first:last] for first, last in pairwise(bounds)]


def _swaps(word: str) -> Iterator[str]:
    """Yield a word with each two neighbours swapped: such a slip can hurt two pieces."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def corrected_query(query: str, corrected: Mapping[str, str]) -> str:
    """Replace some words of a query, and leave everything else as typed.

    Args:
        query: The query as typed.
        corrected: What was typed between two white spaces or signs, to what was probably meant.
    """
    words = "|".join(re.escape(word) for word in sorted(corrected, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: corrected[found[0]], query)
