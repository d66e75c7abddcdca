"""Counts over time: of one or several questions side by side, with bounds where dates are only estimated."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import checked
from indexer.errors import QueryError, type_name
from indexer.item import decode_record
from indexer.option_tables import check_choice, check_text
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.reading.all_matches import check_searcher, how_read, question_of_all, read_matches
from searcher.search_options import facet_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Unpack

    from searcher.engine import Engine, Filters
    from searcher.facet_values import FacetValue
    from searcher.hit_details import EveryHit
    from searcher.results import Results
    from searcher.search_options import Narrowing
    from searcher.searcher import Searcher


STEPS: Final = ("year", "month", "week")
MAX_PERIODS: Final = 5_000


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
        last = monthrange(day.year, day.month)[1]
        return f"{day.year:04d}-{day.month:02d}", day.replace(day=last)
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
    for name, _ in periods_reached(_first_day(reached[0], by), days_of(reached[-1], by)[1], by):
        names.append(name)
        if len(names) > MAX_PERIODS:
            shorter = (
                f"narrow the question by --from and --to, or count by {STEPS[max(STEPS.index(by) - 1, 0)]}"
            )
            raise QueryError(
                f"more than {MAX_PERIODS:,} periods from {reached[0]} to {reached[-1]}: {shorter}"
            )
    return names


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


MAX_KEPT: Final = 20_000  # documents of a question, some 200 bytes each


class DayCache:
    """The days of documents, each read once from the generation of the index that was asked last.

    Args:
        most: Days of a question with more matches are read as they are counted, and not kept.
    """

    def __init__(self, most: int = MAX_KEPT) -> None:
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


MAX_SERIES: Final = 12
EVERYTHING: Final = "everything"  # what a series without a question is called
PERIODS: Final = frozenset(STEPS)
NO_PERIODS: Final = "a timeline is parted by no period; --by says how long its periods are"
NO_SHARES: Final = "a week has no share of the archive; ask for shares by year or by month"
ONE_FACETED: Final = "a facet parts one question; leave {} or {} out"
TOO_MANY: Final = f"at most {MAX_SERIES} series stand side by side, not {{}}"
TOP: Final = 5  # values of a facet that have a series each


COLUMNS: Final = ("series", *Point._fields)


class Series(NamedTuple):
    """The counts of one question.

    Attributes:
        label: The question, or the label of a value of a facet.
        value: The value of the facet; None of a question.
        results: The answer whose matches are counted.
        undated: The matches without any date, which no period has.
        points: One for each period, the oldest first, the same periods for each series: from the first day
            of a filter by date to its last, where it has them, else from the first match to the last.
    """

    label: str
    value: str | None
    results: Results
    undated: int
    points: tuple[Point, ...]

    def read(self) -> dict[str, Any]:
        """Say how many items match, and how the question was read."""
        return {"totals": self.results.total, "undated": self.undated, **how_read(self.results)}

    def to_records(self) -> Iterator[dict[str, Any]]:
        """Yield a flat record for each period."""
        for point in self.points:
            share = None if point.share is None else round(point.share, 6)
            yield {
                "series": self.label,
                **point._asdict(),
                "expected": round(point.expected, 3),
                "share": share,
            }


def over_time(
    searcher: Searcher,
    query: str | None,
    *,
    versus: Sequence[str] = (),
    by: str = "year",
    facet: str | None = None,
    **narrowed: Unpack[Narrowing],
) -> list[Series]:
    """Count the matches of one or several questions over time.

    Args:
        searcher: Open over the index.
        query: As of :meth:`searcher.Searcher.search`; None for everything. Nothing is relaxed.
        versus: Other questions, each with a series of its own, under the same filters.
        by: ``year``, ``month`` or ``week``.
        facet: ``country``, ``language`` or a field: a series for each of its commonest values instead, or of
            those that ``narrowed`` has.
        narrowed: What :meth:`searcher.Searcher.search` takes to narrow it and to read its query. Where dates
            narrow it, ``estimated`` says as everywhere whether estimated dates count.

    Raises:
        QueryError, TypeError: An argument cannot be understood, or there are too many periods or series.
    """
    check_searcher(searcher)
    check_choice("by", by, STEPS)
    if isinstance(versus, str) or not isinstance(versus, Iterable):
        raise TypeError(f"versus is a list of questions, not {type_name(versus)}")
    requested: list[tuple[str, str | None, str | None, dict[str, Any]]] = [
        (one if one is not None else EVERYTHING, None, one, dict(narrowed)) for one in (query, *versus)
    ]
    if facet is not None:
        check_text("facet", facet)
        facet = facet_name(facet)
        if versus:
            raise QueryError(ONE_FACETED.format("--vs", "--facet"))
        requested = [
            (label, value, query, dict(narrowed) | only)
            for label, value, only in _values(searcher, query, facet, narrowed)
        ]
    times = Counter(versus if query is None else (query, *versus))
    if twice := [one for one, count in times.items() if count > 1]:
        raise QueryError(f"“{twice[0]}” is asked twice; a question stands beside others once")
    if len(requested) > MAX_SERIES:
        raise QueryError(TOO_MANY.format(len(requested)))
    known = DayCache()  # an item may be in several series
    counted = [
        (label, value, *_count(searcher, one, by, given, known)) for label, value, one, given in requested
    ]
    reached = {period for _, _, _, counts, _ in counted for period in counts.high}
    periods = _periods(reached, question_of_all(None, "oldest", narrowed).filters, by)
    dated, most = _of_archive(searcher, by) if by != "week" else ({}, {})
    return [
        Series(label, value, results, undated, tuple([counts.point(one, by, dated, most) for one in periods]))
        for label, value, results, counts, undated in counted
    ]


def _periods(reached: set[str], filters: Filters, by: str) -> list[str]:
    """List all periods from the first that has an item, or the first day of the filters, to the last."""
    days = [day for day in (filters.first_day, filters.last_day) if day is not None]
    ends = [period_of(date.fromordinal(day), by)[0] for day in days]
    return all_between(sorted({*reached, *ends} if reached or len(ends) == 2 else ()), by)


def _count(
    searcher: Searcher, query: str | None, by: str, narrowed: dict[str, Any], known: DayCache
) -> tuple[Results, PeriodCounts, int]:
    """Count all matches of a question; return its answer, the counts, and how many have no date."""
    question = question_of_all(query, "oldest", narrowed)

    def read(engine: Engine, hits: EveryHit, results: Results) -> tuple[Results, PeriodCounts, int]:
        counts, undated = PeriodCounts(question.filters, by), 0
        for days in checked(known.of(engine, hits.documents)):
            if days is None:
                undated += 1
            else:
                counts.add(*days)
        return results, counts, undated

    return read_matches(searcher, question, read)


def _values(
    searcher: Searcher, query: str | None, facet: str, narrowed: Narrowing
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield labels and commonest values of a facet, each with the filter that chooses it alone."""
    values = _counted(searcher, query, facet, narrowed)[0][:TOP]
    times = Counter(value.label for value in values)
    for value in values:
        # Two concepts of a thesaurus may be called alike.
        label = value.label if times[value.label] == 1 else f"{value.label} ({value.value})"
        if facet == "country":
            yield label, value.value, {"countries": [value.value]}
        elif facet == "language":
            yield label, value.value, {"languages": [value.value]}
        else:
            yield label, value.value, {"where": {**(narrowed.get("where") or {}), facet: [value.value]}}


