"""The names of months and weekdays in English, Spanish and French, as people write them."""

from __future__ import annotations

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

_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "lunes martes miercoles jueves viernes sabado domingo "
    "lundi mardi mercredi jeudi vendredi samedi dimanche"
)

MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()
}
"""The month's number by its folded name or abbreviation."""

WORDLIKE_MONTHS = frozenset({"ago", "mar", "march", "mars", "may", "set"})
"""Names that are ordinary words too when written small: "12 may apply", "30 set out"."""

MONTH_PATTERN = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?(?![a-z])"
"""A regular expression for one month name in folded text."""

WEEKDAY_PATTERN = "(?:" + "|".join(sorted(_WEEKDAYS.split(), key=len, reverse=True)) + r")\.?(?![a-z])"
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
