"""The days that a page's markup states, and how surely they are those that readers saw."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from indexer.sources.stated_date import read_day

_AHEAD: Final = timedelta(days=2)  # what is dated later has not been published


class StatedDay(NamedTuple):
    """A stated day.

    Attributes:
        day: The day in the zone that is stated.
        moment: The time, where one is stated with its zone.
    """

    day: date
    moment: datetime | None = None

    @property
    def is_utc(self) -> bool:
        """Whether it is stated in UTC, so that where it was published it may have been another day."""
        return self.moment is not None and not self.moment.utcoffset()


def stated_day(text: str, *, day_first: bool | None = None) -> StatedDay | None:
    """Read a stated day.

    Args:
        text: A value of the markup, or a date as the page prints it.
        day_first: The order of day and month in figures; None where it is not known.

    Returns:
        The day, or None where the text is none, or one that lies ahead.
    """
    day = read_day(text, day_first=day_first)
    if day is None or day > datetime.now(UTC).date() + _AHEAD:
        return None
    return StatedDay(day, _moment(text.strip()))


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else None
    return None
