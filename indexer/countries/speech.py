"""Tell languages from peoples: "available in French", "English, French and Spanish", "lengua española"."""

from __future__ import annotations

import re

from indexer.countries.context import neighbours

# What may stand between the languages of a list.
BETWEEN = re.compile(r"\s*(?:,|/|-|–|;|\||(?:,\s*)?(?:\b(?i:and|or|y|e|o|et|ou)\b|&))\s*")

_NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")
_LAST_WORD = re.compile(r"([^\W_]+)['.]?\s*$")
_SPOKEN = ("-speaking", "-Speaking", "-language", "-Language", "-medium", "-only", "-hablante", "-parlant")


def is_language(before: str, after: str, form: str, *, listed: bool) -> bool:
    """Tell whether the name of a language, or a list of them, means the language and not the people.

    In English, "French" alone, without an article and with no noun after it, is the language; as an adjective
    or with an article it is the people. Spanish and French write both small: there the word before decides.

    Args:
        before: The text before the list.
        after: The text after it.
        form: The first form of the list, as written.
        listed: The list holds more than one.
    """
    if after.startswith((*_SPOKEN, ":", " :")):
        return True
    following = _NEXT_WORD.match(after)
    preceding = _LAST_WORD.search(before)
    if form[0].islower():
        return preceding is None or preceding[1] in neighbours("before a language")
    if following and following[1] in neighbours("after a language"):
        return True
    if following and following[1] not in neighbours("function"):
        return False
    if preceding is None:
        return following is not None or listed
    return not (preceding[1] in neighbours("before a people") or preceding[1].isdigit())


def of_speech(before: str) -> bool:
    """Tell whether a demonym follows a noun such as "lengua" or "langue"."""
    preceding = _LAST_WORD.search(before)
    return preceding is not None and preceding[1] in neighbours("language nouns")
