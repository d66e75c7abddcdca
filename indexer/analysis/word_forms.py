"""Whether a typed word is a form of a label's word, or only shares its stem.

Stems are cut to find words again, not to understand them: Spanish *marido* (husband) and *mar* (sea) have one
stem, so have French *mari*, *mars* and *marée*. A label is therefore met by its own word, by it in another
number, gender or form of a verb, by its adjective, and by what is typed without its accents; not by whatever
else has its stem.
"""

from __future__ import annotations

from functools import lru_cache
from os.path import commonprefix
from typing import Final

from indexer.analysis.analyzer import ADJECTIVE, GENDER, NUMBER, SAME, VERB
from indexer.analysis.characters import fold
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES
from indexer.tables import rows

_Endings = list[tuple[frozenset[str], frozenset[str]]]
_ROWS: Final = rows(__file__, "word_forms.tsv")


class _Verbs(NamedTuple):
    """Endings of one conjugation, behind what all its forms begin with.

    Attributes:
        forms: Those that no noun has; with accents where only they tell.
        base: The verb itself, as labels give it.
        actions: Nouns for what the verb does.
        nouns: Nouns that are made of the verb with no suffix or that of any noun.
        present: What "he does" ends in, as many nouns do.
        least: How many letters the beginning has at least.
    """

    forms: frozenset[str]
    base: frozenset[str]
    actions: frozenset[str]
    nouns: frozenset[str]
    present: str
    least: int


def _set(endings: str) -> frozenset[str]:
    return frozenset(ending.removeprefix("-") for ending in endings.split())


def _endings(kind: str) -> dict[str, _Endings]:
    """Read by language the endings that the typed word and the label's may have behind the same beginning."""
    found: dict[str, _Endings] = {language: [] for language in ANALYZED_LANGUAGES}
    for of_kind, language, *sets in _ROWS:
        if of_kind == kind:
            found[language].append((_set(sets[0]), _set(sets[-1])))
    return found


def _conjugations() -> dict[str, list[_Verbs]]:
    """Read the conjugations of each language."""
    found: dict[str, list[_Verbs]] = {language: [] for language in ANALYZED_LANGUAGES}
    for kind, language, *endings in _ROWS:
        if kind == "verb":
            forms, base, actions, nouns = map(_set, endings[:4])
            present, least = endings[4:]
            found[language].append(_Verbs(forms, base, actions, nouns, present, int(least)))
    return found


_NUMBER: Final = _endings("number")
_GENDER: Final = _endings("gender")
_ADJECTIVES: Final = _endings("adjective")
_VERBS: Final = _conjugations()
# What begins with fewer letters is told apart by its gender: caso and casa, trato and trata.
_MIN_GENDER_STEM: Final = 5
# Spanish words in -o and -a that are two: puerto (port) and puerta (door), tormento and tormenta (storm).
_TWO_GENDERS: Final = frozenset({"puert", "cuent", "derech", "torment", "cubiert", "puest", "product"})
_MIN_ADJECTIVE_STEM: Final = 5

_MIN_ACTION_STEM: Final = {"en": 6, "es": 4, "fr": 4}
# Before the ending of a noun without a suffix: "libr" of libro (book) and librar (to free) is too short.
_MIN_NOUN_STEM: Final = 6
_MIN_GERUND_STEM: Final = 4  # trained and training, but not train and training
_MIN_DOUBLED_LENGTH: Final = 4  # plan and planned; within a label ban and banned too

_CLITICS: Final = ("se", "le", "les", "lo", "los", "la", "las", "me", "nos")
_BEFORE_CLITICS: Final = ("ar", "er", "ir", "ando", "iendo")
# Letters that the language's own words do not have: évidence is no English word.
_FOREIGN: Final = {
    "en": frozenset("áàâäçéèêëíîïñóôöúùûüœ"),
    "es": frozenset("àâäçèêëîïôöùûœ"),
    "fr": frozenset("áíñóú"),
}


@lru_cache(maxsize=1 << 14)
def distance(language: str, typed: str, label: str, *, within: bool) -> int | None:
    """Tell how far a typed word is from a label's word that has its stem.

    Args:
        language: Of the label: ``en``, ``es`` or ``fr``; of any other no forms are known.
        typed: In lower case, accents as typed.
        label: In lower case, accents as in the label.
        within: The label has other words, which tell what is meant: short verbs are trusted too.

    Returns:
        ``SAME``, ``NUMBER``, ``GENDER``, ``VERB`` or ``ADJECTIVE``; None where they are two words.
    """
    if typed == label:
        return SAME
    if language not in _FOREIGN or (label.isascii() and not _FOREIGN[language].isdisjoint(typed)):
        return None
    bare, bare_label = fold(typed), fold(label)
    if bare == bare_label:
        if language == "fr" and typed.rstrip("s").endswith("é") and not label.rstrip("s").endswith("é"):
            return None  # péché is not pêche, nor marché marche
        # Who types no accents may mean any of them.
        return SAME if bare == typed else NUMBER
    if len(bare) != len(typed) or len(bare_label) != len(label):
        typed, label = bare, bare_label  # a ligature: the endings are no longer in step
    if language == "es":
        typed = _without_clitic(typed)
        if fold(typed) == bare_label:
            return VERB
    return _another_form(language, typed, label, within=within)


def are_forms(language: str, word: str, other: str) -> bool:
    """Tell whether two words with one stem are one word, each as the label of :func:`distance` might be."""
    return any(
        distance(language, typed, label, within=True) is not None
        for typed, label in ((word, other), (other, word))
    )


def _another_form(language: str, typed: str, label: str, *, within: bool) -> int | None:
    bare, bare_label = fold(typed), fold(label)
    common = len(commonprefix((bare, bare_label)))  # noqa: RUF071 - letter by letter is meant
    if _alike(typed, label, common, _NUMBER[language], 1):
        return NUMBER
    is_participle = typed.endswith("e") and label[len(typed) - 1 :].startswith("é")  # donne and données
    if not is_participle and _alike(typed, label, common, _GENDER[language], _MIN_GENDER_STEM):
        return None if language == "es" and bare[:common] in _TWO_GENDERS else GENDER
    if any(
        at >= verbs.least and _of_verb(language, typed, label, verbs, at, within=within)
        for at in range(common, 1, -1)
        for verbs in _VERBS[language]
    ):
        return VERB
    is_adjective = _alike(bare, bare_label, common, _ADJECTIVES[language], _MIN_ADJECTIVE_STEM)
    return ADJECTIVE if is_adjective else None


def _alike(typed: str, label: str, common: int, endings: _Endings, least: int) -> bool:
    """Tell whether two words are one beginning, of so many letters at least, and endings of one word."""
    return any(
        typed[at:] in of_typed and label[at:] in of_label
        for at in range(common, least - 1, -1)
        for of_typed, of_label in endings
    )


def _of_verb(  # noqa: PLR0913 - two words, a conjugation, and where and among what they are met
    language: str, typed: str, label: str, verbs: _Verbs, at: int, *, within: bool
) -> bool:
    """Tell whether the first ``at`` letters begin a verb of which both words are forms or nouns."""
    english = language == "en"
    ending, of_label = typed[at:], label[at:]
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


def _without_clitic(word: str) -> str:
    for clitic in _CLITICS:
        if word.endswith(clitic) and fold(word.removesuffix(clitic)).endswith(_BEFORE_CLITICS):
            return word.removesuffix(clitic)
    return word
