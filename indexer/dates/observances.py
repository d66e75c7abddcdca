"""International days with a fixed date, by the names that the three languages give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_TRATA = r"trata(?: de (?:personas|seres humanos))?"
_TRAITE = r"traite(?: (?:des personnes|d'etres humains|des etres humains))?"

# Month, day, and the name in folded English, Spanish and French: patterns without "international" or "world",
# which writers add and drop at will.
_TABLE: tuple[tuple[int, int, str, str, str], ...] = (
    (2, 6, r"female genital mutilation", r"mutilacion genital", r"mutilations genitales"),
    (2, 13, r"radio", r"radio", r"radio"),
    (2, 20, r"social justice", r"justicia social", r"justice sociale"),
    (3, 8, r"womens?'?s?", r"mujer(?:es)?", r"(?:droits des )?femmes?"),
    (3, 21, r"racial discrimination", r"discriminacion racial", r"discrimination raciale"),
    (3, 22, r"water", r"agua", r"eau"),
    (3, 25, r"victims of slavery", r"victimas de la esclavitud", r"victimes de l'esclavage"),
    (4, 7, r"health", r"salud", r"sante"),
    (4, 22, r"(?:mother )?earth", r"(?:madre )?tierra", r"terre(?:[- ]mere)?"),
    (5, 3, r"press freedom", r"libertad de prensa", r"liberte de la presse"),
    (5, 15, r"families", r"familias?", r"familles?"),
    (6, 5, r"environment", r"medio ambiente", r"environnement"),
    (6, 8, r"oceans?", r"oceanos", r"oceans?"),
    (6, 12, r"child labou?r", r"trabajo infantil", r"travail des enfants"),
    (6, 20, r"refugees?", r"refugiados?", r"refugies?"),
    (
        6,
        26,
        r"drug abuse",
        r"uso indebido (?:y el trafico ilicito )?de drogas",
        r"abus (?:et le trafic )?de drogues?",
    ),
    (7, 11, r"population", r"poblacion", r"population"),
    (7, 18, r"(?:nelson )?mandela", r"(?:nelson )?mandela", r"(?:nelson )?mandela"),
    # The European day stands before the World day, whose name it shares but for one word.
    (
        10,
        18,
        r"anti-trafficking",
        rf"(?<=europeo )contra la {_TRATA}",
        rf"(?<=europeenne )contre la {_TRAITE}",
    ),
    (7, 30, r"trafficking in persons|human trafficking", _TRATA, _TRAITE),
    (
        8,
        9,
        r"indigenous peoples?",
        r"(?:poblaciones|pueblos) indigenas",
        r"(?:peuples|populations) autochtones",
    ),
    (8, 12, r"youth", r"juventud", r"jeunesse"),
    (8, 19, r"humanitarian", r"asistencia humanitaria", r"aide humanitaire"),
    (8, 23, r"slave trade and its abolition", r"trata de esclavos", r"traite negriere"),
    (9, 8, r"literacy", r"alfabetizacion", r"alphabetisation"),
    (9, 15, r"democracy", r"democracia", r"democratie"),
    (9, 21, r"peace", r"paz", r"paix"),
    (9, 27, r"tourism", r"turismo", r"tourisme"),
    (10, 1, r"older persons", r"personas de edad|personas mayores", r"personnes agees"),
    (10, 2, r"non-violence", r"no violencia", r"non-violence"),
    (10, 5, r"teachers?'?", r"docentes?|maestros", r"enseignante?s?"),
    (10, 10, r"mental health", r"salud mental", r"sante mentale"),
    (10, 11, r"girl child|girls?", r"nina", r"filles?"),
    (10, 15, r"rural women", r"mujeres rurales", r"femmes rurales"),
    (10, 16, r"food", r"alimentacion", r"alimentation"),
    (
        10,
        17,
        r"eradication of poverty",
        r"erradicacion de la pobreza",
        r"elimination de la pauvrete|misere",
    ),
    (10, 24, r"united nations", r"naciones unidas", r"nations unies"),
    (11, 16, r"tolerance", r"tolerancia", r"tolerance"),
    (11, 20, r"(?:universal )?children'?s?", r"(?:universal del )?nino", r"enfance"),
    (11, 25, r"violence against women", r"violencia contra la mujer", r"violence a l'egard des femmes"),
    (12, 1, r"aids", r"sida", r"sida"),
    (12, 2, r"abolition of slavery", r"abolicion de la esclavitud", r"abolition de l'esclavage"),
    (12, 3, r"persons with disabilities", r"personas con discapacidad", r"personnes handicapees"),
    (12, 5, r"volunteers?", r"voluntarios", r"benevoles|volontaires"),
    (12, 9, r"(?:anti-|against )corruption", r"contra la corrupcion", r"contre la corruption"),
    (12, 10, r"human rights", r"derechos humanos", r"droits de l'homme"),
    (12, 18, r"migrants?'?", r"migrante?s?", r"migrants?"),
)

_EN_LINKS = r"(?:(?:for|of|against|on|in|to|the|support|elimination|remembrance|world|international)\s+){0,8}"
_ES_LINKS = r"(?:(?:del?|la|el|los|las|contra|para|por|eliminacion|recuerdo)\s+){0,8}"
_FR_LINKS = r"(?:(?:d[eu]s?|l[ae]s?|contre|pour|lutte|elimination|souvenir)\s+|[dl]'){0,8}"
_WORLD = r"(?:international|world|universal|global|european|eu) "
_MUNDIAL = r"(?:internacional|mundial|universal|europeo) "
_MONDIALE = r"(?:internationale|mondiale|universelle|europeenne) "


def _pattern(english: str, spanish: str, french: str) -> str:
    """Return the pattern of one day: "World X Day", "Day of X", "Día Mundial de X", "Journée de X"."""
    # A name of several words needs no "World" before it: "Human Rights Day", but not "day of water".
    often = "?" if " " in english else ""
    names = f"(?:{_WORLD}){often}(?:{english}) day|(?:{_WORLD}){often}day {_EN_LINKS}(?:{english})"
    spanish_day = rf"dia (?:{_MUNDIAL}){often}{_ES_LINKS}(?:{spanish})"
    french_day = rf"journee (?:{_MONDIALE}){often}{_FR_LINKS}(?:{french})"
    return rf"(?:{names}|{spanish_day}|{french_day})(?![a-z])"


@dataclass(frozen=True, slots=True)
class Observance:
    """An international day that a text names.

    Attributes:
        month, day: When it falls, every year.
        start, end: Where its name stands in the text.
    """

    month: int
    day: int
    start: int
    end: int


@cache
def _patterns() -> tuple[tuple[int, int, tuple[str, ...], re.Pattern[str]], ...]:
    """Return the month, the day, what names of it always hold, and the pattern of each day."""
    return tuple(
        (month, day, _always_in("|".join(names)), re.compile(r"(?<![a-z])" + _pattern(*names)))
        for month, day, *names in _TABLE
    )


def _always_in(names: str) -> tuple[str, ...]:
    """Return for each of some names the longest stretch that a text must have where it has the name.

    Args:
        names: Patterns of letters, groups and what may be left out, parted by bars.
    """
    for _ in range(1 + names.count("(")):  # from the innermost group outwards
        names = re.sub(r"\([^()]*\)\??|[^()]\?", ".", names)
    return tuple(dict.fromkeys(max(name.split("."), key=len) for name in names.split("|")))


_DAY_WORDS = re.compile(r"(?<![a-z])(?:day|dia|journee)(?![a-z])")
_REACH = 90  # characters: the longest name of a day on either side of the word "day"


def find_observances(folded: str) -> list[Observance]:
    """Find the international days that a text names.

    Args:
        folded: The text, folded (see folding.py).

    Returns:
        The days in the order of the text, the longest name where several begin at the same word "day".
    """
    found: dict[int, Observance] = {}
    for word in _DAY_WORDS.finditer(folded):
        low, high = max(0, word.start() - _REACH), word.end() + _REACH
        near = folded[low:high]
        for month, day, held, pattern in _patterns():
            # To look for a few letters is quicker by far than to look for a pattern.
            if not any(map(near.__contains__, held)):
                continue
            for match in pattern.finditer(folded, low, high):
                best = found.get(word.start())
                if match.start() <= word.start() < match.end() and (
                    best is None or match.end() - match.start() > best.end - best.start
                ):
                    found[word.start()] = Observance(month, day, match.start(), match.end())
    return [found[place] for place in sorted(found)]
