"""Words grown together at an apostrophe: French elisions, name particles, English endings."""

import re
import unicodedata

from indexer.analysis.characters import MARK

# Compiled, by ``re`` itself, when a word with an apostrophe first asks: many questions have none.
_ELIDED = r"(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])'"
_NAME_PARTICLE = rf"[dl]'(?=(?:[^\W\d_]{MARK}*){{3}})"
_SPELT_ALOUD = r"[A-Z]{2}"
_ENGLISH_ENDING = r"(?:'(?:s|re|ve|ll|d|m))+$"
_ENGLISH_NEGATION = r"n't$"
_VOWELS = frozenset("aeiouyhœæ")


def _may_follow_elision(shaped: str, position: int) -> bool:
    # A vowel, a mute h, or capitals that are spelt aloud (d'LR): N'Djamena and D'Souza are whole names.
    first = unicodedata.normalize("NFD", shaped[position])[0].lower()
    return first in _VOWELS or re.match(_SPELT_ALOUD, shaped[position:]) is not None


def elided_length(shaped: str, language: str) -> int:
    """Measure the elided word at the start of a word.

    Args:
        shaped: The shape of a word.
        language: The language of the text.

    Returns:
        How many characters to leave out: 2 for l'eau, 6 for jusqu'à, 0 for aujourd'hui or N'Djamena. In
        English and Spanish only d' and l' before three letters or more count, as in the names d'Ivoire
        and L'Aquila.
    """
    if language == "fr":
        elided = re.match(_ELIDED, shaped, re.IGNORECASE)
    elif language in {"en", "es"}:
        elided = re.match(_NAME_PARTICLE, shaped, re.IGNORECASE)
    else:
        return 0
    return elided.end() if elided and _may_follow_elision(shaped, elided.end()) else 0


def english_ending_length(shaped: str) -> int:
    """Measure the possessive or the contracted verb at the end of an English word.

    Args:
        shaped: The shape of a word.

    Returns:
        How many characters to leave out: 2 for ship's, 3 for they've, 0 where there is none.
    """
    ending = re.search(_ENGLISH_ENDING, shaped, re.IGNORECASE)
    return len(ending.group()) if ending else 0


def is_english_negation(shaped: str) -> bool:
    """Tell whether an English word is an auxiliary with not: don't, wouldn't.

    Args:
        shaped: The shape of a word.
    """
    return re.search(_ENGLISH_NEGATION, shaped, re.IGNORECASE) is not None
