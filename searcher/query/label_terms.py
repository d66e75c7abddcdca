"""The terms by which a word of a question may stand in labels, where it was typed without its accents too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.accents import fold
from indexer.analysis.characters import plain
from indexer.analysis.nearness import NUMBER, SAME
from indexer.remembered import remembered
from indexer.schema import ANALYZED_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import Table
    from searcher.engine import Vocabulary

REMEMBERED: Final = 1 << 12  # words of questions whose terms are kept, each in three languages
SHORTEST: Final = 4  # letters of a word that may lack its accent: shorter ones are other words
# Letters with the accents that a stem depends on: one of them near the end of a word, as in the Spanish
# *sequía* and the French *rivière*, *journée*, *sécurité*.
_ACCENTED: Final = {
    "es": {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"},
    "fr": {"e": "éè"},
}
_ENDING: Final = 6  # letters


class LabelTerms:
    """Gives the terms by which words may stand in labels; threads may share it.

    The terms that a word without accents stands for are told by the texts of an index, which may have no
    text in a language that it is asked in: *sequia* is *sequía* all the same, where no text or label has it
    as it was typed.

    Args:
        table: The thesaurus.
        vocabulary: The terms of the index.
        terms_of: (language, word as typed) to the terms that it stands for in texts.
    """

    def __init__(
        self, table: Table, vocabulary: Vocabulary, terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._terms_of = terms_of
        self._accented = remembered(self._accented_terms, REMEMBERED)

    def __call__(self, language: str, word: str) -> tuple[str, ...]:
        """Give the terms of a word as typed in a language, those of texts first."""
        terms = self._terms_of(language, word)
        return terms + self._accented(language, word) if language in _ACCENTED else terms

    def _accented_terms(self, language: str, word: str) -> tuple[str, ...]:
        written = plain(word)
        if len(written) < SHORTEST or fold(written) != written or not written.isalpha():
            return ()
        if any(self._is_known(one, written, at_home=one == language) for one in ANALYZED_LANGUAGES):
            return ()
        own, analyses = self._terms_of(language, word), analyzer(language).query_terms
        found = [analyses(spelling)[0] for spelling in _accented(language, written)]
        return tuple([term for term in dict.fromkeys(found) if term not in own])

    def _is_known(self, language: str, word: str, *, at_home: bool) -> bool:
        """Tell whether a label has a word as typed, or a Spanish one its plural, which keeps no accent.

        In another language, whether one has its plural too, or any text has it.
        """
        terms = self._terms_of(language, word)
        written = _labels(self._table, language, terms)
        labels = [label for label in written if fold(label) == label]
        if at_home:  # fermees may be fermées, though it is a form of ferme too; reuniones is no reunionés
            return word in labels or (language == "es" and word.removesuffix("es") in map(fold, written))
        known = _nearest(language, labels, word) in {SAME, NUMBER}
        return known or any(word in self._vocabulary.forms(language, term) for term in terms)


def nearest_label(table: Table, language: str, terms: Iterable[str], word: str) -> int | None:
    """Measure how far a word is from the nearest label of one word that it is a form of, if any.

    Args:
        table: The thesaurus.
        language: The language of the labels.
        terms: What the word stands for in it.
        word: In lower case, without accents.
    """
    return _nearest(language, _labels(table, language, terms), word)


def _labels(table: Table, language: str, terms: Iterable[str]) -> list[str]:
    """List the labels of one word, in lower case, that have some terms."""
    return [
        (entry.written or (term,))[0]
        for term in terms
        for entry in table.beginning(language, term)
        if not entry.rest and not entry.acronym and len(entry.written) <= 1
    ]


def _nearest(language: str, labels: Sequence[str], word: str) -> int | None:
    if word in labels or not labels:
        return SAME if labels else None
    from indexer.analysis.word_forms import distance  # its tables of endings are for words in another form

    found = [distance(language, word, label, within=False) for label in labels]
    return min((far for far in found if far is not None), default=None)


def _accented(language: str, word: str) -> Iterator[str]:
    """Yield a word with one accent, at each place where it may change a stem."""
    for at in range(max(0, len(word) - _ENDING), len(word)):
        for letter in _ACCENTED[language].get(word[at], ""):
            yield word[:at] + letter + word[at + 1 :]
