"""The date line: a date printed at the very start of a line, in English, Spanish or French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.dates.date_grammar import (
    DAY_FORMS,
    MAYBE_WEEKDAY,
    NUMERIC_DAY_FIRST,
    NUMERIC_MONTH_FIRST,
    WORDLIKE_MONTHS,
    Days,
    fold,
    read_days,
)


@dataclass(frozen=True, slots=True)
class DateLine(Days):
    """A date, or a range of days, as a line prints it.

    Attributes:
        text: The date as written, in composed Unicode (NFC).
        rest: What follows on the same line, stripped of spaces and separators; empty for a pure date line.
    """

    text: str
    rest: str


# "From 3 to 5 May" opens a sentence more often than a date line: taken only where nothing follows.
_SENTENCE = r"(?:(?P<sentence>from|on|between|del|du|entre)\s+)?"
_OPENING = rf"\s*{_SENTENCE}{MAYBE_WEEKDAY}(?:(?:the|el|le|les|los)\s+)?{MAYBE_WEEKDAY}"
# "Posted on 3 May 2018", "Publicado el 3 de mayo", "Publié le : 3 mai"; "Updated" says something else.
_LABEL = (
    r"\s*(?:(?:posted|published|released|publicad[oa]|publiee?|date|fecha|"
    r"date of publication|publication date|fecha de publicacion|date de publication)"
    r"(?:\s*(?:on|el|le)\b)?(?:\s*:)?\s++)?"
)
# The hour behind a date: 14:30; 2 pm; 18h; 18h30; 14.30 hrs
_CLOCK = (
    r"(?:\s*(?:(?:[,|@-]|at\b|a las\b|a\b)\s*)?"
    r"(?:\d{1,2}(?::\d\d(?::\d\d)?|\s?h(?:\s?\d\d)?|\.\d\d(?=\s*(?:hrs?|hs|h|[ap]\.?m)\b))|\d{1,2}(?=\s?[ap]\.?m\b))"
    r"(?:\s?[ap]\.?m\b\.?)?(?:\s?(?:hrs?|hs|h|horas|heures|gmt|utc|cet|cest)\b\.?)*(?![\w:]))?"
)
_FORMS = tuple(re.compile(_LABEL + _OPENING + form + _CLOCK) for form in DAY_FORMS)
_NUMERIC_FORMS = {
    day_first: re.compile(_LABEL + _OPENING + form + _CLOCK)
    for day_first, form in ((True, NUMERIC_DAY_FIRST), (False, NUMERIC_MONTH_FIRST))
}
_DIGIT = re.compile(r"\d")
_SEPARATORS = " \t\u00a0:|,;-–—"
_MAX_DATE_LENGTH = 120  # characters in which a date line has its date
_NUMERIC_DATE = re.compile(r"\d[/.-]\d{1,2}[/.-](?:19|20)\d\d")


def match_date_line(line: str, *, day_first: bool | None = None) -> DateLine | None:
    """Read the date at the very start of a line.

    Args:
        line: One line of a page, without its line break.
        day_first: The order of day and month in figures on this page (:func:`day_comes_first`); None where
            it is not known, so that 05/03/2018 is no date.

    Returns:
        The date and what follows it, or None where the line does not start with a possible date. Whether a
        line whose ``rest`` is not empty is a date line or a sentence is for the caller to judge.
    """
    if not _DIGIT.search(line, 0, _MAX_DATE_LENGTH):
        return None
    line = unicodedata.normalize("NFC", line)
    folded = fold(line[:_MAX_DATE_LENGTH])
    forms = _FORMS if day_first is None else (*_FORMS, _NUMERIC_FORMS[day_first])
    for form in forms:
        match = form.match(folded)
        found = match and _read(match, line)
        if found:
            return found
    return None


def day_comes_first(lines: Iterable[str]) -> bool | None:
    """Find the order of day and month in the dates that a page writes in figures.

    A day past the twelfth shows it.

    Args:
        lines: Lines of the page, or date lines alone.

    Returns:
        Whether the day stands first; None where no line shows it, or lines disagree.
    """
    orders = set()
    for line in lines:
        if _NUMERIC_DATE.search(line, 0, _MAX_DATE_LENGTH):
            possible = [order for order in (True, False) if match_date_line(line, day_first=order)]
            if len(possible) == 1:
                orders.update(possible)
    return orders.pop() if len(orders) == 1 else None


def _read(match: re.Match[str], line: str) -> DateLine | None:
    days = read_days(match)
    if days is None:
        return None
    rest = line[match.end() :].removeprefix(".").strip(_SEPARATORS)
    if match["sentence"] and rest:
        return None
    written = line[match.start() : match.end()].strip()
    small = WORDLIKE_MONTHS.intersection(re.findall("[a-z]+", written))
    if days.year is None and rest and small:
        return None
    return DateLine(days.start_day, days.start_month, days.end_day, days.end_month, days.year, written, rest)
