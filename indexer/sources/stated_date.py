"""Parse the dates that sources state; a date with a time becomes the day in the stated time zone."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from indexer.item import ItemDate
from indexer.runtime import late_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.dates.dateline import DateLine

YEARS: Final = range(1000, 3000)
_CLOCK: Final = r"(?:(?:[T_ ]|, )\s*\d{1,2}[:.h]?\d\d.*)?"
_ISO: Final = re.compile(rf"(\d{{4}})(?:([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}){_CLOCK})?)?", re.DOTALL)
_COMPACT: Final = late_pattern(r"(\d{4})(\d\d)(\d\d)(?:[T ]?\d{4}(?:\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?")
MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
"""The abbreviations of the months."""

_MONTH: Final = rf"({'|'.join(MONTHS)})[a-z]*\.?"
# Mon, 05 Mar 2018 10:00:00 +0100; 05-Mar-18
_MAIL: Final = late_pattern(
    rf"(?:[a-z]+\.?,?\s+)?(\d{{1,2}})[\s-]+{_MONTH}[\s-]+(\d{{4}}|\d\d)(?!\d)", re.IGNORECASE
)
# Mon Mar 05 10:00:00 +0100 2018
_CTIME: Final = late_pattern(
    rf"[a-z]{{3}},?\s+{_MONTH}\s+(\d{{1,2}})\s+\d\d:\d\d:\d\d\s+(?:\S+\s+)?(\d{{4}})", re.IGNORECASE
)
_NUMERIC_DATE: Final = late_pattern(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d\d){_CLOCK}", re.DOTALL)
_NUMBER: Final = late_pattern(r"(\d{9,13})(?:\.\d+)?")
# Wednesday, May 2, 2018 - 10:00
_CLOCK_BEHIND: Final = late_pattern(r"(?<=\d)\s+[-–|]\s+\d{1,2}[:.h]\d\d\b.*\Z", re.DOTALL)
_WORD_BEFORE: Final = late_pattern(r"\A[^\W\d]+[.:,]{0,2}\s+(?=\d)")
_ORDINAL: Final = r"\d{1,2}(?:st|nd|rd|th|er|º)?"
_TYPED: Final = late_pattern(
    r"\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?|\d{8}|\d{1,2}([./-])\d{1,2}\1\d{4}|"
    rf"(?:{_ORDINAL}\s+)?(?:de\s+)?[^\W\d_]+\.?\s+(?:{_ORDINAL},?\s+)?(?:del?\s+)?\d{{4}}",
    re.IGNORECASE,
)
_DAYS_OF_SECONDS: Final = range(100_000_000, 4_102_444_800)  # from March 1973 to 2099
_MAX_LENGTH: Final = 200
_ZEROES: Final = ("1970-01-01T00:00", "1970-01-01 00:00", "Thu, 01 Jan 1970 00:00", "Thu, 1 Jan 1970 00:00")


def read_date(value: object, *, day_first: bool | None = None) -> ItemDate | None:
    """Parse a stated date as a date range: a day, a month or a year.

    Args:
        value: A text in ISO 8601 or mail format (RFC 822), in English, Spanish or French words, or in
            numbers; seconds or milliseconds since 1970; or a date.
        day_first: Whether the day precedes the month in numeric dates; ``None`` if unknown. Then 12/03/2018
            is ambiguous and does not count as a date, but 13/03/2018 does.

    Returns:
        The date; ``None`` if the value is not a date, or is 1970-01-01T00:00, which means no date.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return ItemDate(value, value, "printed") if value.year in YEARS else None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value)
    return _read_date(text.strip(), day_first) if len(text) <= _MAX_LENGTH else None


def read_day(value: object, *, day_first: bool | None = None) -> date | None:
    """Parse a stated date as a day, or return None if it is not a single day."""
    found = read_date(value, day_first=day_first)
    return found.start if found and found.start == found.end else None


def typed_dates(text: str) -> list[ItemDate]:
    """Return the dates that a user may mean by a typed date.

    Args:
        text: ``2018``, ``2018-03``, ``2018-03-05``, ``20180305``, ``31/12/2018`` (with a four-digit year),
            ``March 2018`` or ``5 de marzo de 2018``, without further text.

    Returns:
        One date; two dates if day and month may be in either order (05/03/2019); no dates if the text is not
        a date.
    """
    typed = text.strip()
    if not _TYPED.fullmatch(typed):
        return []
    found = [read_date(typed, day_first=order) for order in (True, False)]
    return [*dict.fromkeys(one for one in found if one)]


