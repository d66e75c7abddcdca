"""Find the dates in a text, and their relation to the day of publication."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from indexer.data_tables import rows
from indexer.dates import date_grammar
from indexer.dates.date_grammar import Days, fold

_EN_LINKS = r"(?:(?:for|of|against|on|in|to|the|support|elimination|remembrance|world|international)\s+){0,8}"
_ES_LINKS = r"(?:(?:del?|la|el|los|las|contra|para|por|eliminacion|recuerdo)\s+){0,8}"
_FR_LINKS = r"(?:(?:d[eu]s?|l[ae]s?|contre|pour|lutte|elimination|souvenir)\s+|[dl]'){0,8}"
_WORLD = r"(?:international|world|universal|global|european|eu) "
_MUNDIAL = r"(?:internacional|mundial|universal|europeo) "
_MONDIALE = r"(?:internationale|mondiale|universelle|europeenne) "


def _pattern(english: str, spanish: str, french: str) -> str:
    """Return a pattern for the names of an international day in three languages.

    It matches, for example, "World Water Day", "Día Mundial del Agua" and "Journée mondiale de l'eau".
    """
    # A name of several words needs no "World" before it: "Human Rights Day", but not "day of water".
    often = "?" if " " in english else ""
    names = f"(?:{_WORLD}){often}(?:{english}) day|(?:{_WORLD}){often}day {_EN_LINKS}(?:{english})"
    spanish_day = rf"dia (?:{_MUNDIAL}){often}{_ES_LINKS}(?:{spanish})"
    french_day = rf"journee (?:{_MONDIALE}){often}{_FR_LINKS}(?:{french})"
    return rf"(?:{names}|{spanish_day}|{french_day})(?![a-z])"


@cache
def _patterns() -> tuple[tuple[Days, tuple[str, ...], re.Pattern[str]], ...]:
    """Return the international days, each with required texts and a pattern for its names.

    Every name of the day contains one of the required texts. These are looked for first, because finding a
    text is faster than matching a pattern.
    """
    return tuple(
        (
            Days(int(day), int(month), int(day), int(month), None),
            _required_texts("|".join(names)),
            re.compile(r"(?<![a-z])" + _pattern(*names)),
        )
        for month, day, *names in rows(__file__, "observances.tsv")
    )


def _required_texts(names: str) -> tuple[str, ...]:
    """Return the longest text that all matches of a pattern contain, for each pattern.

    Args:
        names: Patterns with letters, groups and optional parts, separated by bars.
    """
    for _ in range(1 + names.count("(")):  # from the innermost group outwards
        names = re.sub(r"\([^()]*\)\??|[^()]\?", ".", names)
    return tuple(dict.fromkeys(max(name.split("."), key=len) for name in names.split("|")))


_DAY_WORDS = re.compile(r"(?<![a-z])(?:day|dia|journee)(?![a-z])")
_REACH = 90  # characters: the longest name of a day on either side of the word "day"


def find_observances(folded: str) -> list[tuple[Days, int, int]]:
    """Return the international days that a folded text names.

    Returns:
        The days in text order, with the offsets of their names. If several names contain the same occurrence
        of the word "day", only the longest is returned.
    """
    found: dict[int, tuple[Days, int, int]] = {}
    for word in _DAY_WORDS.finditer(folded):
        low, high = max(0, word.start() - _REACH), word.end() + _REACH
        near = folded[low:high]
        for day, held, pattern in _patterns():
            # A substring is found much faster than a pattern.
            if not any(map(near.__contains__, held)):
                continue
            for match in pattern.finditer(folded, low, high):
                start, end = match.span()
                _, best_start, best_end = found.get(word.start(), (day, 0, 0))
                if start <= word.start() < end and end - start > best_end - best_start:
                    found[word.start()] = day, start, end
    return [found[start] for start in sorted(found)]


Relation = Literal["past", "present", "future", "background"]
Precision = Literal["day", "month", "year", "observance"]


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date in a text.

    Attributes:
        days: The days, which are a whole month or year if no day is named. Their ``year`` is ``None`` if the
            text states no year.
        precision: ``day`` (also for a range), ``month``, ``year``, or ``observance`` (an international day).
        relation: The relation to the day of publication; ``dateline`` if the date begins a paragraph, as in
            "Oslo, 3 May 2012 -".
        weekday: The weekday of the first day, 0 for Monday; ``None`` if the text does not state it.
        offset: The start, in characters of the composed text (NFC).
        end: The end, in characters of the composed text.
    """

    days: date_grammar.Days
    precision: Precision
    relation: Relation | Literal["dateline"]
    weekday: int | None
    offset: int
    end: int


