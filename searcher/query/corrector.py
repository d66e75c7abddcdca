"""Correct words that are not in the index: misspelt words, and two words written as one.

The code that compares spellings is imported only for words that need it; most queries need none.
"""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.characters import fold, plain
from indexer.runtime import NamedTuple, late_pattern
from indexer.schema import LANGUAGES, text_field
from searcher.bm25 import idf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.query.known_words import SettledWords
    from searcher.query.near_words import NearWords
    from searcher.query.query_cost import Budget

ONE_SLIP: Final = 7  # up to this length a word may have one error, longer words two
MOST: Final = 3
_FREQUENT: Final = 0.15  # the weight of the document frequency (natural log) against the distance
_MARGIN: Final = 0.5
_DOUBLED: Final = late_pattern(r"(\w)\1")


class Correction(NamedTuple):
    """A suggested word.

    Attributes:
        word: The word in plain spelling, without accents.
        cost: Its distance from the typed word; about 1 per error.
        share: The factor of its idf that makes it no rarer than the likeliest suggestion: a word is not
            likelier for being rare.
    """

    word: str
    cost: float
    share: float = 1.0


class Corrector:
    """Corrects the words of one query, each once.

    Args:
        settled: Decides which words need no correction.
        words: The words of the index by prefix.
        budget: The limits of the query.

    Attributes:
        settled: The same object.
        skipped: The words that were not corrected because the budget was used up.
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
        """Return the corrections of a word; computed once per word.

        Args:
            word: The word as typed.
            languages: The likely languages of the query.

        Returns:
            The pairs of words that the word can be split into and that are adjacent in the index; if there
            are none, its suggestions, likeliest first.
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
        if with_tilde := self.settled.with_tilde(word):  # not a typing error, so no other word is suggested
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
        """Count one more correction of a word; return whether the budget allows it."""
        if not self._may_still_look:
            self.skipped.add(word)
            return False
        self._may_still_look -= 1
        return True

    def _document_frequency(self, word: str, languages: Sequence[str]) -> int:
        """Return the largest document frequency of a word in the given languages.

        It is looked up in all languages, since a chosen word is searched in each of them: a cluster then gets
        one batch of requests instead of two.
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
        """Return the lowest idf of a word in the given languages."""
        vocabulary = self._vocabulary
        return min(
            idf(vocabulary.documents(text_field(language)), frequency)
            for language in languages
            for term in analyzer(language).query_terms(word)
            if (frequency := vocabulary.document_frequency(text_field(language), term))
        )

    def _near(self, typed: str, most: float, first_letters: Sequence[str]) -> dict[str, float] | None:
        """Return the words near a typed word with their distances; None beyond the budget of comparisons."""
        if not self._budget.may_compare(sum(map(self._words.count, first_letters))):
            return None
        from searcher.query.near_words import MIN_DISTANCE, MIN_LETTER, distance

        # No error costs less, so that more edits, or more letters that one word lacks, cannot cost as little.
        # Only errors in doubled letters cost less than MIN_LETTER.
        edits, letters = int(most / MIN_DISTANCE), int(most / MIN_LETTER)
        return {
            word: cost
            for letter in first_letters
            for word, apart in self._words.within(letter, typed, edits, letters, swaps=True).items()
            if word.isalpha()
            and (apart * MIN_LETTER <= most or _DOUBLED.search(f"{typed} {word}"))
            and (cost := distance(typed, word, most)) <= most
        }


def corrected_query(query: str, corrected: Mapping[str, str]) -> str:
    """Replace some words of a query and leave everything else as typed.

    Args:
        query: The query as typed.
        corrected: The corrections by typed word, where words are delimited by white space or punctuation.
    """
    if all(map(str.isalnum, corrected)):
        return re.sub(r"\w+", lambda found: corrected.get(found[0], found[0]), query)
    words = "|".join(re.escape(word) for word in sorted(corrected, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: corrected[found[0]], query)
