"""The relation of a date to the day of publication, by the words around it: ahead, today, past or history."""

from __future__ import annotations

import re
from typing import Literal

Relation = Literal["past", "present", "future", "background"]

# Folded words and phrases in English, Spanish and French (see folding.py).
_AHEAD = (
    r"(?:will|shall)(?: be)?(?: [a-z]+)?|to be (?:held|launched|opened|organi[sz]ed)",
    r"to (?:take place|hold|open)|scheduled|upcoming|forthcoming",
    r"deadline|until|ahead of|run-up to|by the end of|planned",
    r"se (?:celebrara|realizara|llevara|reunira|presentara|inaugurara)n?|tendran? lugar|seran?",
    r"abrira|comenzara|proxim[oa]s?|hasta el",
    r"aur(?:a|ont) lieu|se tiendr(?:a|ont)|se derouler(?:a|ont)|ser(?:a|ont)|ouvrira",
    r"prochaine?s?|jusqu'au|d'ici",
)
_DONE = (
    r"was|were|has|have|had|held|took|met|began|brought|[a-z]{3,}ed",
    r"se (?:celebro|realizo|llevo|reunio)|tuvo|fue|fueron|[a-z]{3,}(?:aron|ieron)",
    r"a ete|ont ete|a eu|s'est|se sont|ont",
)
_HISTORY = (
    r"adopted|resolution|since|enter(?:ed|ing|s)? in(?:to)? force|entry in(?:to)? force|founded|established",
    r"created|convention|protocol|treaty|law|act|decree|proclaimed|declared|published|born|constitution",
    r"desde|resolucion|adoptad[oa]|aprobad[oa]|fundad[oa]|cread[oa]|ley|decreto|proclamad[oa]|convencion",
    r"depuis|adoptee?|fondee?|creee?|loi|decret|proclamee?|nee? en",
)
_TODAY = r"(?:today(?!'s)|this (?:morning|afternoon|evening)|hoy|aujourd'hui|ce jour|ce matin)"

_VERB = re.compile(rf"(?<![a-z])(?:(?P<ahead>{'|'.join(_AHEAD)})|(?P<done>{'|'.join(_DONE)}))(?![a-z])")
_HISTORY_BEFORE = re.compile(rf"(?<![a-z])(?:{'|'.join(_HISTORY)})(?![a-z])[^.;]{{0,40}}$")
_NEAR_TODAY = re.compile(rf"(?<![a-z]){_TODAY}(?![a-z])")
_SENTENCE_END = re.compile(r"[.!?;]\s")

_BEFORE = 90  # characters that are read before a date
_AFTER = 70
_NEAR = 30  # characters between "today" and the date that it goes with


def relation(folded: str, start: int, end: int) -> Relation:
    """Judge how a date relates to the day on which the text was published.

    Args:
        folded: The text, folded (see folding.py).
        start: Where the date begins.
        end: Where it ends.

    Returns:
        ``future`` where it lies ahead, ``present`` where it is the day itself, ``background`` where it
        tells the history of something, ``past`` otherwise: most news is of what happened.
    """
    before = _SENTENCE_END.split(folded[max(0, start - _BEFORE) : start])[-1]
    after = _SENTENCE_END.split(folded[end : end + _AFTER], maxsplit=1)[0]
    if _NEAR_TODAY.search(before[-_NEAR:]) or _NEAR_TODAY.search(after[:_NEAR]):
        return "present"
    # The last verb before the date decides, else the first one after it.
    verbs = list(_VERB.finditer(before))
    verb = verbs[-1] if verbs else _VERB.search(after)
    if verb and verb["ahead"]:
        return "future"
    return "background" if _HISTORY_BEFORE.search(before) else "past"
