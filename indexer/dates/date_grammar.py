"""Define patterns for days and ranges of days in folded English, Spanish and French text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from indexer.analysis.characters import CharacterTable
from indexer.analysis.characters import fold as fold_word
from indexer.data_tables import rows


def _number_names(kind: str, first: int) -> dict[str, int]:
    """Return the numbers of months or weekdays by name, counted from ``first``."""
    lines = [names for found, names in rows(__file__, "calendar.tsv") if found == kind]
    return {
        fold_word(name.lower()): number for number, names in enumerate(lines, first) for name in names.split()
    }


def _any_of(names: Iterable[str]) -> str:
    """Return a pattern for any of several names, with or without a full stop."""
    return "(?:" + "|".join(sorted(names, key=len, reverse=True)) + r")\.?(?![a-z])"


_LEAP_YEAR = 2000  # has every day that any year has
_MONTHS = _number_names("month", 1)
_WEEKDAYS = _number_names("weekday", 0)

WORDLIKE_MONTHS = frozenset({"ago", "mar", "march", "mars", "may", "set"})
"""Names of months that are also words in lower case: "12 may apply", "30 set out"."""

CALENDAR_NAMES = frozenset(name for name in (*_MONTHS, *_WEEKDAYS) if len(name) > 4) - WORDLIKE_MONTHS
"""The full names of months and weekdays, folded, without short ones and those that are words too."""

MONTH_PATTERN = _any_of(_MONTHS)
"""A pattern for the name of a month in folded text."""

WEEKDAY_PATTERN = _any_of(_WEEKDAYS)
"""A pattern for the name of a weekday in folded text."""

ORDINAL_PATTERN = r"(?:\s?(?:st|nd|rd|th|er|ere|e|o|º|°)(?![a-z]))?"
"""A pattern for the suffix of a day's number: 1st, 2 nd, 1er, 1º."""


def month_number(name: str) -> int:
    """Return the number of a month (1 to 12), given its folded name or abbreviation."""
    return _MONTHS[name.rstrip(".")]


def weekday_number(name: str) -> int:
    """Return the number of a weekday (0 for Monday), given its folded name or abbreviation."""
    return _WEEKDAYS[name.rstrip(".")]


def _day(name: str) -> str:
    return rf"(?P<{name}>\d{{1,2}})(?!\d){ORDINAL_PATTERN}"


def _month(name: str) -> str:
    return rf"(?P<{name}>{MONTH_PATTERN})"


YEAR = r"(?:19|20)\d\d(?!\d)"
"""A pattern for a year in news."""

_OF = r"\s*(?:de\s+|of\s+)?"
# Here and below, the pattern for a comma includes the spaces after it. Two adjacent patterns for spaces would
# try all ways to divide a long sequence of spaces between them.
_AND_YEAR = rf"(?:\s*(?:,\s*)?(?:del?\s+)?(?P<%s>{YEAR}))?"
_TO = r"(?:\s*[-/&]\s*|\s+(?:to\s*|and\s+|al?\s+|y\s+|au\s+|et\s+))(?:the\s+|el\s+|le\s+)?"

MAYBE_WEEKDAY = rf"(?:{WEEKDAY_PATTERN}\s*(?:,\s*)?)?"
"""A pattern for an optional weekday before a day."""

# 5 March 2018; 5 de marzo de 2018; 28-30 November 2016; 30 September - 2 October 2015
_FIRST_MONTH = rf"(?:{_OF}{_month('m1')}{_AND_YEAR % 'y1'})?"
_DAY_FIRST = rf"{_day('d1')}(?:{_FIRST_MONTH}{_TO}{MAYBE_WEEKDAY}{_day('d2')})?{_OF}{_month('m2')}"
# March 5, 2018; March 5-7, 2018; March 30 - April 2, 2018
_SECOND_DAY = rf"{_AND_YEAR % 'y1'}{_TO}(?:{_month('m2')}\s*)?{_day('d2')}"
_MONTH_FIRST = rf"{_month('m1')}\s*(?:the\s+)?{_day('d1')}(?:{_SECOND_DAY})?"

DAY_FORMS = (
    _DAY_FIRST + _AND_YEAR % "y2",
    _MONTH_FIRST + _AND_YEAR % "y2",
    r"(?P<y2>(?:19|20)\d\d)-(?P<m2>\d\d)-(?P<d1>\d\d)(?!\d)",
)
"""The forms of a day or a range of days: day first, month first, ISO 8601; for ``read_days``."""

_SIGN = r"(?P<sign>[/.-])"
NUMERIC_DAY_FIRST = rf"(?P<d1>\d{{1,2}}){_SIGN}(?P<m2>\d{{1,2}})(?P=sign)(?P<y2>{YEAR})"
NUMERIC_MONTH_FIRST = rf"(?P<m2>\d{{1,2}}){_SIGN}(?P<d1>\d{{1,2}})(?P=sign)(?P<y2>{YEAR})"
"""A numeric day, 27/02/2018 or 02/27/2018: a page uses one or the other."""


@dataclass(frozen=True, slots=True)
class Days:
    """A day or a range of days, with or without a year.

    Attributes:
        start_day: The first day of the month, 1 to 31.
        start_month: The month of the first day, 1 to 12.
        end_day: The last day; equal to ``start_day`` for a single day.
        end_month: The month of the last day; less than ``start_month`` if the range crosses a year's end.
        year: The year of the last day; ``None`` if it is not stated.
    """

    start_day: int
    start_month: int
    end_day: int
    end_month: int
    year: int | None

    def in_year(self, year: int | None) -> tuple[int, int] | None:
        """Return the first and the last day as ordinals, or ``None`` if they do not exist in a year.

        ``year`` is the year of the last day.
        """
        if year is None or not MINYEAR < year < MAXYEAR:
            return None
        try:
            start = date(year - (self.start_month > self.end_month), self.start_month, self.start_day)
            return start.toordinal(), date(year, self.end_month, self.end_day).toordinal()
        except ValueError:
            return None


def read_days(match: re.Match[str]) -> Days | None:
    """Convert a match of ``DAY_FORMS`` to days.

    Returns:
        The days; ``None`` if they do not exist, such as 31 February, 30-28 November, or a range of more than
        a year.
    """
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
    if year is not None and first and year - (start_month > end_month) != int(first):
        return None
    days = Days(start_day, start_month, end_day, end_month, year)
    period = days.in_year(_LEAP_YEAR if year is None else year)
    return days if period and period[0] <= period[1] else None


_DASHES = "‐‑‒–—―−"
_APOSTROPHES = "’‘ʼ´`"
_OF_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def _fold(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    return " " if character.isspace() else unicodedata.normalize("NFD", character)[0].lower()[0]


_FOLDING = CharacterTable(_fold)
_WORDS_ALONE = CharacterTable(lambda character: folded if (folded := _fold(character)) in _OF_WORDS else " ")


def fold(text: str) -> str:
    """Fold a text to lower case, without accents, with ASCII hyphens, apostrophes and spaces.

    Args:
        text: Composed text (NFC), because a decomposed accent would remain as a character.

    Returns:
        A text of the same length, with the same offsets.
    """
    return text.translate(_FOLDING)


def plain_words(text: str) -> str:
    """Return the folded words of a text, separated by single spaces: ``Leer más…`` -> ``leer mas``."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_WORDS_ALONE).split())
