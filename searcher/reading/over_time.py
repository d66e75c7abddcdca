"""Counts over time: of one or several questions side by side, with bounds where dates are only estimated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import checked
from indexer.errors import QueryError, type_name
from indexer.named_tuple import NamedTuple
from indexer.schema import UNKNOWN
from searcher.arguments import check_text, facet_name
from searcher.every_hit import EveryHit
from searcher.reading.all_matches import check_searcher, how_read, question_of_all
from searcher.reading.calendar_periods import STEPS, all_between, period_of
from searcher.reading.period_counts import KnownDays, PeriodCounts, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Unpack

    from searcher.answer import Answerer
    from searcher.engine import Filters
    from searcher.narrowing import Narrowing
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.shown import FacetValue

MOST_SERIES: Final = 12
EVERYTHING: Final = "everything"  # what a series without a question is called
PERIODS: Final = frozenset(STEPS)
NO_PERIODS: Final = "a timeline is parted by no period; --by says how long its periods are"
NO_SHARES: Final = "a week has no share of the archive; ask for shares by year or by month"
ONE_PARTED: Final = "a facet parts one question; leave {} or {} out"
TOO_MANY: Final = f"at most {MOST_SERIES} series stand side by side, not {{}}"
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
    if by not in STEPS:
        raise QueryError(f"nothing is counted by “{by}”; use {', '.join(STEPS[:-1])} or {STEPS[-1]}")
    if isinstance(versus, str) or not isinstance(versus, Iterable):
        raise TypeError(f"versus is a list of questions, not {type_name(versus)}")
    asked: list[tuple[str, str | None, str | None, dict[str, Any]]] = [
        (one if one is not None else EVERYTHING, None, one, dict(narrowed)) for one in (query, *versus)
    ]
    if facet is not None:
        check_text("facet", facet)
        facet = facet_name(facet)
        if versus:
            raise QueryError(ONE_PARTED.format("--vs", "--facet"))
        asked = [
            (label, value, query, dict(narrowed) | only)
            for label, value, only in _values(searcher, query, facet, narrowed)
        ]
    times = Counter(versus if query is None else (query, *versus))
    if twice := [one for one, count in times.items() if count > 1]:
        raise QueryError(f"“{twice[0]}” is asked twice; a question stands beside others once")
    if len(asked) > MOST_SERIES:
        raise QueryError(TOO_MANY.format(len(asked)))
    known = KnownDays()  # an item may be in several series
    counted = [(label, value, *_count(searcher, one, by, given, known)) for label, value, one, given in asked]
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
    searcher: Searcher, query: str | None, by: str, narrowed: dict[str, Any], known: KnownDays
) -> tuple[Results, PeriodCounts, int]:
    """Count all matches of a question; return its answer, the counts, and how many have no date."""
    question = question_of_all(query, "oldest", narrowed)

    def read(answerer: Answerer) -> tuple[Results, PeriodCounts, int]:
        results = answerer.matches(question)
        assert isinstance(results.hits, EveryHit)
        counts, undated = PeriodCounts(question.filters, by), 0
        for days in checked(known.of(answerer.engine, results.hits.documents)):
            if days is None:
                undated += 1
            else:
                counts.add(*days)
        return results, counts, undated

    return searcher.ask(read)


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
