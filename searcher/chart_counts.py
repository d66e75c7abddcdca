"""What the charts of a page count over time, keeping apart what is dated and what is only estimated.

A period has two bounds: the items that are dated in it, and these with all whose estimated interval reaches
it. Both are facets of the same question, without estimated dates and with them, so that every engine counts
them. The command ``timeline`` reads the days of all matches instead: :mod:`searcher.reading.over_time`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.named_tuple import NamedTuple
from indexer.schema import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.shown import FacetValue

MOST_PERIODS: Final = 300  # years of which those without a match are periods too
SHORT: Final = 2  # years whose months are counted too


class Period(NamedTuple):
    """A year or a month.

    Attributes:
        value: ``2018`` or ``2018-03``.
        dated: The items that are dated in it.
        most: These and the estimated ones that may lie in it; an item counts in each period that it reaches.
    """

    value: str
    dated: int
    most: int


class ChartCounts(NamedTuple):
    """The counts over time of all matches of a question, as if it were not narrowed by date.

    Attributes:
        periods: The oldest first.
        whole: Whether periods without a match are among them.
        estimated: Items whose date is an estimated interval.
        undated: Items without any date.
    """

    periods: tuple[Period, ...]
    whole: bool
    estimated: int
    undated: int

    @property
    def highest(self) -> int:
        """The most that any period may hold."""
        return max([period.most for period in self.periods], default=0)


def chart_counts(
    searcher: Searcher, results: Results, query: str | None, narrowed: Mapping[str, Any]
) -> tuple[ChartCounts, ChartCounts | None]:
    """Count the matches of a question by year; by month too, where a year is chosen or there are few.

    Args:
        searcher: What answered the question.
        results: The answer, with the facet ``year``.
        query: The query.
        narrowed: What :meth:`searcher.Searcher.search` takes to narrow it and to read its query.
    """
    if results.relaxed is not None:
        query, narrowed = results.relaxed, {**narrowed, "via": ()}
    estimated = bool(narrowed.get("estimated"))
    own = other = results.facets

    def counted(facet: str, *, estimated: bool) -> dict[str, list[FacetValue]]:
        asked = {**narrowed, "estimated": estimated}  # dates too, so that months are those of a chosen year
        return searcher.search(query, limit=0, facets=(facet,), group=False, **asked).facets

    if estimated or any(value.value == UNKNOWN for value in own["year"]):
        other = counted("year", estimated=not estimated)
    without, having = (other, own) if estimated else (own, other)
    years = _timeline(without["year"], having["year"], _years)
    chosen = [int(value.value) for value in having["year"] if value.selected and value.value != UNKNOWN]
    if "month" in own and chosen:
        return years, _timeline(without["month"], having["month"], _months(chosen[0], chosen[0]))
    if not chosen and years.whole and not (narrowed.get("date_from") or narrowed.get("date_to")):
        chosen = [int(period.value) for period in years.periods]
    if not chosen or max(chosen) - min(chosen) >= SHORT:
        return years, None
    without = having = counted("month", estimated=False)
    if other is not own:  # something has no date, or an estimated one
        having = counted("month", estimated=True)
    return years, _timeline(without["month"], having["month"], _months(min(chosen), max(chosen)))


def _timeline(
    without: list[FacetValue], having: list[FacetValue], named: Callable[[list[str]], list[str]]
) -> ChartCounts:
    """Join the counts without estimated dates and with them.

    Args:
        without: The values of a facet where estimated dates do not count.
        having: Those where they do.
        named: Gives the periods to show, of those that are counted, ascending.
    """
    dated, most = ({value.value: value.count for value in values} for values in (without, having))
    left, undated = dated.pop(UNKNOWN, 0), most.pop(UNKNOWN, 0)
    counted = sorted(dated.keys() | most.keys())
    shown = named(counted)
    periods = tuple([Period(value, dated.get(value, 0), most.get(value, 0)) for value in shown])
    return ChartCounts(periods, _is_whole(shown), max(left - undated, 0), undated)


def _years(counted: list[str]) -> list[str]:
    if not counted or int(counted[-1]) - int(counted[0]) >= MOST_PERIODS:
        return counted
    return [f"{year:04d}" for year in range(int(counted[0]), int(counted[-1]) + 1)]


def _months(first: int, last: int) -> Callable[[list[str]], list[str]]:
    return lambda _: [f"{year:04d}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]


def _is_whole(periods: list[str]) -> bool:
    return not periods or int(periods[-1][:4]) - int(periods[0][:4]) < len(periods)