_DIGIT = re.compile(r"\d")
_DAYS = tuple(re.compile(r"(?<![\w.,/-])" + form) for form in date_grammar.DAY_FORMS)
_OF = r"\s*(?:,\s*)?(?:del?\s+|of\s+)?"
_MONTH_YEAR = re.compile(
    rf"(?<![a-z])(?P<month>{date_grammar.MONTH_PATTERN}){_OF}(?P<year>{date_grammar.YEAR})"
)
_IN = r"in|during|last|this|en|este|ce|durante|desde|(?:au )?mois de|mes de"
_MONTH = re.compile(rf"(?<![a-z])(?:{_IN})\s+(?P<month>{date_grammar.MONTH_PATTERN})")
_YEAR = re.compile(rf"(?<![\w/.,$€-])(?P<year>{date_grammar.YEAR})(?![\w/%-]|,\d)")
_BETWEEN = r"\s*,?\s*(?:the\s+|el\s+|le\s+|dia\s+)*"
_WEEKDAY_BEFORE = re.compile(rf"(?<![a-z])(?P<weekday>{date_grammar.WEEKDAY_PATTERN}){_BETWEEN}$")
_WEEKDAY_REACH = 24  # characters
_DATELINE_HEAD = re.compile(r"[^.:;]*")
_DATELINE_REACH = 60  # characters for a place before the date
_DATELINE_TAIL = re.compile(r"^\s*\)?\s*(?:-(?![a-z\d])|:|\.-)")


def _any_of(kind: str) -> str:
    """Return one pattern with all patterns of a kind as alternatives."""
    return "|".join(pattern for found, pattern in rows(__file__, "tense.tsv") if found == kind)


# Words around a date that decide its relation.
_VERB = re.compile(rf"(?<![a-z])(?:(?P<ahead>{_any_of('ahead')})|(?P<done>{_any_of('done')}))(?![a-z])")
_HISTORY_BEFORE = re.compile(rf"(?<![a-z])(?:{_any_of('history')})(?![a-z])[^.;]{{0,40}}$")
_NEAR_TODAY = re.compile(rf"(?<![a-z])(?:{_any_of('today')})(?![a-z])")
_SENTENCE_END = re.compile(r"[.!?;]\s")

_BEFORE = 90  # characters that are read before a date
_AFTER = 70
_NEAR = 30  # characters between "today" and its date

_COMMON_YEAR = 2001
_Candidate = tuple[date_grammar.Days | None, Precision, int, int]


def find_expressions(text: str) -> list[DateExpression]:
    """Return the dates in a paragraph or title, in order and without overlaps."""
    text = unicodedata.normalize("NFC", text)
    folded = fold(text)
    taken = bytearray(len(folded))
    found: list[DateExpression] = []
    for days, precision, start, end in _candidates(text, folded):
        if days is None or any(taken[start:end]):
            continue
        taken[start:end] = b"\x01" * (end - start)
        weekday = _weekday_before(folded, start) if precision == "day" else None
        how: Relation | Literal["dateline"] = _relation(folded, start, end)
        if precision == "day" and _opens_paragraph(folded, start, end):
            how = "dateline"
        found.append(DateExpression(days, precision, how, weekday, start, end))
    return sorted(found, key=lambda expression: expression.offset)


def _candidates(text: str, folded: str) -> Iterator[_Candidate]:
    """Yield possible dates with their offsets, from the most specific form to the least."""
    if _DIGIT.search(folded):
        for form in _DAYS:
            for match in form.finditer(folded):
                yield date_grammar.read_days(match), "day", *match.span()
        for match in _MONTH_YEAR.finditer(folded):
            yield _whole_month(match["month"], int(match["year"])), "month", *match.span()
        for match in _YEAR.finditer(folded):
            yield date_grammar.Days(1, 1, 31, 12, int(match["year"])), "year", *match.span()
    for match in _MONTH.finditer(folded):
        name = match["month"]
        if name not in date_grammar.WORDLIKE_MONTHS or not text[match.start("month")].islower():
            yield _whole_month(name, None), "month", *match.span("month")
    for day, start, end in find_observances(folded):
        yield day, "observance", start, end


def _relation(folded: str, start: int, end: int) -> Relation:
    """Return how a date in a folded text relates to the day of publication.

    Returns:
        ``future`` for a date ahead, ``present`` for the day of publication, ``background`` for the history of
        something; otherwise ``past``, because most news is about past events.
    """
    before = _SENTENCE_END.split(folded[max(0, start - _BEFORE) : start])[-1]
    after = _SENTENCE_END.split(folded[end : end + _AFTER], maxsplit=1)[0]
    if _NEAR_TODAY.search(before[-_NEAR:]) or _NEAR_TODAY.search(after[:_NEAR]):
        return "present"
    # The last verb before the date decides. If there is none, the first verb after it decides.
    verbs = list(_VERB.finditer(before))
    verb = verbs[-1] if verbs else _VERB.search(after)
    if verb and verb["ahead"]:
        return "future"
    return "background" if _HISTORY_BEFORE.search(before) else "past"


def _weekday_before(folded: str, start: int) -> int | None:
    match = _WEEKDAY_BEFORE.search(folded, max(0, start - _WEEKDAY_REACH), start)
    return date_grammar.weekday_number(match["weekday"]) if match else None


def _opens_paragraph(folded: str, start: int, end: int) -> bool:
    if start > _DATELINE_REACH or not _DATELINE_HEAD.fullmatch(folded, 0, start):
        return False
    return _DATELINE_TAIL.match(folded[end : end + 10]) is not None


def _whole_month(name: str, year: int | None) -> date_grammar.Days:
    month = date_grammar.month_number(name)
    # Without a year: the days that the month has in every year.
    return date_grammar.Days(1, month, monthrange(year or _COMMON_YEAR, month)[1], month, year)
