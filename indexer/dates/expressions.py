"""The dates that a text names, in English, Spanish and French, and what its words say of them."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from indexer.dates import grammar
from indexer.dates.folding import fold
from indexer.dates.observances import find_observances
from indexer.tables import rows

Relation = Literal["past", "present", "future", "background"]
Precision = Literal["day", "month", "year", "observance"]


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date that a text names.

    Attributes:
        days: The days meant, a whole month or year where no day is named; ``year`` None where missing.
        precision: What is named: a day or range, a month, a year, or an international day.
        relation: How it stands to the day of publication; ``dateline`` where it opens a paragraph as in
            "Oslo, 3 May 2012 -".
        weekday: The weekday of the first day, 0 for Monday, where the text names it.
        offset: Where it begins, in characters of the composed text (NFC).
        end: Where it ends, likewise.
    """

    days: grammar.Days
    precision: Precision
    relation: Relation | Literal["dateline"]
    weekday: int | None
    offset: int
    end: int


_DIGIT = re.compile(r"\d")
_DAYS = tuple(re.compile(r"(?<![\w.,/-])" + form) for form in grammar.DAY_FORMS)
_OF = r"\s*(?:,\s*)?(?:del?\s+|of\s+)?"
_MONTH_YEAR = re.compile(rf"(?<![a-z])(?P<month>{grammar.MONTH_PATTERN}){_OF}(?P<year>{grammar.YEAR})")
_IN = r"in|during|last|this|en|este|ce|durante|desde|(?:au )?mois de|mes de"
_MONTH = re.compile(rf"(?<![a-z])(?:{_IN})\s+(?P<month>{grammar.MONTH_PATTERN})")
_YEAR = re.compile(rf"(?<![\w/.,$€-])(?P<year>{grammar.YEAR})(?![\w/%-]|,\d)")
_BETWEEN = r"\s*,?\s*(?:the\s+|el\s+|le\s+|dia\s+)*"
_WEEKDAY_BEFORE = re.compile(rf"(?<![a-z])(?P<weekday>{grammar.WEEKDAY_PATTERN}){_BETWEEN}$")
_WEEKDAY_REACH = 24  # characters
_DATELINE_HEAD = re.compile(r"[^.:;]*")
_DATELINE_REACH = 60  # characters for the place that may stand before the date
_DATELINE_TAIL = re.compile(r"^\s*\)?\s*(?:-(?![a-z\d])|:|\.-)")


def _any_of(kind: str) -> str:
    """Join the patterns of one kind from the table."""
    return "|".join(pattern for found, pattern in rows(__file__, "tense.tsv") if found == kind)


# What the words around a date say of it.
_VERB = re.compile(rf"(?<![a-z])(?:(?P<ahead>{_any_of('ahead')})|(?P<done>{_any_of('done')}))(?![a-z])")
_HISTORY_BEFORE = re.compile(rf"(?<![a-z])(?:{_any_of('history')})(?![a-z])[^.;]{{0,40}}$")
_NEAR_TODAY = re.compile(rf"(?<![a-z])(?:{_any_of('today')})(?![a-z])")
_SENTENCE_END = re.compile(r"[.!?;]\s")

_BEFORE = 90  # characters that are read before a date
_AFTER = 70
_NEAR = 30  # characters between "today" and the date that it goes with

_COMMON_YEAR = 2001
_Candidate = tuple[grammar.Days | None, Precision, int, int]


def find_expressions(text: str) -> list[DateExpression]:
    """Find the dates that a paragraph names.

    Args:
        text: One paragraph, or a title.

    Returns:
        The dates in the order of the text; no two overlap.
    """
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
    """Yield what may be a date and where it stands, the most telling forms first."""
    if _DIGIT.search(folded):
        for form in _DAYS:
            for match in form.finditer(folded):
                yield grammar.read_days(match), "day", *match.span()
        for match in _MONTH_YEAR.finditer(folded):
            yield _whole_month(match["month"], int(match["year"])), "month", *match.span()
        for match in _YEAR.finditer(folded):
            yield grammar.Days(1, 1, 31, 12, int(match["year"])), "year", *match.span()
    for match in _MONTH.finditer(folded):
        name = match["month"]
        if name not in grammar.WORDLIKE_MONTHS or not text[match.start("month")].islower():
            yield _whole_month(name, None), "month", *match.span("month")
    for day, start, end in find_observances(folded):
        yield day, "observance", start, end


def _relation(folded: str, start: int, end: int) -> Relation:
    """Judge how a date relates to the day on which the text was published.

    Args:
        folded: The text, folded (see :mod:`indexer.dates.folding`).
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


def _weekday_before(folded: str, start: int) -> int | None:
    match = _WEEKDAY_BEFORE.search(folded, max(0, start - _WEEKDAY_REACH), start)
    return grammar.weekday_number(match["weekday"]) if match else None


def _opens_paragraph(folded: str, start: int, end: int) -> bool:
    if start > _DATELINE_REACH or not _DATELINE_HEAD.fullmatch(folded, 0, start):
        return False
    return _DATELINE_TAIL.match(folded[end : end + 10]) is not None


def _whole_month(name: str, year: int | None) -> grammar.Days:
    month = grammar.month_number(name)
    # Without a year, the days that it has in every year.
    return grammar.Days(1, month, monthrange(year or _COMMON_YEAR, month)[1], month, year)
