"""Years, months and weeks: which a day lies in, which an interval reaches, which stand between two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS: Final = ("year", "month", "week")
MOST_PERIODS: Final = 5_000


def periods_reached(start: date, end: date, by: str) -> Iterator[tuple[str, int]]:
    """Yield the periods that an interval of days reaches, each with how many of its days lie in it."""
    while start <= end:
        name, last = period_of(start, by)
        last = min(last, end)
        yield name, (last - start).days + 1
        if last == date.max:
            return
        start = last + timedelta(days=1)


def period_of(day: date, by: str) -> tuple[str, date]:
    """Name the period of a day, and give its last day."""
    if by == "year":
        return f"{day.year:04d}", date(day.year, 12, 31)
    if by == "month":
        following = (
            date(day.year + day.month // 12, day.month % 12 + 1, 1) if day.year < date.max.year else None
        )
        return f"{day.year:04d}-{day.month:02d}", following - timedelta(days=1) if following else date.max
    year, week, weekday = day.isocalendar()
    return f"{year:04d}-W{week:02d}", day + timedelta(days=min(7 - weekday, (date.max - day).days))


def _first_day(period: str, by: str) -> date:
    if by == "week":
        return date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
    return date(int(period[:4]), int(period[5:7] or 1), 1)


def days_of(period: str, by: str) -> tuple[date, date]:
    """Give the first and the last day of a period."""
    first = _first_day(period, by)
    return first, period_of(first, by)[1]


def all_between(reached: Sequence[str], by: str) -> list[str]:
    """Name all periods from the first to the last, those without a match too.

    Raises:
        QueryError: There are too many.
    """
    if not reached:
        return []
    names = []
    for name, _ in periods_reached(
        _first_day(reached[0], by), period_of(_first_day(reached[-1], by), by)[1], by
    ):
        names.append(name)
        if len(names) > MOST_PERIODS:
            shorter = (
                f"narrow the question by --from and --to, or count by {STEPS[max(STEPS.index(by) - 1, 0)]}"
            )
            raise QueryError(
                f"more than {MOST_PERIODS:,} periods from {reached[0]} to {reached[-1]}: {shorter}"
            )
    return names
