"""Correct words that the index does not have: misspelt ones, and two written as one.

What compares spellings is imported where a word is looked at again: most queries need none of it.
"""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.characters import fold, plain
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES, text_field
from searcher.bm25 import idf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.query.known_words import SettledWords
    from searcher.query.near_words import NearWords
    from searcher.query.query_cost import Budget

ONE_SLIP: Final = 7  # up to this length one slip is believed, from then on two
MOST: Final = 3
_FREQUENT: Final = 0.15  # how much a tenfold document frequency (natural log) outweighs distance
_MARGIN: Final = 0.5


class Correction(NamedTuple):
    """A word that may have been meant.

    Attributes:
        word: In its plain spelling, without accents.
        cost: How far it is from what was typed; about 1 for each slip.
        share: What it counts of its own idf, so that it is no rarer than the likeliest: a word is not meant
            because few texts have it.
    """

    word: str
    cost: float
    share: float = 1.0


class Corrector:
    """Looks again at the words of one query, each once.

    Args:
        settled: Decides which words need no correction.
        words: The words of the index by their beginnings.
        budget: What the query may ask for.

    Attributes:
        settled: The same.
        skipped: The words that were not looked at, beyond what a query may ask for.
    """

    def __init__(self, settled: SettledWords, words: NearWords, budget: Budget) -> None:
        self.settled = settled
        self._vocabulary = settled.engine
        self._words = words
        self._budget = budget
        self._may_still_look = budget.limits.corrected
        self.skipped: set[str] = set()
        self._found: dict[str, tuple[list[tuple[str, str]], list[Correction]]] = {}

    def look_again(
        self, word: str, languages: Sequence[str]
    ) -> tuple[list[tuple[str, str]], list[Correction]]:
        """Find what was probably meant by a word, each word once.

        Args:
            word: The word as typed.
            languages: The languages that the query may be in.

        Returns:
            The two words that it is parted in, in each way that the index has them side by side; and where
            there are none, what it may have been meant for, the likeliest first.
        """
        found = self._found.get(word)
        if found is None:
            split_term = self._apart(word)
            found = self._found[word] = split_term, [] if split_term else self._corrections(word, languages)
        return found

    def _apart(self, word: str) -> list[tuple[str, str]]:
        found = []
        for two in self.settled.apart(word):
            if not self._may_look(word):
                break
            if self.settled.are_neighbours(two):
                found.append(two)
        return found

    def _corrections(self, word: str, languages: Sequence[str]) -> list[Correction]:
        if self.settled.knows(word) or not self._may_look(word):
            return []
        if with_tilde := self.settled.with_tilde(word):  # no slip of a key: no other word is guessed
            return [Correction(one, 1.0) for one in with_tilde]
        from searcher.query.near_words import BESIDE

        typed = fold(plain(word))
        most = 1.0 if len(typed) <= ONE_SLIP else 2.0
        near = self._near(typed, most, [typed[0]])
        if near is not None and not near:
            alongside = sorted({pair[1] for pair in BESIDE if pair[0] == typed[0]} | {typed[1]})
            near = self._near(typed, min(most, 1.0), alongside)
        if near is None:
            self.skipped.add(word)
            return []
        ranked = sorted(
            (cost - _FREQUENT * log(frequency), candidate, cost)
            for candidate, cost in near.items()
            if (frequency := self._document_frequency(candidate, languages))
        )
        likely = [(word, cost) for rank, word, cost in ranked[:MOST] if rank <= ranked[0][0] + _MARGIN]
        rarity = [self._rarity(word, languages) for word, _ in likely]
        shares = [min(1.0, rarity[0] / own) for own in rarity]
        return [Correction(*pair, share) for pair, share in zip(likely, shares, strict=True)]

    def _may_look(self, word: str) -> bool:
        """Count one more look at a word; tell whether the query may have it."""
        if not self._may_still_look:
            self.skipped.add(word)
            return False
        self._may_still_look -= 1
        return True

    def _document_frequency(self, word: str, languages: Sequence[str]) -> int:
        """Count the documents that have a word, in the language of which most have it.

        All are asked, since a word that is chosen is looked up in each: a cluster is asked for that with all
        else, not once more when the choice is known.
        """
        counts = {
            language: max(
                self._vocabulary.document_frequency(text_field(language), term)
                for term in analyzer(language).query_terms(word)
            )
            for language in LANGUAGES
        }
        return max(counts[language] for language in languages)

    def _rarity(self, word: str, languages: Sequence[str]) -> float:
        """Compute the idf of a word in the language where it is least."""
        vocabulary = self._vocabulary
        return min(
            idf(vocabulary.documents(text_field(language)), frequency)
            for language in languages
            for term in analyzer(language).query_terms(word)
            if (frequency := vocabulary.document_frequency(text_field(language), term))
        )

    def _near(self, typed: str, most: float, first_letters: Sequence[str]) -> dict[str, float] | None:
        """Find the words near a typed one, with their distances; None where too much was compared before."""
        if not self._budget.may_compare(sum(len(self._words.beginning(letter)) for letter in first_letters)):
            return None
        from searcher.query.near_words import MIN_DISTANCE, distance

        edits = int(most / MIN_DISTANCE)  # no slip costs less, so that no more of them cost as little
        return {
            word: cost
            for letter in first_letters
            for word in self._words.within(letter, typed, edits, swaps=True)
            if word.isalpha() and (cost := distance(typed, word, most)) <= most
        }


def corrected_query(query: str, corrected: Mapping[str, str]) -> str:
    """Replace some words of a query, and leave everything else as typed.

    Args:
        query: The query as typed.
        corrected: What was typed between two white spaces or signs, to what was probably meant.
    """
    words = "|".join(re.escape(word) for word in sorted(corrected, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: corrected[found[0]], query)
