"""Correct words that are missing in the index: misspelt words, and pairs without a space.

This module is only imported for a query that has a word to correct.
"""

from __future__ import annotations

import re
from itertools import takewhile
from math import log
from os.path import commonprefix
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.characters import fold, plain
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES, LANGUAGES, WORDS, text_field
from searcher.bm25 import idf
from searcher.query.model import And, Or, Phrase, Term, join, leaves
from searcher.query.near_words import NearWords, slip_cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from searcher.query.known_words import WordTools
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget

MAX_ONE_EDIT_LENGTH: Final = 7  # letters; longer words may have two errors instead of one
MOST: Final = 3
_FREQUENCY_WEIGHT: Final = 0.15  # the weight of the document frequency (natural log) against the distance
# Reduces the cost of omitted letters: a word has one omission at each place, but 25 wrong letters.
_OMISSION_DISCOUNT: Final = 0.5
_LABEL_COST: Final = 0.3  # additional cost of a word that only labels have
_ACCENT_COST: Final = 0.5  # additional cost of a word that lacks a typed accent
_MARGIN: Final = 0.7
OTHER_FACTOR: Final = 0.6  # the factor of all suggestions except the likeliest
_LETTERS_PER_EDIT: Final = 6  # letters of a name per allowed edit
LETTERS: Final = "abcdefghijklmnopqrstuvwxyzñ"


class Correction(NamedTuple):
    """A possible correction of a word."""

    word: str  # the word in plain spelling, without accents
    cost: float  # the distance from the typed word, about 1 per error
    # The factor of its idf: a correction that is rarer than the likeliest one does not score higher
    share: float = 1.0
    is_only_suggested: bool = (
        False  # whether the correction is only suggested, since the typed word may be a name
    )
    is_cognate: bool = False  # whether it is the same word in another language


