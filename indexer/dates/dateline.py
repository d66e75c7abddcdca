"""The date line: a date printed at the very start of a line, in English, Spanish or French."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from indexer.dates.calendar import (
    MONTH_PATTERN,
    ORDINAL_PATTERN,
    WEEKDAY_PATTERN,
    WORDLIKE_MONTHS,
    is_day,
    month_number,
)
from indexer.dates.folding import fold


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date, or a range of days, as a line prints it.

    Attributes:
        start_day: The first day of the month, 1 to 31.
        start_month: The first day's month, 1 to 12.
        end_day: The last day; equal to ``start_day`` for a single day.
        end_month: The last day's month; before ``start_month`` where the range crosses a year's end.
        year: The year of the last day, or None where the line prints none.
        text: The date as written, in composed Unicode (NFC).
        rest: What follows on the same line, stripped of spaces and separators; empty for a pure date line.
    """

    start_day: int
    start_month: int
    end_day: int
    end_month: int
    year: int | None
    text: str
    rest: str


def _day(name: str) -> str:
    return rf"(?P<{name}>\d{{1,2}})(?!\d){ORDINAL_PATTERN}"


def _month(name: str) -> str:
    return rf"(?P<{name}>{MONTH_PATTERN})"


_YEAR = r"(?:19|20)\d\d(?!\d)"
_OF = r"\s*(?:de\s+|of\s+)?"
_AND_YEAR = rf"(?:\s*,?\s*(?:del?\s+)?(?P<%s>{_YEAR}))?"
_TO = r"(?:\s*[-/&]\s*|\s+(?:to|and|a|al|y|au|et)\s+)(?:the\s+|el\s+|le\s+)?"
_WEEKDAY = rf"(?:{WEEKDAY_PATTERN}\s*,?\s*)?"
# "From 3 to 5 May" opens a sentence more often than a date line: taken only where nothing follows.
_SENTENCE = r"\s*(?:(?P<sentence>from|on|between|del|du|entre)\s+)?"
_OPENING = rf"{_SENTENCE}{_WEEKDAY}(?:(?:the|el|le|les|los)\s+)?{_WEEKDAY}"

# 5 March 2018; 5 de marzo de 2018; 28-30 November 2016; 30 September - 2 October 2015
_FIRST_MONTH = rf"(?:{_OF}{_month('m1')}{_AND_YEAR % 'y1'})?"
_DAY_FIRST = rf"{_OPENING}{_day('d1')}(?:{_FIRST_MONTH}{_TO}{_WEEKDAY}{_day('d2')})?{_OF}{_month('m2')}"
# March 5, 2018; March 5-7, 2018; March 30 - April 2, 2018
_SECOND_DAY = rf"{_AND_YEAR % 'y1'}{_TO}(?:{_month('m2')}\s*)?{_day('d2')}"
_MONTH_FIRST = rf"{_OPENING}{_month('m1')}\s*{_day('d1')}(?:{_SECOND_DAY})?"
_ISO = r"\s*(?P<y2>(?:19|20)\d\d)-(?P<m2>\d\d)-(?P<d1>\d\d)(?!\d)"

_FORMS = (
    re.compile(_DAY_FIRST + _AND_YEAR % "y2"),
    re.compile(_MONTH_FIRST + _AND_YEAR % "y2"),
    re.compile(_ISO),
)
_SEPARATORS = " \t\u00a0:|,;-–—"


def match_date_line(line: str) -> DateLine | None:
    """Read the date at the very start of a line.

    Args:
        line: One line of a page, without its line break.

    Returns:
        The date and what follows it, or None where the line does not start with a possible date. Whether a
        line whose ``rest`` is not empty is a date line or a sentence is for the caller to judge.
    """
    head = line[:120]
    if not any(char.isdigit() for char in head):
        return None
    line = unicodedata.normalize("NFC", line)
    folded = fold(line[:120])
    for form in _FORMS:
        match = form.match(folded)
        found = match and _read(match, line)
        if found:
            return found
    return None


def _read(match: re.Match[str], line: str) -> DateLine | None:
    """Turn a match into a date line, or None where it is no possible day."""
    part = match.groupdict()
    month = part.get("m2") or part.get("m1") or ""
    end_month = int(month) if month.isdigit() else month_number(month)
    start_month = month_number(part["m1"]) if part.get("m1") else end_month
    start_day = int(part["d1"])
    end_day = int(part.get("d2") or start_day)
    printed, first = part.get("y2"), part.get("y1")
    year = int(printed) if printed else None
    if year is None and first:
        year = int(first) + (end_month < start_month)
    rest = line[match.end() :].removeprefix(".").strip(_SEPARATORS)
    if part.get("sentence") and rest:
        return None
    written = line[match.start() : match.end()]
    if year is None and rest and month in WORDLIKE_MONTHS and month in written:
        return None
    start_year = year - (start_month > end_month) if year is not None else None
    if first and start_year != int(first):
        return None
    if not (is_day(start_day, start_month, start_year) and is_day(end_day, end_month, year)):
        return None
    if start_month == end_month and start_day > end_day:
        return None
    return DateLine(start_day, start_month, end_day, end_month, year, written.strip(), rest)
