"""The names of months and weekdays in English, Spanish and French, as people write them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

# Folded spellings (see folding.py), so that "fevrier" and "février" are one; full names, then abbreviations.
_MONTH_NAMES: tuple[str, ...] = (
    "january enero janvier jan ene janv",
    "february febrero fevrier feb fev fevr",
    "march marzo mars mar",
    "april abril avril apr abr avr",
    "may mayo mai",
    "june junio juin jun",
    "july julio juillet jul juil",
    "august agosto aout aug ago",
    "september septiembre setiembre septembre sep sept set",
    "october octubre octobre oct",
    "november noviembre novembre nov",
    "december diciembre decembre dec dic",
)

_WEEKDAY_NAMES: tuple[str, ...] = (
    "monday lunes lundi mon",
    "tuesday martes mardi tue tues",
    "wednesday miercoles mercredi wed",
    "thursday jueves jeudi thu thur thurs",
    "friday viernes vendredi fri",
    "saturday sabado samedi sat",
    "sunday domingo dimanche sun",
)

_WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}

MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()
}
"""The month's number by its folded name or abbreviation."""

WORDLIKE_MONTHS = frozenset({"ago", "mar", "march", "mars", "may", "set"})
"""Names that are ordinary words too when written small: "12 may apply", "30 set out"."""

MONTH_PATTERN = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?(?![a-z])"
"""A regular expression for one month name in folded text."""

WEEKDAY_PATTERN = "(?:" + "|".join(sorted(_WEEKDAYS, key=len, reverse=True)) + r")\.?(?![a-z])"
"""A regular expression for one weekday in folded text."""

ORDINAL_PATTERN = r"(?:\s?(?:st|nd|rd|th|er|ere|e|o|º|°)(?![a-z]))?"
"""A regular expression for what may follow a day's number: 1st, 2 nd, 1er, 1º."""

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_number(name: str) -> int:
    """Return the number of a month from its folded name, with or without a full stop."""
    return MONTHS[name.rstrip(".")]


def is_day(day: int, month: int, year: int | None = None) -> bool:
    """Return whether such a day exists, in that year or, without one, in some year."""
    if year is not None:
        try:
            date(year, month, day)
        except ValueError:
            return False
        return True
    return 1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]


def month_length(month: int, year: int | None = None) -> int:
    """Return the days of a month; without a year, those that it has in every year."""
    return monthrange(year if year is not None else 2001, month)[1]


def weekday_number(name: str) -> int:
    """Return the number of a weekday, 0 for Monday, from its folded name with or without a full stop."""
    return _WEEKDAYS[name.rstrip(".")]
