"""The charts of a page: counts over time and by country, with tables of the same numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from indexer.errors import QueryError
from indexer.schema import UNKNOWN
from searcher.periods import parse_interval
from searcher.web.page import charts
from searcher.web.page.charts import ChartCounts, chart_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.facet_values import FacetValue
    from searcher.results import Results
    from searcher.web.page.links import Links
    from searcher.web.page.messages import Reader
    from searcher.web.page.page_frame import Page
    from searcher.web.parameters import SearchParams


MAX_RANKED: Final = 8  # countries of the bar chart


Drawing = dict[str, Any]  # the variables of a template


def charts_of(results: Results, page: Page, links: Links | None) -> tuple[Drawing | None, Drawing | None]:
    """Return the charts over time of results, by year and, if shown, by month; None without dates."""
    params, reader = page.params, page.reader
    years, months = chart_counts(page.searcher, results, params.q, params.narrowing())
    if not years.periods:
        return None, None
    chosen = chosen_periods(params)
    target = links.dates() if links else ""
    pivot = params.from_ if links and params.from_ and params.from_ == params.to else ""
    monthly = months and _chart(months, reader, chosen, target, pivot)
    return _chart(years, reader, chosen, target, pivot), monthly


def chosen_periods(params: SearchParams) -> tuple[str, str] | None:
    """Return the first and the last day of the date filter; None without one."""
    if not (params.from_ or params.to):
        return None
    try:
        first, last = parse_interval(params.from_, params.to)
    except QueryError:
        return None
    first, last = first or 1, last or date.max.toordinal()
    return date.fromordinal(first).isoformat(), date.fromordinal(last).isoformat()


def _chart(
    timeline: ChartCounts, reader: Reader, chosen: tuple[str, str] | None, target: str, pivot: str
) -> Drawing:
    """Return a timeline: ``note`` is on items that are not in it, ``hint`` on selecting several periods."""
    monthly = len(timeline.periods[0].value) == 7
    pivot = pivot if pivot in {period.value for period in timeline.periods} else ""
    legend = any(most > dated for _, dated, most in timeline.periods)
    shown = [period for period in timeline.periods if period.most or monthly]
    rows = [
        (
            charts.is_outside(value, chosen),
            Markup(target.replace("@", value).replace("~", value)),  # noqa: S704 - of Links
            *(reader.month(value), reader.counted(dated), reader.counted(most)),
        )
        for value, dated, most in shown
    ]
    notes = () if monthly else (("timeline_note", timeline.estimated), ("undated_note", timeline.undated))
    note = Markup(" ").join([reader.many(key, n) for key, n in notes if n])
    if not timeline.whole:
        note += " " + reader.say("gaps")
    return {
        "title": reader.say("when_months" if monthly else "when_caption"),
        "note": note,
        "hint": reader.say("range_hint") if pivot else "",
        "highest": reader.number(timeline.highest),
        "bars": charts.bars(timeline, reader, chosen, target, pivot=pivot, hatch=not monthly),
        "axis": charts.axis(tuple([period.value for period in timeline.periods]), reader.language),
        "rows": rows,
        "legend": legend,
    }


def places_of(
    counted: Sequence[FacetValue], links: Links | None, reader: Reader, file: str, most: int = MAX_RANKED
) -> Drawing | None:
    """Return the map and the bar chart of the country facet, with links if given; None if there are none.

    ``file`` is the address of the map; empty to include the outlines in the drawing. At most some countries
    have a bar and, on a map with links, a name and a link.
    """
    values = reader.ranked("country", counted)
    values = [value for value in values if value.value != UNKNOWN and value.count]
    if not values:
        return None
    link = links.stem() if links else ""
    highest = max(value.count for value in values)
    outlines = () if file else [one for one in charts.outlines().values() if "a" not in one]
    land = "".join([f'<path d="{one}" class="land"/>' for one in outlines])
    first = sorted(values, key=lambda value: not value.selected)[:most]
    rank = "".join([_ranked(value, highest, link, reader) for value in first])
    return {
        "note": reader.many("countries_note", len(values)),
        "land": Markup(land or f'<use href="{file}#land" class="land"/>'),  # noqa: S704 - trusted text
        "map": charts.world(values, reader, file, link, most),
        "rank": Markup(rank),  # noqa: S704 - escaped there
        "steps": charts.steps(values, reader),
    }


def _ranked(value: FacetValue, highest: int, link: str, reader: Reader) -> str:
    name = str(escape(reader.country(value.value)))
    if link and not value.selected:
        name = f'<a href="{link}country={escape(value.value)}">{name}</a>'
    width = round(100 * value.count / highest, 1)
    chosen = ' class="sel"' if value.selected else ""
    return (
        f'<li{chosen}><span>{name}</span><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true">'
        f'<rect class="is" width="{width}" height="10"/></svg><b>{reader.counted(value.count)}</b>'
    )
