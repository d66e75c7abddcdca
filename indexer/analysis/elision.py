"""Words grown together at an apostrophe: French elisions, name particles, English endings."""

import re
import unicodedata

from indexer.analysis.characters import MARK

_ELIDED = re.compile(r"(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])'", re.IGNORECASE)
_NAME_PARTICLE = re.compile(rf"[dl]'(?=(?:[^\W\d_]{MARK}*){{3}})", re.IGNORECASE)
_SPELT_ALOUD = re.compile(r"[A-Z]{2}")
_ENGLISH_ENDING = re.compile(r"(?:'(?:s|re|ve|ll|d|m))+$", re.IGNORECASE)
_ENGLISH_NEGATION = re.compile(r"n't$", re.IGNORECASE)
_VOWELS = frozenset("aeiouyhœæ")


def _may_follow_elision(shaped: str, position: int) -> bool:
    # A vowel, a mute h, or capitals that are spelt aloud (d'LR): N'Djamena and D'Souza are whole names.
    first = unicodedata.normalize("NFD", shaped[position])[0].lower()
    return first in _VOWELS or _SPELT_ALOUD.match(shaped, position) is not None


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
        elided = _ELIDED.match(shaped)
    elif language in {"en", "es"}:
        elided = _NAME_PARTICLE.match(shaped)
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
    ending = _ENGLISH_ENDING.search(shaped)
    return len(ending.group()) if ending else 0


def is_english_negation(shaped: str) -> bool:
    """Tell whether an English word is an auxiliary with not: don't, wouldn't.

    Args:
        shaped: The shape of a word.
    """
    return _ENGLISH_NEGATION.search(shaped) is not None
