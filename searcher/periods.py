"""Parse typed periods.

A year, a month or a day becomes a date range: its first and its last day.
"""

from __future__ import annotations

import re
from datetime import date

from indexer.errors import QueryError, message
from indexer.schema import UNKNOWN

_MONTH_FIRST = r"^(\d\d?)/(\d{4})$"
_PERIOD = r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?"


def parse_period(text: str, where: str) -> tuple[int, int]:
    """Parse a period.

    Args:
        text: ``2018``, ``2018-03``, ``03/2018`` or ``2018-03-05``; or an unambiguous date in words or digits:
            ``March 2018``, ``31/12/2018``.
        where: The name of the argument, for errors: ``date_from``, ``date:``.

    Returns:
        The first and last day of the period, as ordinals (``datetime.date.toordinal``).

    Raises:
        QueryError: The text is not a period, is ambiguous, or is a day that does not exist.
    """
    found = re.fullmatch(_PERIOD, re.sub(_MONTH_FIRST, r"\2-\1", text.strip()), re.ASCII)
    if not found and where != "date:" and text.strip().lower() == UNKNOWN:
        raise QueryError(message("periods.takes_date", where=where))
    if not found:
        return _parse_words(text, where)
    year, month, day = found.groups()
    try:
        first = last = date(int(year), int(month or 1), int(day or 1))
        if not day:
            from calendar import monthrange

            last = date(first.year, int(month or 12), monthrange(first.year, int(month or 12))[1])
    except ValueError:
        raise QueryError(message("periods.no_such_day", text=text, where=where)) from None
    return first.toordinal(), last.toordinal()


def _parse_words(text: str, where: str) -> tuple[int, int]:
    from indexer.sources.stated_date import typed_dates  # most are in ISO 8601 format

    match typed_dates(text):
        case [day]:
            return day.start.toordinal(), day.end.toordinal()
        case [one, other]:
            raise QueryError(
                message("periods.ambiguous", text=text, first=one.start, second=other.start, where=where)
            )
    if span := re.fullmatch(r"(\d{4}.*?)\s*(?:\.\.|[-–—/])\s*(\d{4}.*)", text.strip()):
        first, last = span.groups()
        if where == "date:":
            raise QueryError(message("periods.no_single_date", text=text, first=first, last=last))
        names = {"where": where, "start": "date_from", "end": "date_to"}
        raise QueryError(message("periods.two_dates", text=text, first=first, last=last, **names))
    raise QueryError(message("periods.no_date", text=text, where=where))


def parse_interval(date_from: str | None, date_to: str | None) -> tuple[int | None, int | None]:
    """Parse two periods as the first and the last day of a date range. An open end is None.

    Raises:
        QueryError: A text is not a period, or the range would end before it starts.
    """
    first = parse_period(date_from, "date_from")[0] if date_from is not None else None
    last = parse_period(date_to, "date_to")[1] if date_to is not None else None
    names = {"first": "date_from", "last": "date_to"}
    return _ascending(first, last, message("periods.descending", start=date_from, end=date_to, **names))


def bounds_of(text: str) -> list[tuple[str, str]]:
    """Return the bounds of a range, such as ``[(">=", "2018"), ("<=", "2020")]``.

    The list is empty if the text is not a range.

    Args:
        text: ``>=2019``, or ``[2018 TO 2020]``, where ``*`` is an open end.
    """
    found = re.fullmatch(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]|([<>]=?)\s*(.+)", text.strip())
    if found is None:
        return []
    first, last, sign, limit = found.groups()
    limits = [(sign, limit)] if sign else [(">=", first), ("<=", last)]
    return [one for one in limits if one[1] != "*"]


def parse_span(text: str) -> tuple[int | None, int | None]:
    """Parse the value of ``date:``, which is a period or a range, as its first and last day.

    A range may be open at one end. The day at an open end is ``None``.

    Raises:
        QueryError: The value is invalid.
    """
    if bounds := bounds_of(text):
        first = last = None
        for sign, limit in bounds:
            begin, end = parse_period(limit, "date:")
            first = end + 1 if sign == ">" else begin if sign == ">=" else first
            last = begin - 1 if sign == "<" else end if sign == "<=" else last
        return _ascending(first, last, message("periods.descending_range", range=text))
    before, dots, after = text.partition("..")
    if not dots:
        return parse_period(text, "date:")
    if not before and not after:
        raise QueryError(message("periods.empty_range"))
    first = parse_period(before, "date:")[0] if before else None
    last = parse_period(after, "date:")[1] if after else None
    return _ascending(first, last, message("periods.descending_range", range=text))


def _ascending(first: int | None, last: int | None, fault: str) -> tuple[int | None, int | None]:
    """Check that the end of an interval is not before its start, and return both. An open end is None.

    Raises:
        QueryError: The end is before the start; the message is ``fault``.
    """
    if first is not None and last is not None and first > last:
        raise QueryError(fault)
    return first, last