class Corrector:
    """Corrects the words of a query, and caches the corrections of each word."""

    def __init__(self, tools: WordTools, budget: Budget) -> None:
        self._expander, self.known_words, self._variants = tools
        settled = self.known_words
        self._vocabulary = settled.engine
        self._words = NearWords(settled.engine, settled.engine.thesaurus)
        self._budget = budget
        self._may_still_look = budget.limits.corrected
        self.skipped: set[str] = set()
        self._found: dict[str, tuple[list[tuple[str, str]], list[Correction]]] = {}

    def correct(self, word: str, chunks: Sequence[str]) -> tuple[list[tuple[str, str]], list[Correction]]:
        """Split a word into two, or return its corrections.

        Returns:
            The pairs of words into which the word can be split, and the corrections of the word, the
            likeliest first. The two words of a pair are adjacent in at least one text. If there are such
            pairs, there are no corrections.
        """
        found = self._found.get(word)
        if found is None:
            split_term = self._splits(word)
            found = self._found[word] = (split_term, [] if split_term else self._corrections(word, chunks))
        return found

    def _splits(self, word: str) -> list[tuple[str, str]]:
        pairs = takewhile(lambda _: self._count_correction(word), self.known_words.splits(word))
        return [*filter(self.known_words.are_neighbours, pairs)]

    def _corrections(self, word: str, chunks: Sequence[str]) -> list[Correction]:
        if self.known_words.knows(word) or not self._count_correction(word):
            return []
        if with_tilde := self.known_words.tilde_spellings(
            word
        ):  # a missing tilde is not a typing error: suggest nothing else
            return [Correction(one, 1.0) for one in with_tilde]
        if cognates := self.known_words.cognates(word):
            is_right = self.known_words.is_right(word)
            return [Correction(one, 1.0, is_cognate=is_right) for one in cognates[:MOST]]
        others = [one for one in chunks if word not in one]
        is_name = word.istitle()
        adjacent = self._adjacent_names(word, chunks) if is_name else []
        offered = False
        ranked: list[tuple[bool, float, str]] = []
        found: dict[str, tuple[int, bool]] = {}
        for near in self._near_words(plain(word)):
            found = {one: counts for one in near if (counts := self._frequency(one))[0]}
            if is_name:  # Martin is not the French marin, a sailor, which no text has
                may = {one: found[one] for one in found if self._may_be_meant(one, found[one][1], adjacent)}
                likely = {one: may[one] for one in may if self._is_near_name(word, one, near[one])}
                # Phones capitalize the first word of a query.
                offered = not likely and bool(may or (found and word in chunks[0]))
                found = likely or may or (found if offered else {})
            is_choice = len(found) > 1 and bool(others)
            ranked = sorted(
                (
                    is_choice and (self.known_words.is_foreign(one) or not self._occur(one, *others)),
                    near[one]
                    - _FREQUENCY_WEIGHT * log(count)
                    - _OMISSION_DISCOUNT * (len(one) > len(word))
                    + _ACCENT_COST * (not word.isascii() and not self._accented(word, one))
                    + _LABEL_COST * (added + self._is_only_generated(one)),
                    one,
                )
                for one, (count, added) in found.items()
            )
            if ranked:
                break
        if not ranked:
            return []
        absent = [one for one in near if one not in found and near[one] <= near[ranked[0][2]]]
        if others and self._is_in_other_language(ranked[0][2], absent):
            return []
        best, rank, chosen = ranked[0]
        nearest = [  # the suggested word and its forms, or several equally likely words
            (one, near[one])
            for first, own, one in ranked[:MOST]
            if first == best and (own == rank or (own <= rank + _MARGIN and _are_forms(one, chosen)))
        ]
        documents = self._vocabulary.documents(WORDS)
        rarity = [idf(documents, found[one][0]) for one, _ in nearest]
        shares = [min(1.0, rarity[0] / own) * (OTHER_FACTOR if at else 1.0) for at, own in enumerate(rarity)]
        return [
            Correction(self._accented(word, one) or one, cost, share, offered)
            for (one, cost), share in zip(nearest, shares, strict=True)
        ]

    def _accented(self, word: str, one: str) -> str:
        """Return a correction with all accents of the typed word, if the thesaurus has this spelling.

        The result is an empty string if the thesaurus lacks this spelling or the word has no accents.
        """
        if word.isascii():
            return ""
        spelled = restore_accents(word, one)
        accents = [sum(not letter.isascii() for letter in text) for text in (word, spelled)]
        known = self._vocabulary.thesaurus.has_word
        return spelled if accents[0] == accents[1] and (known(spelled) or known(spelled[:-1])) else ""

    def _is_only_generated(self, word: str) -> bool:
        """Return whether a word is a generated form of a label, and no text has it.

        For example, ``mesaes`` is generated from ``mesa``.
        """
        return not (self._vocabulary.document_frequency(WORDS, word) or self.known_words.is_word(word))

    def _is_in_other_language(self, best: str, absent: Sequence[str]) -> bool:
        """Return whether the best correction is probably wrong, because it is in another language.

        That is the case if one of ``absent`` belongs to the language of the query. ``absent`` has the words
        that are at least as similar as the correction, but that no text contains.
        """
        return self.known_words.is_foreign(best) and any(
            self.known_words.is_own(one) and self.known_words.is_word(one) for one in absent
        )

    def _adjacent_names(self, word: str, chunks: Sequence[str]) -> list[str]:
        """Return the capitalised words next to a capitalised word, which form a name with it."""
        at = next((at for at, chunk in enumerate(chunks) if word in chunk), 0)
        adjacent = [*chunks[max(at - 1, 0) : at], *chunks[at + 1 : at + 2]]
        return [one for one in adjacent if one.istitle() and self.known_words.is_name(one)]

    def _may_be_meant(self, one: str, added: bool, adjacent: Sequence[str]) -> bool:  # noqa: FBT001 - of `_frequency`
        """Return whether ``one`` may be the correction of a misspelt name.

        An item must contain it together with ``adjacent``, the adjacent words of the name. If ``added`` is
        true, no text contains the correction itself, only terms that expansion adds for it. Then it is enough
        that the correction may belong to the language of the query.
        """
        if added:
            return self.known_words.is_own(one)
        return self.known_words.has(one) and (not adjacent or self._occur(one, *adjacent))

    def _is_near_name(self, word: str, one: str, cost: float) -> bool:
        """Return whether a capitalised word may be a misspelling of ``one``.

        For example, *Haley* may be a misspelling of *Hayley*, but *Ikea* is no misspelling of *idea*.
        ``cost`` is the cost of the edits.
        """
        if len(word) > MAX_ONE_EDIT_LENGTH:
            return cost <= 1 or self.known_words.may_be_name(one)
        is_typical = len(one) > len(word) or sorted(one) == sorted(
            fold(word.lower())
        )  # letters omitted or swapped
        if is_typical and len(word) >= _LETTERS_PER_EDIT:
            return True
        return cost <= len(word) / _LETTERS_PER_EDIT and self.known_words.may_be_name(one)

    def _occur(self, *words: str) -> bool:
        """Return whether an item contains all of the words, as typed or by terms added for them."""
        nodes = [
            join(Or, [node for node in (self.known_words.word(one), *self._expansions_of(one)) if node])
            for one in words
        ]
        every = join(And, [node for node in nodes if node])
        return every is not None and self._vocabulary.finds(every)

    def _expansions_of(self, word: str) -> list[Node]:
        labels = [one.query for one in self._expander.expansions([word], 1)[0] if one.query]
        return [*labels, *self._variants.find_spellings([word]).get(word, ())]

    def _count_correction(self, word: str) -> bool:
        """Count a word to correct, and return whether the limit allows its correction."""
        if not self._may_still_look:
            self.skipped.add(word)
            return False
        self._may_still_look -= 1
        return True

    def _frequency(self, word: str) -> tuple[int, bool]:
        """Return how many documents contain a word, and whether only added terms are counted.

        If no text contains the word, the terms that expansion adds for the word are counted.
        """
        count = self._vocabulary.document_frequency
        if spelled := count(WORDS, word):
            return spelled, False
        own = [
            count(text_field(language), term)
            for language in LANGUAGES
            for term in analyzer(language).query_terms(word)
        ]
        if any(own) and self.known_words.matches(word):
            return max(own), False
        added = [
            min(
                count(leaf.field, term) for term in (leaf.terms if isinstance(leaf, Phrase) else (leaf.text,))
            )
            for query in self._expansions_of(word)
            for leaf in leaves(query)
            if isinstance(leaf, (Phrase, Term))
        ]
        return max(added, default=0), True

    def _near_words(self, word: str) -> Iterator[dict[str, float]]:
        """Yield groups of known words similar to a typed word, the nearest group first.

        A group maps words to their distances. The first group has the words one edit away that begin with the
        same letter, or whose first letter the typed word lacks or swaps with the second. The second group has
        the words that differ only in the first letter of the typed word. The third group has the words two
        edits away that begin with the same letter. Known words are the words of the index and the first words
        of labels. Nothing is yielded if the budget for comparisons is used up.
        """
        typed = fold(word)
        first = typed[0]
        labels = self._vocabulary.thesaurus.lines  # to search for words with the same ending
        if not self._budget.may_compare(self._words.count(first) + labels):
            self.skipped.add(typed)
            return
        most = 1 if len(typed) <= MAX_ONE_EDIT_LENGTH else 2
        edits = self._words.within_edits(first, typed, most)
        for number in range(1, most + 1):
            near = [word for word, apart in edits.items() if apart == number and word.isalpha()]
            costs = {word: slip_cost(typed, word, number) for word in near}
            if number > 1:
                yield costs
                continue
            starts = self._known_with_end([""], f"{word[1]}{word[0]}{word[2:]}")
            starts += self._known_with_end(LETTERS, word)
            yield costs | {word: slip_cost(typed, word, 1) for word in starts if word != typed}
            starts = self._known_with_end(["", *LETTERS], word[1:])
            yield {word: slip_cost(typed, word, 1) for word in starts if word != typed}

    def _known_with_end(self, starts: Iterable[str], end: str) -> list[str]:
        """Return the words of texts or labels that consist of one of the starts and the ending, folded."""
        ends = [(end.removesuffix(plural), plural) for plural in ("", "s", "es") if end.endswith(plural)]
        words_ending = self._vocabulary.thesaurus.words_ending
        of_labels = {fold(one + plural) for end, plural in ends for one in words_ending(end)}
        folded = fold(end)
        words = [start + folded for start in starts]
        return [one for one in words if one in of_labels or self._vocabulary.document_frequency(WORDS, one)]