def read_by_facet(searcher: Searcher, query: str | None, facet: str, **narrowed: Unpack[Narrowing]) -> int:
    """Count the items that are read for the series of a facet, one of several values for each of them.

    Args:
        searcher: Open over the index.
        query: The question whose matches are counted.
        facet: The field that parts them.
        narrowed: As of :func:`over_time`.
    """
    return sum(value.count for value in _counted(searcher, query, facet, narrowed)[0][:TOP])


def left_out(
    searcher: Searcher, query: str | None, facet: str, **narrowed: Unpack[Narrowing]
) -> tuple[int, int]:
    """Count the values that have no series beside the commonest, and the matches without any value.

    Args:
        searcher: Open over the index.
        query: The question whose matches are counted.
        facet: The field that parts them.
        narrowed: As of :func:`over_time`.
    """
    values, without = _counted(searcher, query, facet, narrowed)
    return max(len(values) - TOP, 0), without


def _counted(
    searcher: Searcher, query: str | None, facet: str, narrowed: Narrowing
) -> tuple[list[FacetValue], int]:
    """Count the values of a facet, the commonest first, and the matches that have none.

    Where the question is narrowed to some values, as by ``countries``, these alone: the counts of the others,
    which a facet shows beside, are of items that were not asked for.
    """
    facet = facet_name(facet)
    if facet in PERIODS:
        raise QueryError(NO_PERIODS)
    results = searcher.search(query, limit=0, facets=(facet,), group=False, **narrowed)
    values = results.facets[facet]
    chosen = [value for value in values if value.selected] or values
    counted = [value for value in chosen if value.count and results.relaxed is None]
    without = sum(value.count for value in counted if value.value == UNKNOWN)
    return [value for value in counted if value.value != UNKNOWN], without


def _of_archive(searcher: Searcher, by: str) -> tuple[dict[str, int], dict[str, int]]:
    """Count the items of the whole archive by period: those dated in it, and those that may lie in it."""
    counts = [
        searcher.search(None, limit=0, facets=(by,), group=False, estimated=estimated).facets[by]
        for estimated in (False, True)
    ]
    dated, most = ({value.value: value.count for value in values} for values in counts)
    return dated, most
