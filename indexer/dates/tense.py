"""The relation of a date to the day of publication, by the words around it: ahead, today, past or history."""

from __future__ import annotations

import re
from typing import Literal

from indexer.tables import rows

Relation = Literal["past", "present", "future", "background"]


def _any_of(kind: str) -> str:
    """Join the patterns of one kind from the table."""
    return "|".join(pattern for found, pattern in rows(__file__, "tense.tsv") if found == kind)


_VERB = re.compile(rf"(?<![a-z])(?:(?P<ahead>{_any_of('ahead')})|(?P<done>{_any_of('done')}))(?![a-z])")
_HISTORY_BEFORE = re.compile(rf"(?<![a-z])(?:{_any_of('history')})(?![a-z])[^.;]{{0,40}}$")
_NEAR_TODAY = re.compile(rf"(?<![a-z])(?:{_any_of('today')})(?![a-z])")
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
