"""Plurals that a stemmer does not bring back to their singular (juez and jueces, foyer and foyers).

Snowball takes the -er of Spanish *mujer* for that of a verb, but not in *mujeres*: without the plural as a
label of its own, questions and texts that have it would miss the concept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis.stop_words import STOP_WORDS
from indexer.thesaurus.analysed import REMEMBERED, terms

if TYPE_CHECKING:
    from indexer.thesaurus.concept import Label

_APOSTROPHES: Final = ("'", "’")
_INFINITIVES: Final = {"es": ("ar", "er", "ir"), "fr": ("er", "ir", "re")}
# Nouns and adjectives that end so in both languages: hogar and foyer, militar and militaire.
_NO_INFINITIVES: Final = (
    *("hogar", "taller", "alquiler", "mar", "collar", "pilar", "altar", "mujer", "líder", "cáncer", "dólar"),
    *(
        "canciller",
        "poder",
        "póker",
        "aire",
        "mer",
        "foyer",
        "atelier",
        "loyer",
        "collier",
        "pilier",
        "leader",
    ),
    *("cancer", "ouvrier", "dollar", "poker"),
)
_NO_MEN: Final = ("human", "german", "roman", "norman", "ottoman", "shaman", "talisman", "caiman")
_UNACCENTED: Final = str.maketrans("áéíóú", "aeiou")


def odd_plurals(labels: Sequence[Label]) -> Iterator[Label]:
    """Yield the plurals of labels whose stems are not those of the singular.

    Args:
        labels: Of one concept. Verbs have none: where a Spanish and a French label end as verbs do, they are.
    """
    verbs = {label for label in labels if _may_be_verb(label)}
    if len({label.language for label in verbs}) < len(_INFINITIVES):
        verbs = set()
    for label in labels:
        if not label.text.islower() or label in verbs:
            continue  # a name, or a verb
        text = _odd_plural(label.language, label.text)
        if text:
            yield label._replace(text=text)


def _may_be_verb(label: Label) -> bool:
    """Tell whether a label begins with a word that ends as an infinitive does."""
    first = label.text.partition(" ")[0]
    return first.endswith(_INFINITIVES.get(label.language, ())) and not first.endswith(_NO_INFINITIVES)


def _odd_plural(language: str, text: str) -> str:
    """Give the plural of a label; nothing where its words have the stems that they have in the singular."""
    words = text.split()
    # Up to the first "of": what follows does not agree.
    agreeing = next((count for count, word in enumerate(words) if _is_grammar(language, word)), len(words))
    inflected = [_inflected(language, word) for word in words[:agreeing]]
    if not any(is_odd for _, is_odd in inflected):
        return ""
    return " ".join([*(plural for plural, _ in inflected), *words[agreeing:]])


@lru_cache(REMEMBERED)  # labels share most of their words
def _inflected(language: str, word: str) -> tuple[str, bool]:
    """Give the plural of a word, and tell whether it has another stem."""
    plural = _INFLECTIONS[language](word)
    return plural, plural != word and word[-1].isalpha() and terms(language, plural) != terms(language, word)


def _is_grammar(language: str, word: str) -> bool:
    return word in STOP_WORDS[language] or any(mark in word for mark in _APOSTROPHES)


def _english(word: str) -> str:
    return f"{word[:-2]}en" if word.endswith("man") and not word.endswith(_NO_MEN) else word


def _spanish(word: str) -> str:
    if word.endswith("z"):
        return f"{word[:-1]}ces"
    if word[-1] in "aeioué":
        return f"{word}s"
    if word[-1] in "dlnrjy":
        return f"{word[:-2]}{word[-2:].translate(_UNACCENTED)}es"
    return word


def _french(word: str) -> str:
    if word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return f"{word[:-1]}ux"
    return f"{word}x" if word.endswith(("eau", "eu")) else f"{word}s"


_INFLECTIONS: Final = {"en": _english, "es": _spanish, "fr": _french}
