"""Charts in SVG: counts over time and a map, each with a table of the same counts.

The attributes of a drawing are its colours where it stands by itself; a style sheet overrules them.

What the charts of a page count over time, keeping apart what is dated and what is only estimated.

A period has two bounds: the items that are dated in it, and these with all whose estimated interval reaches
it. Both are facets of the same question, without estimated dates and with them, so that every engine counts
them. The command ``timeline`` reads the days of all matches instead
(:mod:`searcher.reading.over_time`).
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import log10
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.web.page.messages import reader_of
from searcher.web.responses import static_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.facet_values import FacetValue
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.page.messages import Reader


WIDTH, HEIGHT = 720, 120  # units of the drawing of a timeline; its highest bar is as high
WIDEST = 60  # units of a bar: a single one is no wall
MAX_NARROW_LABELS: Final = 5  # labels of a timeline that have room beside each other where it is narrow
SHADES: Final = 5  # of a map
INK: Final = "#0b5d66"
HATCH: Final = (
    '<pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#e3efef" class="hb"/>'
    f'<rect width="2" height="5" fill="{INK}" class="hf"/></pattern>'
)


def bars(
    timeline: ChartCounts, reader: Reader, chosen: tuple[str, str] | None, target: str, *, hatch: bool = True
) -> Markup:
    """Draw a timeline: a solid bar for what is dated, and what may lie there besides hatched above it.

    Args:
        timeline: The counts.
        reader: Who reads it.
        chosen: The first and the last period that the question is narrowed to.
        target: The link of a period, for which ``@`` stands; empty for none.
        hatch: Whether the hatching is defined here: once on a page, for all its drawings.
    """
    highest = timeline.highest or 1
    across = WIDTH / max(len(timeline.periods), 1)
    wide = min(max(across * 0.84, across - 4), WIDEST)
    parts = []
    for at, (value, dated, most) in enumerate(timeline.periods):
        x, solid, whole = at * across, HEIGHT * dated / highest, HEIGHT * most / highest
        drawn = f'<rect x="{x:.1f}" y="0" width="{across:.1f}" height="{HEIGHT}" fill="none" class="hit"/>'
        if most > dated:
            drawn += (
                f'<rect x="{x:.1f}" y="{HEIGHT - whole:.1f}" width="{wide:.1f}" height="{whole - solid:.1f}" '
                f'fill="url(#h)" stroke="{INK}" stroke-width=".6" class="may"/>'
            )
        if dated:
            drawn += (
                f'<rect x="{x:.1f}" y="{HEIGHT - solid:.1f}" width="{wide:.1f}" height="{solid:.1f}" '
                f'fill="{INK}" class="is"/>'
            )
        label = f"{reader.month(value)}: {reader.number(dated)}"
        if most > dated:
            label += f" + {reader.many('maybe_n', most - dated)}"
        drawn = f"<title>{label}</title>{drawn}"
        kind = ' class="out"' if is_outside(value, chosen) else ""
        if target and most:
            drawn = f'<a href="{target.replace("@", value)}" tabindex="-1"{kind}>{drawn}</a>'
        else:
            drawn = f"<g{kind}>{drawn}</g>"
        parts.append(drawn)
    line = f'<path d="M0 {HEIGHT - 0.5}h{WIDTH}" stroke="#888" class="axis"/>'
    defined = f"<defs>{HATCH}</defs>" if hatch else ""
    return Markup(f"{defined}{''.join(parts)}{line}")  # noqa: S704 - numbers, periods and sentences


def is_outside(value: str, chosen: tuple[str, str] | None) -> bool:
    """Tell whether a period lies outside those that a question is narrowed to."""
    return chosen is not None and not chosen[0][: len(value)] <= value <= chosen[1][: len(value)]


@lru_cache(1 << 8)
def axis(periods: tuple[str, ...], language: str) -> Markup:
    """Write the labels of a timeline, one element for each period; some go where it is narrow.

    Args:
        periods: Years or months.
        language: That of the reader.
    """
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


def shade(count: int, highest: int) -> int:
    """Choose the shade of a country, from 1 to SHADES, by the logarithm: counts of news differ by powers."""
    return SHADES if count >= highest else 1 + int((SHADES - 1) * log10(count) / log10(highest) + 1e-9)


def world(values: Sequence[FacetValue], reader: Reader, file: str, link: str) -> Markup:
    """Draw the countries of a facet on the map; all others are the land behind them.

    Args:
        values: The facet.
        reader: Who reads it.
        file: The address of the map's outlines; empty for outlines that stand in the drawing.
        link: What a country that is not chosen leads to, without its code; empty for nothing.
    """
    highest = max([value.count for value in values if value.value != UNKNOWN], default=1)
    drawn, language, number = outlines(), reader.language, reader.number
    pieces = []
    for code, _, count, selected in values:
        if code in drawn and count:
            before, within, after = _country(
                code, shade(count, highest), selected, language, file, bool(link) and not selected
            )
            pieces.append(f"{before}{'' if selected else link}{within}{number(count)}{after}")
    return Markup("".join(pieces))  # noqa: S704 - all escaped


@lru_cache(1 << 12)
def _country(  # noqa: PLR0913, PLR0917 - all that it depends on
    code: str,
    shaded: int,
    selected: bool,  # noqa: FBT001 - a key
    language: str,
    file: str,
    linked: bool,  # noqa: FBT001 - likewise
) -> tuple[str, str, str]:
    """Draw a country: what stands before its link, between that and its count, and behind."""
    kind = f"m{shaded} sel" if selected else f"m{shaded}"
    title = f"<title>{escape(reader_of(language).country(code))}: "
    before, after = f'<use href="{file}#{code}" class="{kind}">', "</title></use>"
    if not file:
        before, after = f'<path d="{outlines()[code]}" class="{kind}">', "</title></path>"
    if not linked:
        return "", f"{before}{title}", after
    return '<a tabindex="-1" href="', f'country={code}">{before}{title}', f"{after}</a>"


@cache
def outlines() -> dict[str, str]:
    """Give the outline of each country on the map, by its code, as the path of a drawing."""
    lines = [
        line.split('"')
        for line in static_files()["world.svg"].content.decode().split("\n")
        if line.startswith("<path")
    ]
    return {line[1]: line[3] for line in lines if line[1] != "land"}


MAX_PERIODS: Final = 300  # years of which those without a match are periods too
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
        params = {**narrowed, "estimated": estimated}  # dates too, so that months are those of a chosen year
        return searcher.search(query, limit=0, facets=(facet,), group=False, **params).facets

    if estimated or any(value.value == UNKNOWN for value in own["year"]):
        other = counted("year", estimated=not estimated)
    without, having = (other, own) if estimated else (own, other)
    years = _timeline(without["year"], having["year"])
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


def _timeline(without: list[FacetValue], having: list[FacetValue], months: Sequence[str] = ()) -> ChartCounts:
    """Combine the counts without estimated dates and with them.

    Args:
        without: The values of a facet where estimated dates do not count.
        having: Those where they do.
        months: The months to show; empty for the years that are counted.
    """
    dated, most = ({value.value: value.count for value in values} for values in (without, having))
    left, undated = dated.pop(UNKNOWN, 0), most.pop(UNKNOWN, 0)
    shown = months or _years(sorted(dated.keys() | most.keys()))
    periods = tuple([Period(value, dated.get(value, 0), most.get(value, 0)) for value in shown])
    return ChartCounts(periods, _is_whole(shown), max(left - undated, 0), undated)


def _years(counted: list[str]) -> list[str]:
    """Return the years to show: all from the first to the last, unless these are too many."""
    if not counted or int(counted[-1]) - int(counted[0]) >= MAX_PERIODS:
        return counted
    return [f"{year:04d}" for year in range(int(counted[0]), int(counted[-1]) + 1)]


def _months(first: int, last: int) -> list[str]:
    return [f"{year:04d}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]


def _is_whole(periods: Sequence[str]) -> bool:
    return not periods or int(periods[-1][:4]) - int(periods[0][:4]) < len(periods)
