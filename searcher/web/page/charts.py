"""Draw charts of counts by time and by country as SVG, each with a table of the counts.

A period has two counts: the items dated in it, and these plus all items whose estimated date may be in it.
Both are facet counts of the same query, without and with estimated dates, so every engine supports them. The
command ``timeline`` instead reads the days of all matches (:mod:`searcher.reading.over_time`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from math import log10
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.periods import parse_interval
from searcher.web.page.messages import reader_of
from searcher.web.responses import static_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from searcher.facet_values import FacetValue
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.page.links import Links
    from searcher.web.page.messages import Reader
    from searcher.web.page.page_frame import Page
    from searcher.web.parameters import SearchParams


WIDTH, HEIGHT = 720, 120  # timeline size in drawing units; HEIGHT is the highest bar
WIDEST = 60  # units: the maximum width of a bar
MAX_NARROW_LABELS: Final = 5  # timeline labels that fit on a narrow screen
SHADES: Final = 4  # shades of a map
MAX_RANKED: Final = 8  # countries of the bar chart
HATCH: Final = (
    '<defs><pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" class="hb"/><rect width="2" height="5" class="hf"/></pattern></defs>'
)


Drawing = dict[str, Any]  # the variables of a template


def draw_years(results: Results, page: Page, links: Links | None) -> tuple[Drawing | None, Drawing | None]:
    """Return the charts of results by year and by month.

    Both are ``None`` if no match has a date. The chart by month is ``None`` if the matches are of many years.
    """
    params, reader = page.params, page.reader
    years, months = chart_counts(page.searcher, results, params.q, params.narrowing())
    if not years.periods:
        return None, None
    chosen = chosen_periods(params)
    stem = links.stem(from_=None, to=None) if links else ""
    pivot = params.from_ if links and params.from_ and params.from_ == params.to else ""
    monthly = months and _chart(months, reader, chosen, stem, pivot)
    return _chart(years, reader, chosen, stem, pivot), monthly


def chosen_periods(params: SearchParams) -> tuple[str, str] | None:
    """Return the first and the last day of the date filter, in ISO 8601.

    Return ``None`` if there is no date filter, or if it is invalid.
    """
    if not (params.from_ or params.to):
        return None
    try:
        first, last = parse_interval(params.from_, params.to)
    except QueryError:
        return None
    first, last = first or 1, last or date.max.toordinal()
    return date.fromordinal(first).isoformat(), date.fromordinal(last).isoformat()


def _chart(
    timeline: ChartCounts, reader: Reader, chosen: tuple[str, str] | None, stem: str, pivot: str
) -> Drawing:
    """Return a chart of counts over time, with notes for the reader."""
    monthly = len(timeline.periods[0].value) == 7
    pivot = pivot if pivot in {period.value for period in timeline.periods} else ""
    rows = (
        (
            is_outside(value, chosen),
            Markup(f"{stem}from={value}&to={value}" if stem else ""),  # noqa: S704 - of Links
            *(reader.month(value), reader.column_number(dated), reader.column_number(most)),
        )
        for value, dated, most in timeline.periods
        if most or monthly
    )
    notes = () if monthly else (("timeline_note", timeline.estimated), ("undated_note", timeline.undated))
    note = Markup(" ").join([reader.many(key, n) for key, n in notes if n])
    if not timeline.whole:
        note += " " + reader.say("gaps")
    return {
        "title": reader.say("when_months" if monthly else "when_caption"),
        "note": note,
        "hint": reader.say("range_hint") if pivot else "",
        "highest": reader.number(timeline.highest),
        "bars": _bars(timeline, reader, chosen, stem, pivot),
        "axis": axis(tuple([period.value for period in timeline.periods]), reader.language),
        "rows": rows,
        "legend": any(most > dated for _, dated, most in timeline.periods),
    }


def _bars(
    timeline: ChartCounts, reader: Reader, chosen: tuple[str, str] | None, stem: str, pivot: str
) -> Markup:
    """Draw bars for counts over time: solid for stated dates, hatched for estimated ones.

    All bars of one style are one SVG path. The chart of years defines the hatching for all charts of the
    page.

    Args:
        timeline: The counts of the periods.
        reader: The reader, whose language decides labels and numbers.
        chosen: The first and the last day of the date filter, or ``None`` without a date filter.
        stem: The beginning of the link of each bar, which selects its period. Empty for bars without links.
        pivot: The selected period if only one is selected, otherwise empty. With it, each bar links to the
            interval between its own period and the selected one.
    """
    highest = timeline.highest or 1
    across = WIDTH / max(len(timeline.periods), 1)
    wide = min(max(across * 0.84, across - 4), WIDEST)
    areas = [] if len(timeline.periods[0].value) == 7 else [HATCH]
    drawn: defaultdict[str, str] = defaultdict(str)
    for at, (value, dated, most) in enumerate(timeline.periods):
        x, solid, whole = at * across, HEIGHT * dated / highest, HEIGHT * most / highest
        first, last = sorted((value, pivot or value))
        label = f"{reader.month(value)}: {reader.number(dated)}"
        if first != last:
            label = _interval_label(timeline, first, last, reader)
        elif most > dated:
            label += f" + {reader.many('maybe_n', most - dated)}"
        area = f"<title>{label}</title>"
        area += f'<path d="M{x:.4g} 0h{across:.4g}v{HEIGHT}h-{across:.4g}"/>'
        link = f'<a href="{stem}from={first}&to={last}" tabindex="-1">{area}</a>'
        areas.append(link if stem and most else f"<g>{area}</g>")
        out = " out" if is_outside(value, chosen) else ""
        for style, top, height in (("may", whole, whole - solid), ("is", solid, solid)):
            if height > 0:
                box = f"M{x:.4g} {HEIGHT - top:.4g}h{wide:.4g}v{height:.4g}h-{wide:.4g}z"
                drawn[style + out] += box
    shapes = [f'<path class="{style}" d="{path}"/>' for style, path in drawn.items()]
    line = f'<path d="M0 {HEIGHT - 0.5}h{WIDTH}" class="axis"/>'
    return Markup("".join([*areas, *shapes, line]))  # noqa: S704 - numbers, periods and sentences


def _interval_label(timeline: ChartCounts, first: str, last: str, reader: Reader) -> str:
    """Return the label of a bar that selects an interval of several periods."""
    dated = sum(period.dated for period in timeline.periods if first <= period.value <= last)
    return f"{reader.month(first)} – {reader.month(last)}: {reader.number(dated)}"


def is_outside(value: str, chosen: tuple[str, str] | None) -> bool:
    """Return whether a period is outside the date filter."""
    return chosen is not None and not chosen[0][: len(value)] <= value <= chosen[1][: len(value)]


@lru_cache(1 << 8)
def axis(periods: tuple[str, ...], language: str) -> Markup:
    """Return the labels of years or months below a chart."""
    if len(periods[0]) == 7:
        every = 1 if len(periods) <= 12 else 3
        first = 0
        named = [reader_of(language).month(value)[: None if every > 1 else -5] for value in periods]
    else:
        every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000, 10_000) if len(periods) <= 14 * step)
        first = -int(periods[0]) % every if every > 1 else 0
        named = list(periods)
    labels = []
    many = len(periods) > MAX_NARROW_LABELS * every
    for at, name in enumerate(named):
        sparse = ' class="s"' if many and (at - first) // every % 3 else ""
        labels.append(f"<span{sparse}>{name if at % every == first % every else ''}</span>")
    return Markup("".join(labels))  # noqa: S704 - periods


def draw_countries(
    counted: Sequence[FacetValue], links: Links | None, reader: Reader, file: str, most: int = MAX_RANKED
) -> Drawing | None:
    """Return the map and the bars of the country facet, or None without countries.

    Args:
        counted: The countries with their counts.
        links: The builder of links, or ``None`` for a drawing without links.
        reader: The reader, whose language decides names and numbers.
        file: The URL of the map's outlines, or empty to include the outlines in the drawing.
        most: The maximum number of countries that have a bar, and also a name and a link on a map with links.
    """
    values = reader.sort_values("country", counted)
    values = [value for value in values if value.value != UNKNOWN and value.count]
    if not values:
        return None
    link = links.stem() if links else ""
    highest = max(value.count for value in values)
    drawn = () if file else [one for one in outlines().values() if "a" not in one]
    land = "".join([f'<path d="{one}" class="land"/>' for one in drawn])
    first = sorted(values, key=lambda value: not value.selected)[:most]
    rank = [
        (
            Markup("" if value.selected or not link else f"{link}country={escape(value.value)}"),  # noqa: S704 - escaped
            reader.country(value.value),
            round(100 * value.count / highest, 1),
            reader.column_number(value.count),
            value.selected,
        )
        for value in first
    ]
    return {
        "note": reader.many("countries_note", len(values)),
        "land": Markup(land or f'<use href="{file}#land" class="land"/>'),  # noqa: S704 - trusted text
        "map": _world(values, reader, file, link, most),
        "rank": rank,
        "steps": _steps(values, reader),
    }


def shade(number: int, highest: int) -> int:
    """Return the shade for a count on the map, from 1 to SHADES.

    The scale is logarithmic. ``highest`` is the highest count.
    """
    return SHADES if number >= highest else 1 + int(SHADES * log10(number) / log10(highest) + 1e-9)


def _steps(values: Iterable[FacetValue], reader: Reader) -> list[tuple[int, str]]:
    """Return the legend of the map: each shade with its range of counts."""
    counts = sorted({value.count for value in values})
    shaded = groupby(counts, lambda number: shade(number, counts[-1]))
    ranges = [(one, [reader.number(number) for number in numbers]) for one, numbers in shaded]
    return [(one, "–".join(dict.fromkeys((numbers[0], numbers[-1])))) for one, numbers in ranges]


def _world(values: Sequence[FacetValue], reader: Reader, file: str, link: str, most: int) -> Markup:
    """Draw the map of the countries in a facet.

    Args:
        values: The countries with their counts, the highest count first.
        reader: The reader, whose language decides names and numbers.
        file: The URL of the map's outlines, or empty to include the outlines in the drawing.
        link: The beginning of the link that selects a country, to which its code is added. Empty for a map
            without links.
        most: The number of countries that have a name and a link on a map with links.
    """
    highest = max([value.count for value in values], default=1)
    shown = [value for value in values if value.value in outlines()]
    pieces = []
    for wanted, group in groupby(enumerate(shown), lambda pair: shade(pair[1].count, highest)):
        drawn = [_country(one, reader, file, link, named=not link or at < most) for at, one in group]
        pieces.append(f'<g class="m{wanted}">{"".join(drawn)}</g>')
    return Markup("".join(pieces))  # noqa: S704 - all escaped


def _country(value: FacetValue, reader: Reader, file: str, link: str, *, named: bool) -> str:
    """Draw a country on the map, with its name and a link."""
    code, kind = value.value, ' class="sel"' if value.selected else ""
    drawn, attributes = ("use", f'href="{file}#{code}"') if file else ("path", f'd="{outlines()[code]}"')
    if not named and not value.selected:
        return f"<{drawn} {attributes}/>"
    title = f"<title>{escape(reader.country(code))}: {reader.number(value.count)}</title>"
    shape = f"<{drawn} {attributes}{kind}>{title}</{drawn}>"
    return (
        f'<a tabindex="-1" href="{link}country={code}">{shape}</a>' if link and not value.selected else shape
    )


@cache
def outlines() -> dict[str, str]:
    """Return the outlines of countries as SVG paths, by code."""
    lines = [
        line.split('"')
        for line in static_files()["world.svg"].content.decode().split("\n")
        if line.startswith("<path")
    ]
    return {line[1]: line[3] for line in lines if line[1] != "land"}


MAX_PERIODS: Final = 300  # maximum number of years to include those without matches
SHORT: Final = 2  # maximum number of years to also count months


class Period(NamedTuple):
    """The counts of a year or a month.

    Attributes:
        value: ``2018`` or ``2018-03``.
        dated: The number of items dated in the period.
        most: ``dated``, plus the number of items with an estimated date that may be in the period.
    """

    value: str
    dated: int
    most: int


class ChartCounts(NamedTuple):
    """The counts of a query over time, ignoring its date filter.

    Attributes:
        periods: The periods, oldest first.
        whole: Whether all periods between the first and the last are included.
        estimated: The number of matching items with an estimated date.
        undated: The number of matching items without a date, stated or estimated.
    """

    periods: tuple[Period, ...]
    whole: bool
    estimated: int
    undated: int

    @property
    def highest(self) -> int:
        """The highest count of a period."""
        return max([period.most for period in self.periods], default=0)


def chart_counts(
    searcher: Searcher, results: Results, query: str | None, options: Mapping[str, Any]
) -> tuple[ChartCounts, ChartCounts | None]:
    """Count the matches of a query by year and, for few years, by month.

    Args:
        searcher: The open searcher.
        results: The results of the query, with the facet ``year``.
        query: The query.
        options: The filters and query options.

    Returns:
        The counts by year, and the counts by month, or ``None`` in place of the latter for many years.
    """
    if results.relaxed is not None:
        query, options = results.relaxed, {**options, "via": ()}
    estimated = bool(options.get("estimated"))
    own = other = results.facets

    def counted(facet: str, *, estimated: bool) -> dict[str, list[FacetValue]]:
        # Keeps the date filter, so that the months of a selected year are counted.
        params = {**options, "estimated": estimated}
        return searcher.search(query, limit=0, facets=(facet,), group=False, **params).facets

    if estimated or any(value.value == UNKNOWN for value in own["year"]):
        other = counted("year", estimated=not estimated)
    without, having = (other, own) if estimated else (own, other)
    years = _timeline(without["year"], having["year"])
    chosen = [int(value.value) for value in having["year"] if value.selected and value.value != UNKNOWN]
    if "month" in own and chosen and other is own:
        return years, _timeline(own["month"], own["month"], _months(chosen[0], chosen[0]))
    if not chosen and years.whole and not (options.get("date_from") or options.get("date_to")):
        chosen = [int(period.value) for period in years.periods]
    if not chosen or max(chosen) - min(chosen) >= SHORT:
        return years, None
    without = having = counted("month", estimated=False)
    if other is not own:  # some items have estimated dates
        having = counted("month", estimated=True)
    return years, _timeline(without["month"], having["month"], _months(min(chosen), max(chosen)))


def _timeline(
    stated: list[FacetValue], with_estimated: list[FacetValue], months: Sequence[str] = ()
) -> ChartCounts:
    """Combine facet counts without and with estimated dates into counts of a chart."""
    dated, most = ({value.value: value.count for value in values} for values in (stated, with_estimated))
    left, undated = dated.pop(UNKNOWN, 0), most.pop(UNKNOWN, 0)
    shown = months or _years(sorted(dated.keys() | most.keys()))
    periods = tuple([Period(value, dated.get(value, 0), most.get(value, 0)) for value in shown])
    whole = not shown or int(shown[-1][:4]) - int(shown[0][:4]) < len(shown)
    return ChartCounts(periods, whole, max(left - undated, 0), undated)


def _years(counted: list[str]) -> list[str]:
    """Return all years from first to last, or only those with items if these are too many."""
    if not counted or int(counted[-1]) - int(counted[0]) >= MAX_PERIODS:
        return counted
    return [f"{year:04d}" for year in range(int(counted[0]), int(counted[-1]) + 1)]


def _months(first: int, last: int) -> list[str]:
    return [f"{year:04d}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]
