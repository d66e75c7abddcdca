"""Count the matches of queries over time.

Estimated dates give lower and upper bounds.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.checkpoint import add_checkpoints
from indexer.errors import Message, QueryError, message, name_message, type_name
from indexer.item import read_day
from indexer.option_tables import check_choice, check_text
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.engine import days_of_date
from searcher.reading.all_matches import check_searcher, read_matches, reading_record, request_for_all
from searcher.reading.text_matches import matches_in_passages, may_match
from searcher.search_options import facet_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Unpack

    from searcher.engine import Days, Engine, Filters
    from searcher.facet_values import FacetValue
    from searcher.hit_details import EveryHit
    from searcher.opening import BaseSearcher
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments


# The attribute of a point to draw, by measure.
Measure = Literal["dated", "share", "per_million"]
Step = Literal["year", "month", "week"]
STEPS: Final[tuple[Step, ...]] = ("year", "month", "week")
MAX_PERIODS: Final = 5_000


def overlapping_periods(start: date, end: date, by: str) -> Iterator[tuple[str, int]]:
    """Yield the periods that overlap an interval, and the days of each overlap.

    ``by`` is the length of a period: ``year``, ``month`` or ``week``.
    """
    while start <= end:
        name, last = period_of(start, by)
        last = min(last, end)
        yield name, (last - start).days + 1
        if last == date.max:
            return
        start = last + timedelta(days=1)


def period_of(day: date, by: str) -> tuple[str, date]:
    """Return the name and the last day of the period that contains a day."""
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
    """Return the first and the last day of a period."""
    first = _first_day(period, by)
    return first, period_of(first, by)[1]


def periods_between(reached: Sequence[str], by: str) -> list[str]:
    """Return the names of all periods from the first to the last of ``reached``."""
    if not reached:
        return []
    names = []
    for name, _ in overlapping_periods(_first_day(reached[0], by), days_of(reached[-1], by)[1], by):
        names.append(name)
        if len(names) > MAX_PERIODS:
            longer = STEPS[max(STEPS.index(by) - 1, 0)]
            step = name_message(f"parameter.{longer}", longer)
            bounds = {"first": reached[0], "last": reached[-1]}
            raise QueryError(message("over_time.too_many_periods", most=MAX_PERIODS, step=step, **bounds))
    return names


class Point(NamedTuple):
    """The counts of a period.

    Attributes:
        period: ``2018``, ``2018-03`` or ``2018-W09`` (ISO 8601).
        dated: The number of items dated in the period. An item whose date overlaps several periods counts in
            each.
        low: ``dated``, plus the items whose estimated date is certainly in the period.
        expected: ``dated``, plus a fraction for each item with an estimated date: the part of the estimated
            interval that is in the period.
        high: ``dated``, plus all items whose estimated date may be in the period.
        archived: The number of items of the whole archive that are, or may be, dated in the period. ``None``
            if the periods are weeks.
        share: ``dated`` divided by the number of items of the archive dated in the period. ``None`` if this
            number is 0 or the periods are weeks.
        occurrences: The number of occurrences in the texts of the dated items, as in a concordance. ``None``
            if occurrences are not counted.
        per_million: ``occurrences`` per million words of all texts dated in the period. ``None`` if
            occurrences are not counted or there are no such texts.
    """

    period: str
    dated: int
    low: int
    expected: float
    high: int
    archived: int | None
    share: float | None
    occurrences: int | None = None
    per_million: float | None = None


class PeriodCounts:
    """The counts of a query by period.

    Args:
        filters: The filters of the query. Periods outside of the date filter are not counted, because the
            query finds only some of their items: those whose dates also overlap the filter.
        by: The length of a period: ``year``, ``month`` or ``week``.
    """

    def __init__(self, filters: Filters, by: str) -> None:
        ends = filters.first_day, filters.last_day
        self._first, self._last = (day and period_of(date.fromordinal(day), by)[0] for day in ends)
        self._by = by
        self.dated: Counter[str] = Counter()
        self.low: Counter[str] = Counter()
        self.expected: Counter[str] = Counter()
        self.high: Counter[str] = Counter()
        self.occurrences: Counter[str] | None = None

    def add_occurrences(self, days: Days | None, count: int) -> None:
        """Add the occurrences in an item's text to the periods of its date.

        Items with an estimated date are ignored.
        """
        if self.occurrences is not None and days and not days[2]:
            start, end, _ = days
            periods = overlapping_periods(date.fromordinal(start), date.fromordinal(end), self._by)
            self.occurrences.update(dict.fromkeys([name for name, _ in periods], count))

    def add(self, days: Days, count: int) -> None:
        """Add a number of items that have the same date or date range."""
        start, end, estimated = days
        periods = list(overlapping_periods(date.fromordinal(start), date.fromordinal(end), self._by))
        sure = not estimated or len(periods) == 1
        periods = [one for one in periods if (self._first or one[0]) <= one[0] <= (self._last or one[0])]
        names = [name for name, _ in periods]
        for counter, counts in ((self.high, True), (self.dated, not estimated), (self.low, sure)):
            if counts:
                counter.update(dict.fromkeys(names, count))
        for name, within in periods:  # without estimated dates, the sums are integers
            share = within / (end - start + 1) if estimated else 1
            self.expected[name] += count * share  # type: ignore[assignment] # or a share

    def point(
        self, period: str, by: str, dated: dict[str, int], most: dict[str, int], words: Mapping[str, int]
    ) -> Point:
        """Return the counts of a period, and their share of the archive's items in it.

        Args:
            period: The period, such as ``2018-03``.
            by: The length of the period: ``year``, ``month`` or ``week``.
            dated: The number of the archive's items dated in each period.
            most: The number of the archive's items that are, or may be, dated in each period.
            words: The number of words of the archive in each period.
        """
        own, of_all = self.dated[period], dated.get(period, 0)
        archived = most.get(period, 0) if by != "week" else None
        share = own / of_all if of_all else None
        point = Point(
            period, own, self.low[period], self.expected[period], self.high[period], archived, share
        )
        if self.occurrences is None:
            return point
        found, of_words = self.occurrences[period], words.get(period, 0)
        return point._replace(
            occurrences=found, per_million=found * 1_000_000 / of_words if of_words else None
        )


MAX_SERIES: Final = 12
EVERYTHING: Final = "everything"  # the label of a series without a query
PERIODS: Final = frozenset(STEPS)


def facet_conflict(versus: str) -> Message:
    """Return the message that a facet cannot be combined with several queries."""
    return message("over_time.one_faceted", versus=versus, facet="facet")


def measure_of(by: str, *, share: bool, per_million: bool) -> Measure:
    """Return the name of the value that a chart shows.

    Raises:
        QueryError: Shares and rates per million are both requested, or shares by week.
    """
    if share and per_million:
        raise QueryError(message("over_time.share_or_words"))
    if share and by == "week":
        raise QueryError(message("over_time.no_shares"))
    return "share" if share else "per_million" if per_million else "dated"


def too_many_series(series: int) -> Message:
    """Return the message that there are too many series."""
    return message("over_time.too_many", most=MAX_SERIES, series=series)


TOP: Final = 5  # the number of facet values that become series


COLUMNS: Final = ("series", *Point._fields[:-2])
OF_WORDS: Final = Point._fields[-2:]  # further columns if occurrences are counted


class Series(NamedTuple):
    """The counts of a query over time.

    Attributes:
        label: The query, or the label of a facet value.
        value: The facet value, or ``None`` if the series is a query.
        results: The results whose matches are counted.
        undated: The number of matches without a date, even an estimated one; no period counts them.
        points: A point for each period, oldest first. All series have the same periods: those of the date
            filter. If it has no start, they begin with the first match; if it has no end, they end with the
            last one.
    """

    label: str
    value: str | None
    results: Results
    undated: int
    points: tuple[Point, ...]

    def read(self) -> dict[str, Any]:
        """Return the number of matches, and how the query was interpreted, for JSON."""
        return {"totals": self.results.total, "undated": self.undated, **reading_record(self.results)}

    def to_records(self) -> Iterator[dict[str, Any]]:
        """Yield a flat record for each period."""
        for point in self.points:
            record = {"series": self.label, **point._asdict(), "expected": round(point.expected, 3)}
            for name, digits in (("share", 6), ("per_million", 3)):
                if record[name] is not None:
                    record[name] = round(record[name], digits)
            if point.occurrences is None:
                for name in OF_WORDS:
                    del record[name]
            yield record


def over_time(  # noqa: PLR0913 - one argument per option
    searcher: BaseSearcher,
    query: str | None,
    *,
    versus: Sequence[str] = (),
    by: Step = "year",
    facet: str | None = None,
    per_million: bool = False,
    **options: Unpack[QueryArguments],
) -> list[Series]:
    """Count the matches of one or several queries over time.

    Args:
        searcher: The open searcher.
        query: The query, as for :meth:`searcher.Searcher.search`, but never relaxed to a similar query.
            ``None`` for all items.
        versus: Other queries under the same filters, each of which adds a series.
        by: ``year``, ``month`` or ``week``.
        facet: ``country``, ``language`` or a field. If given, the series are not queries: each frequent value
            of the facet, or each value that ``options`` selects, becomes a series.
        per_million: Whether to also count occurrences, in total and per million words. For this, the texts of
            all matches are read.
        options: The filters and query options of :meth:`searcher.Searcher.search`, with ``all_words=True`` by
            default. ``estimated`` decides whether a date filter includes estimated dates.

    Raises:
        QueryError, TypeError: An argument is invalid, or there are too many periods or series.
    """
    check_searcher(searcher)
    check_choice("by", by, STEPS)
    options.setdefault("all_words", True)
    if isinstance(versus, str) or not isinstance(versus, Iterable):
        raise TypeError(f"versus must be a list of queries, not {type_name(versus)}")
    requested = _requested_series(searcher, query, versus, facet, options)
    words = _words_of_archive(searcher, by) if per_million else {}
    counted = [
        (label, value, *_count(searcher, one, by, given, per_million=per_million))
        for label, value, one, given in requested
    ]
    reached = {period for _, _, _, counts, _ in counted for period in counts.high}
    periods = _periods(reached, request_for_all(None, "oldest", options).filters, by)
    dated, most = _count_archive(searcher, by) if by != "week" else ({}, {})
    return [
        Series(
            label,
            value,
            results,
            undated,
            tuple([counts.point(one, by, dated, most, words) for one in periods]),
        )
        for label, value, results, counts, undated in counted
    ]


def _requested_series(
    searcher: BaseSearcher,
    query: str | None,
    versus: Sequence[str],
    facet: str | None,
    options: QueryArguments,
) -> list[tuple[str, str | None, str | None, dict[str, Any]]]:
    """Return the label, the facet value, the query and the options of each series.

    The facet value is ``None`` if no facet is given. The query is ``None`` for all items.

    Raises:
        QueryError: There are too many series, or a query is given twice.
    """
    requested: list[tuple[str, str | None, str | None, dict[str, Any]]] = [
        (one if one is not None else EVERYTHING, None, one, dict(options)) for one in (query, *versus)
    ]
    if facet is not None:
        check_text("facet", facet)
        facet = facet_name(facet)
        if versus:
            raise QueryError(facet_conflict("versus"))
        requested = [
            (label, value, query, dict(options) | only)
            for label, value, only in _values(searcher, query, facet, options)
        ]
    times = Counter(versus if query is None else (query, *versus))
    if twice := [one for one, count in times.items() if count > 1]:
        raise QueryError(message("over_time.repeated_question", twice=twice[0]))
    if len(requested) > MAX_SERIES:
        raise QueryError(too_many_series(len(requested)))
    return requested


def _periods(reached: set[str], filters: Filters, by: str) -> list[str]:
    """Return all periods from the start to the end of the date filter.

    If the filter has no start or no end, the first or the last match replaces it.
    """
    days = [day for day in (filters.first_day, filters.last_day) if day is not None]
    ends = [period_of(date.fromordinal(day), by)[0] for day in days]
    return periods_between(sorted({*reached, *ends} if reached or len(ends) == 2 else ()), by)


def _count(
    searcher: BaseSearcher, query: str | None, by: str, options: dict[str, Any], *, per_million: bool
) -> tuple[Results, PeriodCounts, int]:
    """Count the matches of a query by period.

    ``per_million`` is whether to count occurrences, too.

    Returns:
        The results, the counts, and the number of matches without a date.
    """
    request = request_for_all(query, "oldest", options)

    def read(engine: Engine, hits: EveryHit, results: Results) -> tuple[Results, PeriodCounts, int]:
        counts, undated = PeriodCounts(request.filters, by), 0
        for days, count in add_checkpoints(engine.day_counts(hits.documents).items()):
            if days is None:
                undated = count
            else:
                counts.add(days, count)
        if per_million:
            if results.total and not may_match(results):
                raise QueryError(message("over_time.no_words_in_query"))
            counts.occurrences = Counter()
            for passage, _, found in matches_in_passages(engine, results):
                counts.add_occurrences(days_of_date(read_day(passage.record["date"])), len(found))
        return results, counts, undated

    return read_matches(searcher, request, read)


def _words_of_archive(searcher: BaseSearcher, by: str) -> Counter[str]:
    """Count the words of all texts by period.

    A text whose date overlaps several periods counts in each of them.
    """
    words: Counter[str] = Counter()
    for (start, end, _), count in searcher.ask(lambda answerer: answerer.engine.words_by_days()).items():
        for period, _ in overlapping_periods(date.fromordinal(start), date.fromordinal(end), by):
            words[period] += count
    return words


def _values(
    searcher: BaseSearcher, query: str | None, facet: str, options: QueryArguments
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the most frequent values of a facet, each with the options that select it.

    Yields:
        The label, the value, and the options.
    """
    values = _count_values(searcher, query, facet, options)[0][:TOP]
    times = Counter(value.label for value in values)
    for value in values:
        # Two concepts of a thesaurus may have the same label.
        label = value.label if times[value.label] == 1 else f"{value.label} ({value.value})"
        if facet == "country":
            yield label, value.value, {"countries": [value.value]}
        elif facet == "language":
            yield label, value.value, {"languages": [value.value]}
        else:
            yield label, value.value, {"where": {**(options.get("where") or {}), facet: [value.value]}}