def restore_accents(typed: str, word: str) -> str:
    """Return a correction with the accents of the typed word.

    For the typed *séparavion*, the correction *separation* becomes *séparation*.
    """
    if typed.isascii():
        return word
    written = plain(typed)
    bare = fold(written)
    if len(written) != len(bare):  # a ligature
        return word
    first, last = (len(commonprefix(pair)) for pair in ((bare, word), (bare[::-1], word[::-1])))  # noqa: RUF071 - compares letter by letter
    last = min(last, len(bare) - first, len(word) - first)
    wrong, right = written[first : len(bare) - last], word[first : len(word) - last]
    if fold(swapped := wrong[::-1]) == right:
        right = swapped
    return written[:first] + right + written[len(bare) - last :]


def _are_forms(one: str, other: str) -> bool:
    """Return whether two words are forms of one word in any language."""
    from indexer.analysis import word_forms  # few words are unknown

    return any(word_forms.are_forms(language, one, other) for language in ANALYZED_LANGUAGES)


def corrected_query(query: str, corrected: Mapping[str, str]) -> str:
    """Replace misspelt words in the text of a query by their corrections.

    A correction begins with a capital if the misspelt word does.
    """
    words = "|".join(re.escape(word) for word in sorted(corrected, key=len, reverse=True))

    def correct(found: re.Match[str]) -> str:
        return corrected[found[0]].capitalize() if found[0].istitle() else corrected[found[0]]

    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", correct, query)
