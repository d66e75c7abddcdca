"""The other spellings of a word: *labor* and *labour*, *Méjico* and *México*, *clef* and *clé*.

Words that texts of a language spell in two ways are a reviewed table of how they begin, and a few rules for
the ends of English words. What comes out is a guess until texts of that language have it: only then it joins.
Pairs that are two words (metre and meter, prise and prize, filling and filing) are in no table, and words so
short that a rule would make another one of them are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import is_function_word
from indexer.analysis.analyzer import ADJECTIVE
from indexer.analysis.characters import fold, plain
from indexer.runtime import remembered
from indexer.schema import ANALYZED_LANGUAGES, text_field
from indexer.tables import rows
from searcher.bm25 import idf
from searcher.query.expansion import WEIGHT
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import RELATED, Term
from searcher.query.query_analysis import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searcher.query.query_words import QueryWords

REMEMBERED: Final = 4096  # words of queries
SHORTEST: Final = 3  # letters
MAX_LENGTH: Final = 40

# How words end, what else they may end in, and how many letters stand before at least.
_S_AND_Z: Final = ("e", "es", "ed", "er", "ers", "ing", "ation", "ations", "ational", "able")
_DOUBLED: Final = ("ed", "ing", "er", "ers", "or", "ors", "ous", "ation")
_ENDINGS: Final = (
    *((f"is{end}", f"iz{end}", 3) for end in _S_AND_Z),
    *((f"lys{end}", f"lyz{end}", 2) for end in _S_AND_Z[:6]),
    *((f"{vowel}ll{end}", f"{vowel}l{end}", 3) for vowel in "aeiou" for end in _DOUBLED),
    *((f"ogue{end}", f"og{end}", 3) for end in ("", "s")),
)
_OTHER_ENDINGS: Final = {
    ending: (other, least) for one, two, least in _ENDINGS for ending, other in ((one, two), (two, one))
}
_Z_AND_CES: Final = ("z", "ces")
_MAX_ENDING_LENGTH: Final = max(map(len, _OTHER_ENDINGS))


class SpellingVariants:
    """Finds the other spellings that texts have for words of questions in a language; threads may share it.

    Args:
        words: The words of questions to the index.
        language: The language of the question; None where it is not known.
    """

    def __init__(self, words: QueryWords, language: str | None) -> None:
        self._words = words
        self._language = language
        self._remembered = remembered(self._of, REMEMBERED)

    def of_words(self, chunks: Sequence[str]) -> dict[str, tuple[Term, ...]]:
        """Find the terms of other spellings.

        Args:
            chunks: Words as typed.

        Returns:
            For each word that has any, the terms that it does not stand for itself.
        """
        return {chunk: terms for chunk in chunks if (terms := self._remembered(chunk))}

    @staticmethod
    def reported(
        expansions: list[dict[str, Any]], spelled: dict[str, tuple[Term, ...]]
    ) -> list[dict[str, Any]]:
        """Tell the other spellings of words among what joined, before the labels that joined them."""
        for chunk, terms in spelled.items():
            typed, others = chunk.strip(PUNCTUATION_AROUND), [term.written for term in terms]
            at = next((at for at, one in enumerate(expansions) if one["from"] == typed), len(expansions))
            labels = [label for one in expansions[at : at + 1] for label in one["to"]]
            joined = {"from": typed, "to": list(dict.fromkeys([*others, *labels]))}
            expansions = [*expansions[:at], joined, *expansions[at + 1 :]]
        return expansions

    def _of(self, chunk: str) -> tuple[Term, ...]:
        written = chunk.strip(PUNCTUATION_AROUND)
        word = plain(written)
        if not SHORTEST <= len(word) <= MAX_LENGTH or not word.isalpha() or is_function_word(word):
            return ()
        found = [
            node
            for language in ANALYZED_LANGUAGES
            for spelling in spellings(language, word)
            if self._is_query_language(language, word)
            for node in self._standing(language, word, spelling, written)
        ]
        return tuple(dict.fromkeys(found))

    def _is_query_language(self, language: str, word: str) -> bool:
        """Tell whether a word may be of a language: the question's, or where it stands, if anywhere."""
        if self._language in {None, language} or self._words(word).document_frequency(language):
            return True
        return not any(self._words(word).document_frequency(other) for other in ANALYZED_LANGUAGES)

    def _standing(self, language: str, word: str, spelling: str, written: str) -> Iterator[Term]:
        """Yield a spelling's terms that stand in texts as a form of it."""
        field, vocabulary, of_word = text_field(language), self._words.vocabulary, self._words(word)
        documents = vocabulary.documents(field)
        typed = of_word.document_frequency(language)
        for term in self._words(spelling).terms(language):
            frequency = 0 if term in of_word.terms(language) else vocabulary.document_frequency(field, term)
            forms = vocabulary.forms(language, term) if frequency else ()
            if any(_is_form(language, spelling, form) for form in forms):
                weight = WEIGHT * (1.0 if self._language in {None, language} else ELSEWHERE)
                # It is as rare as the commoner of both spellings: one that few write is not worth more. A
                # ratio, of the documents as they are.
                rarity = idf(documents, max(frequency, min(typed, documents))) / idf(documents, frequency)
                shown = spelling.capitalize() if written[0].isupper() else spelling
                yield Term(field, term, weight * rarity, shown, f"joined for “{written}”", RELATED)


def spellings(language: str, word: str) -> list[str]:
    """Give the other spellings that a word may have, whether there are such words or not.

    Args:
        language: The language whose spellings are meant.
        word: In lower case.
    """
    found = [
        other + word[len(beginning) :]
        for beginning, other in _beginnings().get((language, word[0]), ())
        if word.startswith((beginning, fold(beginning)))  # typed without its accents; payé is no paye
    ]
    if language == "en":
        for start in range(max(2, len(word) - _MAX_ENDING_LENGTH), len(word) - 1):
            other = _OTHER_ENDINGS.get(word[start:])
            if other is not None and start >= other[1]:
                found.append(word[:start] + other[0])
    if language == "es" and word.endswith(_Z_AND_CES):  # jueces has another stem than juez
        found.append(f"{word[:-3]}z" if word.endswith("ces") else f"{word[:-1]}ces")
    return found


@cache
def _beginnings() -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """Read the beginnings of words and their other spelling, by language and first letter."""
    found = defaultdict(list)
    for language, *pair in rows(__file__, "spellings.tsv"):
        for beginning, other in permutations(pair):
            found[language, beginning[0]].append((beginning, other))
    return found


def _is_form(language: str, spelling: str, form: str) -> bool:
    """Tell whether a word that texts have is a spelling, or a form of it: Spanish laboral is no labour."""
    is_same = form == fold(spelling)
    if is_same or (language == "es" and spelling.endswith(_Z_AND_CES)):
        return is_same  # avances is no plural of avanz, which avanzar begins with
    from indexer.analysis.word_forms import distance

    pairs = ((spelling, form), (form, spelling))
    return any(distance(language, one, other, within=False) not in {None, ADJECTIVE} for one, other in pairs)