def count_items_to_read(
    searcher: BaseSearcher, query: str | None, facet: str, **options: Unpack[QueryArguments]
) -> int:
    """Return how many items must be read to build the series of a facet.

    An item counts once for each of its values.
    """
    return sum(value.count for value in _count_values(searcher, query, facet, options)[0][:TOP])


def count_left_out(
    searcher: BaseSearcher, query: str | None, facet: str, **options: Unpack[QueryArguments]
) -> tuple[int, int]:
    """Return how many facet values have no series, and how many matches have no value."""
    values, without = _count_values(searcher, query, facet, options)
    return max(len(values) - TOP, 0), without


def _count_values(
    searcher: BaseSearcher, query: str | None, facet: str, options: QueryArguments
) -> tuple[list[FacetValue], int]:
    """Return the values of a facet with matches, and the number of matches without a value.

    With a filter by this facet, only the selected values are returned, because the counts of other values
    ignore the filter.
    """
    facet = facet_name(facet)
    if facet in PERIODS:
        raise QueryError(message("over_time.no_periods"))
    options = {"all_words": True, **options}
    results = searcher.search(query, limit=0, facets=(facet,), group=False, **options)
    values = results.facets[facet]
    chosen = [value for value in values if value.selected] or values
    counted = [value for value in chosen if value.count and results.relaxed is None]
    without = sum(value.count for value in counted if value.value == UNKNOWN)
    return [value for value in counted if value.value != UNKNOWN], without


def _count_archive(searcher: BaseSearcher, by: str) -> tuple[dict[str, int], dict[str, int]]:
    """Count all items of the archive by period."""
    counts = [
        searcher.search(None, limit=0, facets=(by,), group=False, estimated=estimated).facets[by]
        for estimated in (False, True)
    ]
    dated, most = ({value.value: value.count for value in values} for values in counts)
    return dated, most
