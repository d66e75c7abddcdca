"""Drawings of counts: bars over time, countries on a map. Each stands beside a table that says the same.

The attributes of a drawing are its colours where it stands by itself; a style sheet overrules them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import log10
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer.schema import UNKNOWN
from searcher.web.page.reader import reader_of
from searcher.web.static_files import static_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.chart_counts import ChartCounts
    from searcher.shown import FacetValue
    from searcher.web.page.reader import Reader

WIDTH, HEIGHT = 720, 120  # units of the drawing of a timeline; its highest bar is as high
WIDEST = 60  # units of a bar: a single one is no wall
MOST_NARROW: Final = 5  # labels of a timeline that have room beside each other where it is narrow
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
    many = len(periods) > MOST_NARROW * every
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
