"""Parse date lines (lines that begin with a date) in English, Spanish and French."""

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
    """A date, or a range of days, at the beginning of a line.

    Attributes:
        text: The date as written, in composed Unicode (NFC).
        rest: The rest of the line, without spaces and separators around it; empty if the line is only a date.
    """

    text: str
    rest: str


# "From 3 to 5 May" mostly begins a sentence. It is a date line only if no text follows.
_SENTENCE = r"(?:(?P<sentence>from|on|between|del|du|entre)\s+)?"
_OPENING = rf"\s*{_SENTENCE}{MAYBE_WEEKDAY}(?:(?:the|el|le|les|los)\s+)?{MAYBE_WEEKDAY}"
# "Posted on 3 May 2018", "Publicado el 3 de mayo", "Publié le : 3 mai"; "Updated" is another date.
_LABEL = (
    r"\s*(?:(?:posted|published|released|publicad[oa]|publiee?|date|fecha|"
    r"date of publication|publication date|fecha de publicacion|date de publication)"
    r"(?:\s*(?:on|el|le)\b)?(?:\s*:)?\s++)?"
)
# The time after a date: 14:30; 2 pm; 18h; 18h30; 14.30 hrs
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
_MAX_DATE_LENGTH = 120  # characters of a line in which its date must be
_NUMERIC_DATE = re.compile(r"\d[/.-]\d{1,2}[/.-](?:19|20)\d\d")


def match_date_line(line: str, *, day_first: bool | None = None) -> DateLine | None:
    """Parse the date at the beginning of a line.

    Args:
        line: A line of a page, without its line break.
        day_first: Whether the day precedes the month in the page's numeric dates (:func:`day_comes_first`).
            ``None`` if unknown; then 05/03/2018 does not count as a date.

    Returns:
        The date and the rest of the line; ``None`` if the line does not start with a possible date. If there
        is a ``rest``, the caller decides whether the line is a date line or a sentence.
    """
    if not _DIGIT.search(line, 0, _MAX_DATE_LENGTH):
        return None
    line = unicodedata.normalize("NFC", line)
    folded = fold(line[:_MAX_DATE_LENGTH])
    forms = _FORMS if day_first is None else (*_FORMS, _NUMERIC_FORMS[day_first])
    for form in forms:
        match = form.match(folded)
        found = match and _read_dateline(match, line)
        if found:
            return found
    return None


def day_comes_first(lines: Iterable[str]) -> bool | None:
    """Return whether the day precedes the month in the numeric dates of lines.

    Only a date with a day above 12 shows the order. The result is ``None`` if no date shows the order, or if
    the dates disagree.
    """
    orders = set()
    for line in lines:
        if _NUMERIC_DATE.search(line, 0, _MAX_DATE_LENGTH):
            possible = [order for order in (True, False) if match_date_line(line, day_first=order)]
            if len(possible) == 1:
                orders.update(possible)
    return orders.pop() if len(orders) == 1 else None


def _read_dateline(match: re.Match[str], line: str) -> DateLine | None:
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
