"""International days with a fixed date, by the names that the three languages give them."""

from __future__ import annotations

import re
from functools import cache

from indexer.dates.grammar import Days
from indexer.tables import rows

_EN_LINKS = r"(?:(?:for|of|against|on|in|to|the|support|elimination|remembrance|world|international)\s+){0,8}"
_ES_LINKS = r"(?:(?:del?|la|el|los|las|contra|para|por|eliminacion|recuerdo)\s+){0,8}"
_FR_LINKS = r"(?:(?:d[eu]s?|l[ae]s?|contre|pour|lutte|elimination|souvenir)\s+|[dl]'){0,8}"
_WORLD = r"(?:international|world|universal|global|european|eu) "
_MUNDIAL = r"(?:internacional|mundial|universal|europeo) "
_MONDIALE = r"(?:internationale|mondiale|universelle|europeenne) "


def _pattern(english: str, spanish: str, french: str) -> str:
    """Make the pattern of a day: "World X Day", "Day of X", "Día Mundial de X", "Journée de X"."""
    # A name of several words needs no "World" before it: "Human Rights Day", but not "day of water".
    often = "?" if " " in english else ""
    names = f"(?:{_WORLD}){often}(?:{english}) day|(?:{_WORLD}){often}day {_EN_LINKS}(?:{english})"
    spanish_day = rf"dia (?:{_MUNDIAL}){often}{_ES_LINKS}(?:{spanish})"
    french_day = rf"journee (?:{_MONDIALE}){often}{_FR_LINKS}(?:{french})"
    return rf"(?:{names}|{spanish_day}|{french_day})(?![a-z])"


@cache
def _patterns() -> tuple[tuple[Days, tuple[str, ...], re.Pattern[str]], ...]:
    """Compile the table: day, letters that names of it always have, and pattern of each day."""
    return tuple(
        (
            Days(int(day), int(month), int(day), int(month), None),
            _always_in("|".join(names)),
            re.compile(r"(?<![a-z])" + _pattern(*names)),
        )
        for month, day, *names in rows(__file__, "observances.tsv")
    )


def _always_in(names: str) -> tuple[str, ...]:
    """Find for each of some names the longest substring that a text with the name must have.

    Args:
        names: Patterns of letters, groups and what may be left out, parted by bars.
    """
    for _ in range(1 + names.count("(")):  # from the innermost group outwards
        names = re.sub(r"\([^()]*\)\??|[^()]\?", ".", names)
    return tuple(dict.fromkeys(max(name.split("."), key=len) for name in names.split("|")))


_DAY_WORDS = re.compile(r"(?<![a-z])(?:day|dia|journee)(?![a-z])")
_REACH = 90  # characters: the longest name of a day on either side of the word "day"


def find_observances(folded: str) -> list[tuple[Days, int, int]]:
    """Find the international days that a text names.

    Args:
        folded: The text, folded (see folding.py).

    Returns:
        The days in the order of the text, each with the offsets of its name; the longest name where several
        begin at the same word "day".
    """
    found: dict[int, tuple[Days, int, int]] = {}
    for word in _DAY_WORDS.finditer(folded):
        low, high = max(0, word.start() - _REACH), word.end() + _REACH
        near = folded[low:high]
        for day, held, pattern in _patterns():
            # A substring is found faster by far than a pattern.
            if not any(map(near.__contains__, held)):
                continue
            for match in pattern.finditer(folded, low, high):
                start, end = match.span()
                _, best_start, best_end = found.get(word.start(), (day, 0, 0))
                if start <= word.start() < end and end - start > best_end - best_start:
                    found[word.start()] = day, start, end
    return [found[start] for start in sorted(found)]
