"""Generate the spellings of labels in texts.

They have lower case, accents, and irregular plurals. A label may be *TRAFICO DE DROGAS*, but texts write
*tráfico de drogas*, which has other stems. The usual spelling of a word is taken from the bundled thesaurus
and the gazetteer, or else from endings that always have accents (``label_spellings.tsv``).

Some plurals have another stem than the singular (juez and jueces, foyer and foyers), for example because
Snowball removes the -er of *mujer* like the ending of a verb. Such a plural becomes a label of its own;
otherwise queries and texts with the plural would miss the concept.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.analyzer import STOP_WORDS
from indexer.analysis.characters import fold
from indexer.data_tables import rows
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.bundled import BundledConcepts
from indexer.thesaurus.concept import REMEMBERED, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from indexer.thesaurus.concept import Label


FEW_ACCENTS: Final = 0.02  # the share of labels with accents; usually a quarter
MIN_LABELS: Final = 100  # lower-case labels; a few without accents may be a coincidence
MAX_SPELLINGS: Final = 4  # of a label
_WORD: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+")  # U.S.A. is one word
_VOWEL: Final = re.compile("[AEIOUY]")
_ROWS: Final = rows(__file__, "label_spellings.tsv")
# Endings without accents, with their accented forms.
_ENDINGS: Final = {
    language: [(re.compile(row[2]), row[3:]) for row in _ROWS if row[:2] == ["accents", language]]
    for language in ANALYZED_LANGUAGES
}


class SpellingRestorer:
    """Restores the usual spelling of labels in one language."""

    def __init__(self, language: str, texts: Collection[str]) -> None:
        in_capitals = [text for text in texts if text.isupper()]
        others = [text for text in texts if not text.isupper()]
        self._language = language
        self._all_in_capitals = len(in_capitals) > len(others)
        self._capitals_lack_accents = _lack_accents(language, in_capitals)
        self._others_lack_accents = len(others) >= MIN_LABELS and _lack_accents(language, others)
        # labels share most of their words
        self._in_small_letters = lru_cache(REMEMBERED)(self._word_in_small_letters)
        self._with_accents = lru_cache(REMEMBERED)(self._word_with_accents)

    def spelling_variants(self, text: str) -> Iterator[str]:
        """Yield the likely spellings of a label, the most likely first."""
        if text.isupper() and self._is_in_words(text):
            known = _known_labels()[self._language].get(_key(text))
            if known and (self._capitals_lack_accents or known.lower() == text.lower()):
                yield known
            else:
                yield from self._each_word(text, self._in_small_letters)
        elif self._others_lack_accents and not text.isupper():
            yield from self._each_word(text, self._with_accents)
        else:
            yield text

    def _is_in_words(self, text: str) -> bool:
        """Return whether a label in capitals consists of words and is not an acronym.

        This is assumed if most labels are in capitals, if the label has several words, or if a bundled label
        has the word in lower case.
        """
        if self._all_in_capitals or " " in text:
            return True
        known = _known_words(self._language).get(_key(text))
        return known is not None and known.islower()

    def _each_word(self, text: str, spellings: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
        words = [spellings(word) for word in _WORD.findall(text)]
        between = _WORD.sub("{}", text.replace("{", "(").replace("}", ")"))
        for chosen in islice(product(*words), MAX_SPELLINGS):
            yield between.format(*chosen)

    def _word_in_small_letters(self, word: str) -> tuple[str, ...]:
        """Return the likely spellings of a word in capitals, which may be an acronym."""
        small = word.lower()
        known = _known_words(self._language).get(_key(word))
        if is_function_word(small):
            return (small,)
        if known and (self._capitals_lack_accents or known.lower() == small):
            return (known,)
        if "." in word or not _VOWEL.search(fold(small).upper()):
            return (word if len(word) > 1 else small,)
        return self._with_accents(small) if self._capitals_lack_accents else (small,)

    def _word_with_accents(self, word: str) -> tuple[str, ...]:
        """Return the likely spellings of a word that lacks its accents."""
        if is_function_word(word):
            return (word,)
        known = _known_words(self._language).get(_key(word))
        if known:
            return (known.lower() if word.islower() else known if known[0].isupper() else word,)
        for ending, endings in _ENDINGS[self._language]:
            if ending.search(word):
                return tuple([ending.sub(one, word) for one in endings])
        return (word,)


def spelling_variants(labels: dict[str, list[Label]]) -> dict[str, list[Label]]:
    """Return the labels of each concept in their usual spelling.

    Labels in capitals or without accents are respelled; such a label may have several likely spellings.
    """
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for of_concept in labels.values():
        for label in of_concept:
            texts[label.language].append(label.text)
    spellings = {language: SpellingRestorer(language, found) for language, found in texts.items()}
    return {
        name: [
            label if label.text == text else label._replace(text=text)
            for label in of_concept
            for text in spellings[label.language].spelling_variants(label.text)
        ]
        for name, of_concept in labels.items()
    }


def _lack_accents(language: str, texts: Collection[str]) -> bool:
    """Return whether the labels of a language are written without accents."""
    accented = sum(not text.isascii() and _key(text) != text.lower().replace("ñ", "n") for text in texts)
    return bool(_ENDINGS[language]) and accented <= FEW_ACCENTS * len(texts)


def _key(text: str) -> str:
    """Return a lookup key that ignores case and accents."""
    return fold(text.lower()).replace("ñ", "n")


@cache
def _known_labels() -> dict[str, dict[str, str]]:
    """Return the labels of the bundled thesaurus in each language, by lookup key."""
    known: dict[str, dict[str, str]] = {language: {} for language in _ENDINGS}
    for concept in BundledConcepts():
        for label in concept.labels:
            known[label.language].setdefault(_key(label.text), label.text)
    return known


@cache
def _known_words(language: str) -> dict[str, str]:
    """Return the most frequent spelling of each word of bundled labels, by lookup key."""
    texts = _known_labels()[language].values()
    counts = Counter(chain.from_iterable(map(_WORD.findall, texts)))
    known: dict[str, str] = {}
    for word, _ in counts.most_common():
        known.setdefault(_key(word), word)
    return known


_APOSTROPHES: Final = ("'", "’")
_INFINITIVES, _FINITE, _UNCHANGED = (
    {row[1]: (*row[2:],) for row in _ROWS if row[0] == kind} for kind in ("infinitive", "finite", "unchanged")
)
_PRONOUN: Final = re.compile(r"\As(?:e |['’])")  # before a French infinitive
_NO_INFINITIVES: Final = frozenset(word for row in _ROWS if row[0] == "noun" for word in row[2:])
_KNOWN_VERBS: Final = frozenset(word for row in _ROWS if row[0] == "verb" for word in row[2:])
_ARTICLES: Final = frozenset("el la los las un una le les une son sa ses".split())
_NO_MEN: Final = tuple(word for row in _ROWS if row[0] == "man" for word in row[2:])
_IRREGULAR: Final = {(row[1], row[2]): row[3] for row in _ROWS if row[0] == "plural"}
_UNACCENTED: Final = str.maketrans("áéíóú", "aeiou")
_ACCENTED: Final = str.maketrans("aeiou", "áéíóú")
# The plural of a word in -n that is stressed on the syllable before gains an accent: margen, márgenes.
_STRESSED_BEFORE: Final = re.compile(r"([a-zñü]*)([aeiou])([^aeiouáéíóú]+[aeiou]n)")


def irregular_plurals(labels: Sequence[Label]) -> Iterator[Label]:
    """Yield plurals of labels that have other stems than the singular.

    Verbs and adverbs have no plurals. Labels with the endings of verbs are verbs if both Spanish and French
    have an infinitive, if an article follows, or if the table lists their first word.
    """
    infinitives = {label for label in labels if _has_ending(label, _INFINITIVES)}
    if len({label.language for label in infinitives}) == len(_INFINITIVES):
        verbs = infinitives
    else:
        verbs = {label for label in infinitives if _is_verb(label.text)}
    for label in labels:
        if not label.text.islower() or label in verbs or _has_ending(label, _UNCHANGED):
            continue  # a name, a verb or an adverb
        if verbs and verbs == infinitives and _has_ending(label, _FINITE):
            continue
        text = _irregular_plural(label.language, label.text)
        if text:
            yield label._replace(text=text)


def _is_verb(text: str) -> bool:
    """Return whether a label with the ending of an infinitive is certainly a verb."""
    first, *others = text.split()
    return first in _KNOWN_VERBS or (bool(others) and others[0] in _ARTICLES)


def _has_ending(label: Label, endings: dict[str, tuple[str, ...]]) -> bool:
    """Return whether a label's first word has one of the endings of its language.

    Exceptions are left out.
    """
    first = _PRONOUN.sub("", label.text).partition(" ")[0]
    return first.endswith(endings.get(label.language, ())) and first not in _NO_INFINITIVES


def _irregular_plural(language: str, text: str) -> str:
    """Return the plural of a label, or an empty string if its words keep their stems."""
    words = text.split()
    # Up to the first "of": the rest does not agree in number.
    agreeing = next((count for count, word in enumerate(words) if _is_grammar(language, word)), len(words))
    inflected = [_plural_of(language, word) for word in words[:agreeing]]
    if not any(is_odd for _, is_odd in inflected):
        return ""
    return " ".join([*(plural for plural, _ in inflected), *words[agreeing:]])


@lru_cache(REMEMBERED)  # labels share most of their words
def _plural_of(language: str, word: str) -> tuple[str, bool]:
    """Return the plural of a word, and whether its stem differs from that of the singular."""
    plural = _IRREGULAR.get((language, word)) or _INFLECTIONS[language](word)
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
    if stressed := _STRESSED_BEFORE.fullmatch(word):
        return f"{stressed[1]}{stressed[2].translate(_ACCENTED)}{stressed[3]}es"
    if word[-1] in "dlnrjy":
        return f"{word[:-2]}{word[-2:].translate(_UNACCENTED)}es"
    return word


def _french(word: str) -> str:
    if word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return f"{word[:-1]}ux"
    return f"{word}x" if word.endswith(("au", "eu")) else f"{word}s"


_INFLECTIONS: Final = {"en": _english, "es": _spanish, "fr": _french}
