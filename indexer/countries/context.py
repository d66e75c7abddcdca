"""What stands beside a name decides whether it names a country: rules that hold in any text.

Each rule sees the text just before and just after a form, within its line, never the whole text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from indexer.countries.tables import rows

# How far a rule looks, in characters.
REACH: Final = 40
# A treaty's kind stands at most this many words after its city: "Ouagadougou Action Plan".
TREATY_WORDS: Final = 3

_JOINED = re.compile(r"[ -]([^\W\d_]+)")
_HEAD_OF = re.compile(r"([^\W\d_]+) (?:(?:of|de|del|du|de la|of the) |d'|de l')$")
_TIES = (" of ", " de ", " del ", " du ", " la ", " the ", " d'", " l'")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[.,]? (?:de |du |of |and |or )?$")
_BRAND = re.compile(r"[^.:;!?\s\-–—|]\s+([A-Z][a-zéèíóáñ]{2,}) $")
_CAPITALISED = re.compile(r"(?: [^\W\d_a-zà-ÿ][^\W\d_]*(?:-[^\W\d_]+)?){1,4}")
_CAPITAL_NEXT = re.compile(r" [A-Z]")
_AND_SOUTH = re.compile(r"\b(\w+)(?: and| or|,|, and| &) $")
_OF_STATE = re.compile(r"\b(?:(?:University|[Ss]tate) of|[Ee]stado de|[ÉEé]tat de) $")
_AND_STATE = re.compile(r",? (?:and |or )?(?:(?:South|North|West) )?([^\W\d_]+)")
_CURRENCY = re.compile(r"\s?\$|\s(?:[Dd]ollars?|cents?)\b")
_SHOUTED = re.compile(r"\b[A-Z]{3,} $")
_ENGLISH = re.compile(r"\b(?i:the|of|and|with|for|was|is)\b")
_ROMANCE = re.compile(r"\b(?i:de|la|el|los|las|del|le|les|des|du|et|en|que|una?)\b|[ldLD]'")


@cache
def neighbours(kind: str) -> frozenset[str]:
    """Return the words of one kind from the table of neighbours."""
    return frozenset(next(words for name, _, words in rows("neighbours") if name == kind).split(" "))


def at_sea(before: str, after: str, *, demonym: bool) -> bool:
    """Tell whether a form is part of the name of a sea, gulf or strait."""
    following = _JOINED.match(after)
    if following and following[1] in neighbours("waters"):
        return True
    if _head_of(before) in neighbours("waters of"):
        return True
    return demonym and _last_word(before).lower() in neighbours("waters by")


def treaty(before: str, after: str) -> bool:
    """Tell whether a city is part of the name of a treaty, a process, a plan or the like."""
    if _head_of(before) in neighbours("instruments of"):
        return True
    position = 0
    for _ in range(TREATY_WORDS):
        following = _JOINED.match(after, position)
        if not following:
            return False
        if following[1] in neighbours("instruments"):
            return True
        if following[1][0].islower() and following[1] not in ("and", "on", "for"):
            return False
        position = following.end()
    return False


def titled(before: str) -> bool:
    """Tell whether a city is part of a noble title: "Duke of Wellington"."""
    return _head_of(before) in neighbours("titles of")


def brand(before: str, after: str) -> bool:
    """Tell whether a city is part of the name of a newspaper, a hotel, a club, a company or a person."""
    following = _JOINED.match(after)
    if following and following[1] in neighbours("papers and clubs"):
        return True
    head = _WORD_BEFORE.search(before)
    if head and head[1] in neighbours("houses") and "," not in head[0]:
        return True
    if _CAPITAL_NEXT.match(after) or not _last_word(before)[:1].isupper():
        return False
    found = _BRAND.search(before)
    return found is not None and found[1] not in neighbours("before a place")


def compound(before: str) -> bool:
    """Tell whether a hyphen joins a form to a word that makes another place of it: "Haute-Vienne"."""
    return before.endswith("-") and _last_word(before[:-1]) in neighbours("compounds")


def surname(before: str, given_names: frozenset[str]) -> bool:
    """Tell whether a form stands right after a common given name, "John" or "Anne-Marie", that is no town."""
    word = _last_word(before)
    if not before.endswith(" ") or word.rpartition("-")[2] not in given_names:
        return False
    return _last_word(before.rstrip(" ").removesuffix(word)) not in neighbours("saints")


def forename(after: str) -> bool:
    """Tell whether a form that is also a given name is followed by what looks like a surname."""
    words = _CAPITALISED.match(after)
    if words is None:
        return False
    following = words[0].split()
    known = neighbours("after a country")
    return len(following[0]) > 2 and not following[0].isupper() and known.isdisjoint(following)


def headline(line: str) -> bool:
    """Tell whether a line is written as a headline, where a capital says nothing."""
    words = [word for word in line.split() if len(word) > 3]
    return not line.rstrip().endswith((".", "!", "?")) and sum(
        word[0].isupper() for word in words
    ) > 0.7 * len(words)


def kitchen(after: str) -> bool:
    """Tell whether what follows "Turkey" says that it is eaten."""
    following = _JOINED.match(after)
    return following is not None and following[1] in neighbours("kitchen")


def currency(after: str) -> bool:
    """Tell whether "US" belongs to a sum of money."""
    return bool(_CURRENCY.match(after))


def shouted(before: str, after: str) -> bool:
    """Tell whether "US" stands among words in capitals, where it may be the word: "JOIN US NOW"."""
    following = _JOINED.match(after)
    return _SHOUTED.search(before) is not None and (following is None or following[1].isupper())


def southern(before: str) -> bool:
    """Tell whether "South Africa" is the south of Africa: "West and South Africa"."""
    found = _AND_SOUTH.search(before)
    return found is not None and found[1] in neighbours("north")


def american_state(before: str, after: str) -> bool:
    """Tell whether "Georgia" is the state of the United States."""
    if _OF_STATE.search(before):
        return True
    head = _WORD_BEFORE.search(before)
    if head and head[1] in neighbours("states"):
        return True
    following = _AND_STATE.match(after)
    return following is not None and following[1] in neighbours("states")


def english(form: str, around: str) -> bool:
    """Tell whether a demonym written small is an English word: "china", or any in an English text."""
    if _ROMANCE.search(around):
        return False
    return form in neighbours("loan words") or _ENGLISH.search(around) is not None


def _head_of(before: str) -> str:
    """Return in small letters the noun that "of" or "de" ties to a form: "protocolo" before "de"."""
    if not before.endswith(_TIES):
        return ""
    found = _HEAD_OF.search(before)
    return found[1].lower() if found else ""


def _last_word(before: str) -> str:
    """Return the last word before a form, without an opening bracket or quote or an elided article."""
    return before.rstrip(" ").rpartition(" ")[2].rpartition("'")[2].lstrip('("“«')
