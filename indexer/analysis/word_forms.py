"""Decide whether a typed word is a form of a word in a thesaurus label.

Stemming serves retrieval, not meaning: Spanish *marido* (husband) and *mar* (sea) share a stem, as do French
*mari*, *mars* and *marée*. A label's word therefore matches only its own forms (number, gender, verb forms),
its adjective, and its spelling without accents, but not other words with its stem.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from os.path import commonprefix
from typing import Final

from indexer.analysis.analyzer import ADJECTIVE, GENDER, NUMBER, SAME, VERB
from indexer.analysis.characters import fold
from indexer.data_tables import rows
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES

_Endings = frozenset[tuple[str, str]]
_ROWS: Final = rows(__file__, "word_forms.tsv")


class _Verbs(NamedTuple):
    """A conjugation: the endings that follow the common prefix of all forms of a verb.

    Attributes:
        forms: Endings that only verb forms have. They have accents if only the accent distinguishes a verb
            form from a noun.
        base: Endings of the infinitive, the form that labels contain.
        actions: Endings of nouns that denote the action of the verb.
        nouns: Endings of other nouns from the verb: those without a suffix, or with a suffix that unrelated
            nouns have, too.
        present: The ending of the third person singular, which many nouns also have.
        least: The minimum number of letters of the prefix.
    """

    forms: frozenset[str]
    base: frozenset[str]
    actions: frozenset[str]
    nouns: frozenset[str]
    present: str
    least: int


def _split_endings(endings: str) -> frozenset[str]:
    return frozenset([ending.removeprefix("-") for ending in endings.split()])


def _endings(kind: str) -> dict[str, _Endings]:
    """Read the pairs of endings of a kind, such as ``number``, for each language.

    A pair consists of the ending of a typed word, and the ending that the word in a label may have instead.
    """
    found: dict[str, set[tuple[str, str]]] = {language: set() for language in ANALYZED_LANGUAGES}
    for of_kind, language, *sets in _ROWS:
        if of_kind == kind:
            found[language].update(product(_split_endings(sets[0]), _split_endings(sets[-1])))
    return {language: frozenset(pairs) for language, pairs in found.items()}


def _conjugations() -> dict[str, list[_Verbs]]:
    """Read the conjugations by language."""
    found: dict[str, list[_Verbs]] = {language: [] for language in ANALYZED_LANGUAGES}
    for kind, language, *endings in _ROWS:
        if kind == "verb":
            forms, base, actions, nouns = map(_split_endings, endings[:4])
            present, least = endings[4:]
            found[language].append(_Verbs(forms, base, actions, nouns, present, int(least)))
    return found


_NUMBER: Final = _endings("number")
_GENDER: Final = _endings("gender")
_ADJECTIVES: Final = _endings("adjective")
_VERBS: Final = _conjugations()
_LONGEST: Final = max(  # the longest ending of a word that is not a verb
    [len(one) for kind in (_NUMBER, _GENDER, _ADJECTIVES) for pairs in kind.values() for _, one in pairs]
)
# A gender distinguishes words with shorter beginnings: caso and casa, trato and trata. Spanish words in -o
_MIN_GENDER_STEM: Final = 5
# and -a that are two words: puerto (port) and puerta (door), tormento and tormenta (storm).
_TWO_GENDERS: Final = frozenset({"puert", "cuent", "derech", "torment", "cubiert", "puest", "product"})
_MIN_ADJECTIVE_STEM: Final = 5

_MIN_ACTION_STEM: Final = {"en": 6, "es": 4, "fr": 4}
# Before the ending of a noun without a suffix: "libr" of libro (book) and librar (to free) is too short.
_MIN_NOUN_STEM: Final = 6
_MIN_GERUND_STEM: Final = 4  # trained and training, but not train and training
_MIN_DOUBLED_LENGTH: Final = 4  # plan and planned; in a label of several words also ban and banned

_CLITICS: Final = ("se", "le", "les", "lo", "los", "la", "las", "me", "nos")
_BEFORE_CLITICS: Final = ("ar", "er", "ir", "ando", "iendo")
# Letters that words of the language do not have: évidence is not an English word.
_FOREIGN: Final = {
    "en": frozenset("áàâäçéèêëíîïñóôöúùûüœ"),
    "es": frozenset("àâäçèêëîïôöùûœ"),
    "fr": frozenset("áíñóú"),
}


@lru_cache(maxsize=1 << 14)
def distance(language: str, typed: str, label: str, *, within: bool) -> int | None:
    """Return how a typed word differs from a label's word that has the same stem.

    Args:
        language: The language of the label: ``en``, ``es`` or ``fr``. In other languages, a word only matches
            itself.
        typed: The typed word in lower case, with its accents as typed.
        label: The label's word in lower case, with its accents.
        within: Whether the label has more than one word. Then its meaning is so clear that forms of short
            verbs match, too.

    Returns:
        ``SAME``, ``NUMBER``, ``GENDER``, ``VERB`` or ``ADJECTIVE``; ``None`` if the typed word is not a form
        of the label's word.
    """
    if typed == label:
        return SAME
    begin_apart = typed[:1] != label[:1] and fold(typed[:1])[:1] != fold(label[:1])[:1]  # as for most labels
    if (
        begin_apart
        or language not in _FOREIGN
        or (label.isascii() and not _FOREIGN[language].isdisjoint(typed))
    ):
        return None
    bare, bare_label = fold(typed), fold(label)
    if language == "fr" and typed.rstrip("s").endswith("é") and label.rstrip("s").endswith("e"):
        return None  # péché is not pêche, nor marchés marche
    if bare == bare_label:
        # A word typed without accents matches all accented spellings.
        return SAME if bare == typed else NUMBER
    if len(bare) != len(typed) or len(bare_label) != len(label):
        typed, label = bare, bare_label  # because of a ligature, the offsets of the endings differ
    if language == "es" and (shorter := _remove_clitic(typed)) != typed:
        typed, bare = shorter, fold(shorter)
        if bare == bare_label:
            return VERB
    return _another_form(language, (typed, label), (bare, bare_label), within=within)


def are_forms(language: str, word: str, other: str) -> bool:
    """Return whether two words with the same stem are forms of each other."""
    return bool(relations(language, word, other, within=True))


def relations(language: str, word: str, other: str, *, within: bool) -> set[int]:
    """Return the distances between two words with the same stem, in both directions.

    The set is empty if neither word is a form of the other. ``within`` is as in :func:`distance`.
    """
    pairs = ((word, other), (other, word))
    found = [distance(language, *pair, within=within) for pair in pairs]
    return {one for one in found if one is not None}


def _another_form(language: str, pair: tuple[str, str], bare: tuple[str, str], *, within: bool) -> int | None:
    """Return the distance between a typed word and a label's word, or ``None`` if it is not a form of it.

    ``pair`` has the typed word and the label's word; ``bare`` has both without accents.
    """
    typed, label = pair
    common = len(commonprefix(bare))  # noqa: RUF071 - compares letter by letter
    if _differ_by_endings(typed, label, common, _NUMBER[language], 1):
        return NUMBER
    is_participle = typed.endswith("e") and label[len(typed) - 1 :].startswith("é")  # donne and données
    if not is_participle and _differ_by_endings(typed, label, common, _GENDER[language], _MIN_GENDER_STEM):
        return None if language == "es" and bare[0][:common] in _TWO_GENDERS else GENDER
    if any(
        at <= common and _are_forms_of_verb(language, typed, label, verbs, at, within=within)
        for at, verbs in _verbs_of(language, label)
    ):
        return VERB
    is_adjective = _differ_by_endings(*bare, common, _ADJECTIVES[language], _MIN_ADJECTIVE_STEM)
    return ADJECTIVE if is_adjective else None


def _differ_by_endings(typed: str, label: str, common: int, endings: _Endings, least: int) -> bool:
    """Return whether two words differ only by endings that form a pair.

    Args:
        typed: The typed word.
        label: The label's word.
        common: The number of first letters that both share.
        endings: The pairs of endings.
        least: The minimum number of letters before the ending.
    """
    least = max(least, len(label) - _LONGEST)
    return not endings.isdisjoint([(typed[at:], label[at:]) for at in range(least, common + 1)])


@lru_cache(maxsize=1 << 14)
def _verbs_of(language: str, label: str) -> list[tuple[int, _Verbs]]:
    """Return the prefixes of a label's word that may be verb stems.

    Each is returned as its length, and a conjugation to which the rest of the word belongs.
    """
    bare_label = fold(label)  # no ligature, see distance
    endings = [(at, label[at:], bare_label[at:]) for at in range(2, len(label) + 1)]
    return [
        (at, verbs)
        for verbs in _VERBS[language]
        for at, ending, bare in endings[max(verbs.least - 2, 0) :]
        if ending in verbs.base or ending in verbs.nouns or bare in verbs.actions
    ]


def _are_forms_of_verb(  # noqa: PLR0913 - the words, a conjugation and their context
    language: str, typed: str, label: str, verbs: _Verbs, at: int, *, within: bool
) -> bool:
    """Return whether two words, whose first ``at`` letters are equal, are forms of a verb with this stem."""
    ending, of_label = typed[at:], label[at:]
    english = language == "en"
    if english and at >= _MIN_DOUBLED_LENGTH - within and ending[:1] == typed[at - 1]:
        ending = ending[1:]  # planned
    bare = fold(ending)
    is_form, is_base, is_action = ending in verbs.forms, bare in verbs.base, bare in verbs.actions
    least_of_actions = 0 if within else _MIN_ACTION_STEM[language]
    least_of_nouns = 0 if within else _MIN_GERUND_STEM if english and is_form else _MIN_NOUN_STEM
    if of_label in verbs.base:
        if ending and ending == verbs.present:
            return at >= least_of_nouns
        return is_form or is_base or (is_action and at >= least_of_actions)
    if fold(of_label) in verbs.actions:
        least = least_of_actions if is_base else least_of_nouns
        return at >= least and (is_form or is_base or is_action)
    return at >= least_of_nouns and of_label in verbs.nouns and (is_form or is_base)


def _remove_clitic(word: str) -> str:
    for clitic in _CLITICS:
        if word.endswith(clitic) and fold(word.removesuffix(clitic)).endswith(_BEFORE_CLITICS):
            return word.removesuffix(clitic)
    return word