def day_comes_first(values: Iterable[object]) -> bool | None:
    """Return whether numeric dates begin with the day, which a number above 12 shows: ``13/03/2018``.

    Returns:
        Whether the day is first; ``None`` if no value shows the order, or if the values disagree.
    """
    orders = set()
    for value in values:
        if isinstance(value, str) and (figures := _NUMERIC_DATE.fullmatch(value.strip())):
            first, second = int(figures[1]), int(figures[3])
            if (first > 12) != (second > 12):
                orders.add(first > 12)
    return orders.pop() if len(orders) == 1 else None


@lru_cache(1 << 14)
def _read_date(text: str, day_first: bool | None) -> ItemDate | None:  # noqa: FBT001 - has three values
    if iso := _ISO.fullmatch(text):
        return period(int(iso[1]), int(iso[3] or 0), int(iso[4] or 0), text)
    if compact := _COMPACT.fullmatch(text):
        return period(int(compact[1]), int(compact[2]), int(compact[3]), text) or _since_1970(text)
    if mail := _MAIL.match(text):
        return period(_year(mail[3]), _month(mail[2]), int(mail[1]), text)
    if ctime := _CTIME.match(text):
        return period(int(ctime[3]), _month(ctime[1]), int(ctime[2]), text)
    if figures := _NUMERIC_DATE.fullmatch(text):
        return _numeric_date(figures, day_first)
    return _since_1970(text) or _in_words(text)


def _numeric_date(figures: re.Match[str], day_first: bool | None) -> ItemDate | None:  # noqa: FBT001
    first, second, year = int(figures[1]), int(figures[3]), _year(figures[4])
    if figures[2] == "." or first > 12:  # a full stop always means that the day is first
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None and first != second:
        return None
    day, month = (first, second) if day_first else (second, first)
    return period(year, month, day)


def _since_1970(text: str) -> ItemDate | None:
    """Parse a time in seconds or milliseconds since 1970, or return ``None`` for any other text."""
    if not (number := _NUMBER.fullmatch(text)):
        return None
    for seconds in (int(number[1]), int(number[1]) // 1000):
        if seconds in _DAYS_OF_SECONDS:
            day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date()
            return ItemDate(day, day, "printed")
    return None


@cache
def _month_alone() -> re.Pattern[str]:
    from indexer.dates.date_grammar import MONTH_PATTERN, YEAR

    return re.compile(rf"(?P<month>{MONTH_PATTERN})\s+(?:del?\s+)?(?P<year>{YEAR})")


def _in_words(text: str) -> ItemDate | None:
    from indexer.dates.date_grammar import fold, month_number  # takes 0.02 s; most dates are numeric
    from indexer.dates.dateline import match_date_line

    if month := _month_alone().fullmatch(folded := fold(_CLOCK_BEHIND.sub("", text))):
        return period(int(month["year"]), month_number(month["month"]), 0)
    found = match_date_line(folded) or match_date_line(_WORD_BEFORE.sub("", folded))
    return printed_date(found) if found and found.year is not None else None


def printed_date(line: DateLine) -> ItemDate | None:
    """Convert the date in a date line to a date range, or return ``None`` for a date such as 31 June."""
    days = line.in_year(line.year)
    return ItemDate(date.fromordinal(days[0]), date.fromordinal(days[1]), "printed") if days else None


def _month(name: str) -> int:
    return MONTHS.index(name.lower()) + 1


def _year(written: str) -> int:
    if len(written) == 4:
        return int(written)
    return int(written) + (1900 if int(written) >= 70 else 2000)


def period(year: int, month: int, day: int, text: str = "") -> ItemDate | None:
    """Return the date range of a day, a month or a year.

    Args:
        year: The year.
        month: The month; 0 for the whole year.
        day: The day; 0 for the whole month.
        text: The date as written, perhaps with a time.

    Returns:
        The date range; ``None`` if the day does not exist, or if ``text`` is 1970-01-01T00:00, which means no
        date.
    """
    if year not in YEARS or text.startswith(_ZEROES):
        return None
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not day:
        month = month or 12
        return ItemDate(first, date(year, month, calendar.monthrange(year, month)[1]), "printed")
    return ItemDate(first, first, "printed")
