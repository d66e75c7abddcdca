"""Decide by the neighbouring words whether a form names a country.

Each rule gets only the text just before and after a form, on its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from typing import Final, NamedTuple

from indexer.countries.country_names import find_country
from indexer.data_tables import country_rows, names_in_cell

# The reach of a rule, in characters.
REACH: Final = 40
# The kind of a treaty is at most this many words after its city: "Ouagadougou Action Plan".
_TREATY_WORDS: Final = 3
# Separators between the languages of a list.
BETWEEN_LANGUAGES: Final = re.compile(r"\s*(?:,|/|-|–|;|\||(?:,\s*)?(?:\b(?i:and|or|y|e|o|et|ou)\b|&))\s*")

_UPPER: Final = r"[^\W\d_a-zß-ÿ]"
_NAME: Final = rf"{_UPPER}[\w'’.-]{{0,30}}"
_PLACE: Final = rf"{_NAME}(?: (?:(?:de|del|des|du|la|las|le|les|los|of|sur) )*{_NAME}){{0,3}}"
_DATE: Final = (
    r"(?:[^\W\d_]{3,10}\.? \d{1,2}|\d{1,2}(?:er|º|°)? (?:de )?[^\W\d_]{3,10}\.?)"
    r"(?:,? (?:de )?\d{4})?"
)
# How agencies begin: "HOUSTON, March 16 -", "Lyon, 5 mars (AFP) -", "La Paz, 3 mar (EFE).-".
DATELINE: Final = re.compile(
    rf"(?P<places>{_PLACE}(?:/{_PLACE})*)(?:, {_PLACE})??"
    rf"(?P<date>,? (?:le )?{_DATE})?(?P<agency>,? ?\([^()\n]{{2,30}}\))?\.? ?(?:--?|–|—)(?!\S)"
)

_NEIGHBOURS: Final = {kind: frozenset(words.split(" ")) for kind, _, words in country_rows("neighbours")}

_FOLLOWING_WORD = re.compile(r"[ -]([^\W\d_]+)")
_NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")
_LAST_WORD = re.compile(r"([^\W_]+)['.]?\s*$")
_SPOKEN = ("-speaking", "-Speaking", "-language", "-Language", "-medium", "-only", "-hablante", "-parlant")
_HEAD_OF = re.compile(r"([^\W\d_]+) (?:(?:of|de|del|du|de la|of the) |d'|de l')$")
_TIES = (" of ", " de ", " del ", " du ", " la ", " the ", " d'", " l'")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[.,]? (?:de |du |of |and |or )?$")
_BRAND = re.compile(r"[^.:;!?\s\-–—|]\s+([A-Z][a-zéèíóáñ]{2,}) $")
_CAPITALISED = re.compile(r"(?: [^\W\d_a-zà-ÿ][^\W\d_]*(?:-[^\W\d_]+)?){1,4}")
_QUOTE_BEFORE = re.compile(r"(?:^|[\s(])[\"“«] ?([^\"“”«»]*)$")
_QUOTE_AFTER = re.compile(r"([^\"“”«».,;:?!]*?) ?[\"”»]")
_CAPITAL_NEXT = re.compile(r" [A-Z]")
_AND_SOUTH = re.compile(r"\b(\w+)(?: and| or|,|, and| &) $")
_OF_STATE = re.compile(r"\b(?:(?:University|[Ss]tate) of|[Ee]stado de|[ÉEé]tat de) $")
_AND_STATE = re.compile(r",? (?:and |or )?(?:(?:South|North|West) )?([^\W\d_]+)")
_CURRENCY = re.compile(r"\s?\$|\s(?:[Dd]ollars?|cents?)\b")
_SHOUTED = re.compile(r"\b[A-Z]{3,} $")
_ENGLISH = re.compile(r"\b(?i:the|of|and|with|for|was|is)\b")
_ROMANCE = re.compile(r"\b(?i:de|la|el|los|las|del|le|les|des|du|et|en|que|una?)\b|[ldLD]'")


def is_sea(before: str, after: str, *, demonym: bool) -> bool:
    """Return whether a form is part of the name of a sea, gulf or strait.

    ``demonym`` is whether the form is a demonym.
    """
    if _is_followed(after, "waters") or _head_of(before) in _NEIGHBOURS["waters of"]:
        return True
    return demonym and _last_word(before).lower() in _NEIGHBOURS["waters by"]


def is_treaty(before: str, after: str) -> bool:
    """Return whether a city is part of the name of a treaty or plan, or of a title: "Duke of York"."""
    if _head_of(before) in _NEIGHBOURS["instruments of"]:
        return True
    position = 0
    for _ in range(_TREATY_WORDS):
        following = _FOLLOWING_WORD.match(after, position)
        if not following:
            return False
        if following[1] in _NEIGHBOURS["instruments"]:
            return True
        if following[1][0].islower() and following[1] not in ("and", "on", "for"):
            return False
        position = following.end()
    return False


def is_brand(before: str, after: str) -> bool:
    """Return whether a city is part of the name of a newspaper, hotel, club, company or person."""
    if _is_followed(after, "papers and clubs"):
        return True
    head = _WORD_BEFORE.search(before)
    if head and head[1] in _NEIGHBOURS["houses"] and "," not in head[0]:
        return True
    if _CAPITAL_NEXT.match(after) or not _last_word(before)[:1].isupper():
        return False
    found = _BRAND.search(before)
    return found is not None and found[1] not in _NEIGHBOURS["before a place"]


def is_work(before: str, after: str) -> bool:
    """Return whether a place is part of the title of a film, book or song.

    All words of such a title, as in "Midnight in Paris", begin with a capital, except function words.
    """
    inside = _QUOTE_BEFORE.search(before)
    rest = _QUOTE_AFTER.match(after)
    if not inside or not rest:
        return False
    words = f"{inside[1]} {rest[1]}".split()
    return all(word[:1].isupper() or word in _NEIGHBOURS["function"] for word in words)


def is_compound(before: str) -> bool:
    """Return whether a form is part of the name of another place, after a hyphen: "Haute-Vienne"."""
    return before.endswith("-") and _last_word(before[:-1]) in _NEIGHBOURS["compounds"]


def is_surname(before: str, given_names: frozenset[str]) -> bool:
    """Return whether a form is a surname, because it follows a title ("M.") or a given name ("John")."""
    word = _last_word(before)
    if not before.endswith(" "):
        return False
    if word in _NEIGHBOURS["titles"]:
        return True
    if word.rpartition("-")[2] not in given_names:
        return False
    return _last_word(before.rstrip(" ").removesuffix(word)) not in _NEIGHBOURS["saints"]


def is_forename(after: str) -> bool:
    """Return whether a form that is also a given name precedes a likely surname."""
    words = _CAPITALISED.match(after)
    if words is None:
        return False
    following = words[0].split()
    known = _NEIGHBOURS["after a country"]
    return len(following[0]) > 2 and not following[0].isupper() and known.isdisjoint(following)


def is_headline(line: str) -> bool:
    """Return whether the words of a line are capitalised as in a headline."""
    words = [word for word in line.split() if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return not line.rstrip().endswith((".", "!", "?")) and capitals > 0.7 * len(words)


def _is_us_word(before: str, after: str) -> bool:
    """Return whether "US" is part of an amount of money, or the word "us": "JOIN US NOW"."""
    if _CURRENCY.match(after):
        return True
    following = _FOLLOWING_WORD.match(after)
    return _SHOUTED.search(before) is not None and (following is None or following[1].isupper())


def _is_south_of_africa(before: str, _after: str) -> bool:
    """Return whether "South Africa" means the south of Africa: "West and South Africa"."""
    found = _AND_SOUTH.search(before)
    return found is not None and found[1] in _NEIGHBOURS["north"]


EXCEPTIONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "US": _is_us_word,
    "South Africa": _is_south_of_africa,
    # Food, by the words after it.
    "Turkey": lambda _before, after: _is_followed(after, "kitchen"),
    # The image format, unless a word after it shows that it is a state.
    "PNG": lambda _before, after: not _is_followed(after.removeprefix("'s"), "public life"),
}
"""The rules of single names: if the rule holds, the name is not a country."""


def is_american_state(before: str, after: str) -> bool:
    """Return whether "Georgia" means the state of the United States, not the country."""
    if _OF_STATE.search(before):
        return True
    words = _WORD_BEFORE.search(before), _AND_STATE.match(after)
    return any(word is not None and word[1] in _NEIGHBOURS["states"] for word in words)


def is_english_word(form: str, around: str) -> bool:
    """Return whether a demonym in lower case is an English word, such as "china".

    ``around`` is the text around it, which shows its language.
    """
    if _ROMANCE.search(around):
        return False
    return form in _NEIGHBOURS["loan words"] or _ENGLISH.search(around) is not None


def is_language(before: str, after: str, form: str, *, listed: bool) -> bool:
    """Return whether a word such as *French* means the language, not the people.

    In English, "French" without an article or a following noun is the language; as an adjective or with an
    article, it is the people. Spanish and French write both in lower case, so the preceding word decides.

    Args:
        before: The text before the form. If the form is the first of a list ("English, French and Spanish"),
            it is the text before the list.
        after: The text after the form or the list.
        form: The form, or the first form of the list, as written.
        listed: Whether there is a list of several forms.
    """
    if after.startswith((*_SPOKEN, ":", " :")):
        return True
    following = _NEXT_WORD.match(after)
    preceding = _LAST_WORD.search(before)
    if form[0].islower():
        return preceding is None or preceding[1] in _NEIGHBOURS["before a language"]
    if following and following[1] in _NEIGHBOURS["after a language"]:
        return True
    if following and following[1] not in _NEIGHBOURS["function"]:
        return False
    if preceding is None:
        return following is not None or listed
    return not (preceding[1] in _NEIGHBOURS["before a people"] or preceding[1].isdigit())


def is_after_language_noun(before: str) -> bool:
    """Return whether a demonym follows a word for "language", as in "lengua española"."""
    preceding = _LAST_WORD.search(before)
    return preceding is not None and preceding[1] in _NEIGHBOURS["language nouns"]


def _is_followed(after: str, kind: str) -> bool:
    """Return whether a space or hyphen and a word of the list ``kind`` follow a form."""
    following = _FOLLOWING_WORD.match(after)
    return following is not None and following[1] in _NEIGHBOURS[kind]


def _head_of(before: str) -> str:
    """Return the noun before "of" or "de" and a form: ``protocolo de`` (Kioto) -> ``protocolo``."""
    if not before.endswith(_TIES):
        return ""
    found = _HEAD_OF.search(before)
    return found[1].lower() if found else ""


def _last_word(before: str) -> str:
    """Return the last word before a form, without brackets, quotation marks and elided articles."""
    return before.rstrip(" ").rpartition(" ")[2].rpartition("'")[2].lstrip('("“«')


# A name of a state without punctuation after it may be that of a person: "Vienna, Virginia Millfield".
_POINTED = r"{}(?!\w)"
_WHOLE = r"{}(?!\w| [A-Z][a-z]| (?:and|or|y|et) [A-Z])"
# The sentence may continue with a country that has the name of a state ("In Rome, Georgia's minister"), or
# with a list ("Athens, Georgia, and Armenia").
_SHARED = r"""{}(?=\s*(?:\Z|[.;!?)\]"”»—]|--)| (?:[-–] |\([A-Z])|, (?!(?:and|or|y|et) )[a-z])"""


class FollowingState(NamedTuple):
    """A state mentioned directly after a town, as in "Springfield, Illinois".

    Attributes:
        country: The country of the state.
        length: The number of characters from the end of the town to the end of the state.
    """

    country: str
    length: int


def state_after(
    town: str, codes: Collection[str], named: Collection[str], after: str
) -> FollowingState | None:
    """Return the state that a text mentions directly after a town, or ``None`` if it mentions none.

    Args:
        town: The town, as written.
        codes: The possible countries of the town. These do not count as states: "Berlin, DE", "Tbilisi,
            Georgia".
        named: The countries that the text names unambiguously. If such a country has the same name as a
            state, the name means the country.
        after: The text after the town, on its line.
    """
    if not after.startswith(", "):
        return None
    pattern, meanings = _states()
    found = pattern.match(after)
    if found is None:
        return None
    country, namesake = meanings[found[1]]
    if country in codes or namesake in named or find_country(found[1]) in codes:
        return None
    if town.isupper() and found[1].isalpha() and found[1].isupper():
        return None  # "PARIS, OR SO THEY SAY"
    return FollowingState(country, found.end())


@cache
def _states() -> tuple[re.Pattern[str], dict[str, tuple[str, str | None]]]:
    """Return a pattern for the names of states, and the country of each state."""
    written = {form: code for code, cell in country_rows("states") for form in names_in_cell(cell)}
    patterns: list[str] = []
    meanings: dict[str, tuple[str, str | None]] = {}
    for form, code in written.items():
        state = form.removesuffix("?")
        pattern = _SHARED if state != form else _POINTED if form.endswith(".") else _WHOLE
        patterns.append(pattern.format(re.escape(state)))
        meanings[state] = code, find_country(state) if state != form else None
    return re.compile(f", ({'|'.join(patterns)})"), meanings
