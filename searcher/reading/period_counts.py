"""How many items each period has: those dated in it, and those that may lie in it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

from indexer.item import decode_record
from indexer.named_tuple import NamedTuple
from searcher.reading.calendar_periods import period_of, periods_reached

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searcher.engine import Engine, Filters


class Point(NamedTuple):
    """The matches of one period.

    Attributes:
        period: ``2018``, ``2018-03`` or ``2018-W09`` (ISO 8601).
        dated: The items that are dated in it; one that lasts longer counts in each period that it reaches.
        low: These, and the estimated items that lie in it wherever in their interval they are.
        expected: These, and of each estimated item the share of its interval that lies in the period.
        high: These, and every estimated item whose interval reaches the period.
        archived: The items of the whole archive that are dated in it or may lie in it; where it is 0, nothing
            could be found. None by week.
        share: ``dated`` by all items of the archive that are dated in it; None where there are none, and by
            week.
    """

    period: str
    dated: int
    low: int
    expected: float
    high: int
    archived: int | None
    share: float | None


class PeriodCounts:
    """The counts of one question, by period.

    Args:
        filters: Those of the question. No period beyond its dates is counted: of what lies there, only what
            reaches out of them was let through.
        by: The length of a period.
    """

    def __init__(self, filters: Filters, by: str) -> None:
        ends = filters.first_day, filters.last_day
        self._first, self._last = (day and period_of(date.fromordinal(day), by)[0] for day in ends)
        self._by = by
        self.dated: Counter[str] = Counter()
        self.low: Counter[str] = Counter()
        self.expected: Counter[str] = Counter()
        self.high: Counter[str] = Counter()

    def add(self, start: date, end: date, estimated: bool) -> None:  # noqa: FBT001 - as a record has them
        """Count an item by its first and its last possible day."""
        periods = list(periods_reached(start, end, self._by))
        sure = not estimated or len(periods) == 1
        periods = [one for one in periods if (self._first or one[0]) <= one[0] <= (self._last or one[0])]
        names = [name for name, _ in periods]
        self.high.update(names)
        if not estimated:
            self.dated.update(names)
        if sure:
            self.low.update(names)
        days = (end - start).days + 1
        for name, within in periods:  # the sums stay whole numbers where no date is estimated
            self.expected[name] += within / days if estimated else 1  # type: ignore[assignment] # or a share

    def point(self, period: str, by: str, dated: dict[str, int], most: dict[str, int]) -> Point:
        """Give the point of a period, with what the archive has there."""
        own, of_all = self.dated[period], dated.get(period, 0)
        archived = most.get(period, 0) if by != "week" else None
        share = own / of_all if of_all else None
        return Point(period, own, self.low[period], self.expected[period], self.high[period], archived, share)


MOST_KEPT: Final = 20_000  # documents of a question, some 200 bytes each


class KnownDays:
    """The days of documents, each read once from the generation of the index that was asked last.

    Args:
        most: Days of a question with more matches are read as they are counted, and not kept.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._generation = ""
        self._days: dict[int, tuple[date, date, bool] | None] = {}

    def of(self, engine: Engine, documents: Sequence[int]) -> Iterator[tuple[date, date, bool] | None]:
        """Yield the first and last day of each document, and whether they are estimated; None without any."""
        if len(documents) > self._most:
            return map(_days_of, engine.records(documents))
        if engine.generation != self._generation:
            self._generation, self._days = engine.generation, {}
        days = self._days
        missing = [document for document in documents if document not in days]
        days.update(zip(missing, map(_days_of, engine.records(missing)), strict=True))
        return map(days.__getitem__, documents)


def _days_of(raw: bytes) -> tuple[date, date, bool] | None:
    day = decode_record(raw)["date"]
    if day is None:
        return None
    return date.fromisoformat(day["start"]), date.fromisoformat(day["end"]), day["kind"] == "estimated"
