"""Timelines for people: bars in a terminal, and a drawing as SVG with a title, axes, a legend and a text."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from searcher.present.terminal_layout import bar, cells, clip, dim
from searcher.present.wording import number
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searcher.present.terminal_layout import Page
    from searcher.reading.over_time import Point, Series

# Okabe and Ito, "Color universal design" (2008): told apart with any of the common kinds of colour blindness.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_DASHES: Final = ("", "6 3", "2 2", "8 3 2 3")
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 900, 420, 60, 30, 60, 60
_UNITS: Final = ("items (band: with those whose date is estimated)", "share of the items dated then")
_BAR, _LABEL = 40, 14  # cells
_PERCENT: Final = "{:.1%}".format


def write_timeline(page: Page, series: Sequence[Series], *, share: bool) -> None:
    """Write a line for each period: of one question with a bar, of several with a column for each.

    Args:
        page: Where to write.
        series: The counts, over the same periods.
        share: Whether shares of the archive are shown in the place of counts.
    """
    points = series[0].points
    width = max([8, *(len(point.period) for point in points)])
    if len(series) == 1:
        highest = (
            max(
                [_value(point, share=share) or 0 for point in points]
                + [point.high * (not share) for point in points],
                default=0,
            )
            or 1
        )
        for point in points:
            solid = round((_value(point, share=share) or 0) / highest * _BAR)
            more = 0 if share else round(point.high / highest * _BAR) - solid
            drawn = (f"  {bar('█' * solid)}" if solid else "  " * (more > 0)) + dim("░" * more) * (more > 0)
            page.line(f"{point.period:{width}} {_stated(point, share=share):>{_LABEL}}{drawn}")
        return
    columns = [clip(legible(one.label), _LABEL) for one in series]
    fitting = max(1, (page.width - width) // (_LABEL + 2))
    page.line(
        dim(
            f"{'':{width}}"
            + "".join("  " + " " * (_LABEL - cells(name)) + name for name in columns[:fitting])
        )
    )
    for at, point in enumerate(points):
        described = "".join(f"  {_stated(one.points[at], share=share):>{_LABEL}}" for one in series[:fitting])
        page.line(f"{point.period:{width}}{described}")
    if fitting < len(series):
        page.line(dim(f"{len(series) - fitting} more in --format csv"))


def notes_of(series: Sequence[Series]) -> Iterator[str]:
    """Yield what the counts leave out or do not know, a line each."""
    for one in series:
        if one.undated:
            yield f"{one.label}: {number(one.undated)} without any date, in no period"
    if any(point.high > point.dated for one in series for point in one.points):
        yield "a count with + has items beside whose date is estimated: as many at most (░)"
    silent = [point.period for point in series[0].points if point.archived == 0]
    if silent:
        named = ", ".join(silent[:6]) + (f" and {len(silent) - 6} more" if len(silent) > 6 else "")
        yield f"nothing at all is archived in {named}: no hits there say nothing"


def _value(point: Point, *, share: bool) -> float | None:
    return point.share if share else point.dated


def _stated(point: Point, *, share: bool, percent: Callable[[float], str] = _PERCENT) -> str:
    """Write a count with what may come to it, a share in percent, or a dash where nothing is archived."""
    if point.archived == 0:
        return "–"
    if share:
        return "–" if point.share is None else percent(point.share)
    more = point.high - point.dated
    return f"{number(point.dated)} +{number(more)}" if more else number(point.dated)


def to_svg(
    series: Sequence[Series],
    *,
    title: str,
    share: bool,
    unit: str = "",
    percent: Callable[[float], str] = _PERCENT,
) -> str:
    """Draw a timeline that stands by itself: lines of what is dated, bands up to what may lie there.

    Args:
        series: The counts, over the same periods; none where no value of a facet matches.
        title: What stands above it.
        share: Whether shares of the archive are drawn in the place of counts.
        unit: What is counted, in the words of another language than English.
        percent: Writes a part of a whole as that language does.
    """
    points = series[0].points if series else ()
    values = [_value(point, share=share) or 0 for one in series for point in one.points]
    highest = max(
        [*values, *([] if share else [point.high for one in series for point in one.points])], default=0
    )
    top = _round_up(highest) if not share else highest or 1
    right = _WIDTH - _RIGHT
    bottom = _HEIGHT - _BOTTOM
    step = (right - _LEFT) / max(len(points) - 1, 1)

    def x(at: int) -> float:
        return _LEFT + at * step if len(points) > 1 else (_LEFT + right) / 2

    def y(value: float) -> float:
        return bottom - (bottom - _TOP) * value / top

    parts = [*_axes(points, x, y, top, percent if share else "{:g}".format)]
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 12}" fill="#555">{_xml(unit or _UNITS[share])}</text>')
    for place, one in enumerate(series):
        parts += _drawn(one, place, x, y, share=share, percent=percent)
    reported = "; ".join(
        f"{one.label}: "
        + ", ".join(f"{point.period} {_stated(point, share=share, percent=percent)}" for point in one.points)
        for one in series
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" role="img" aria-labelledby="t d" font-family="sans-serif" font-size="12" '
        f'fill="#222">'
        f'<title id="t">{_xml(title)}</title><desc id="d">{_xml(reported)}</desc>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="20" font-size="15" font-weight="bold">{_xml(clip(legible(title), 100))}</text>'
        f"{''.join(parts)}</svg>\n"
    )


def _drawn(  # noqa: PLR0913 - all that a series is drawn with
    one: Series,
    place: int,
    x: Callable[[int], float],
    y: Callable[[float], float],
    *,
    share: bool,
    percent: Callable[[float], str],
) -> Iterator[str]:
    """Yield the band, the line and the points of a series, and its line of the legend."""
    colour, dash = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
    if not share and any(point.high > point.dated for point in one.points):
        edge = [f"{x(at):.1f},{y(point.high):.1f}" for at, point in enumerate(one.points)]
        edge += [f"{x(at):.1f},{y(point.dated):.1f}" for at, point in reversed([*enumerate(one.points)])]
        yield f'<polygon points="{" ".join(edge)}" fill="{colour}" fill-opacity=".18"/>'
    stroke = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
    # Where nothing is archived there is a gap: a line through nought would say that nothing was found.
    values = [None if point.archived == 0 else _value(point, share=share) for point in one.points]
    for is_gap, run in groupby(enumerate(values), lambda at: at[1] is None):
        known = [] if is_gap else [(at, f"{x(at):.1f}", f"{y(value or 0):.1f}") for at, value in run]
        if len(known) > 1:
            line = " ".join(f"{across},{up}" for _, across, up in known)
            yield f'<polyline points="{line}" fill="none" {stroke}/>'
        for at, across, up in known:
            described = _stated(one.points[at], share=share, percent=percent)
            label = f"{_xml(one.label)}, {one.points[at].period}: {described}"
            yield f'<circle cx="{across}" cy="{up}" r="2.5" fill="{colour}"><title>{label}</title></circle>'
    left, top = _LEFT + 200 * (place % 4), 38 + 14 * (place // 4)
    yield f'<line x1="{left}" y1="{top}" x2="{left + 24}" y2="{top}" {stroke}/>'
    yield f'<text x="{left + 30}" y="{top + 4}">{_xml(clip(legible(one.label), 24))}</text>'


def _axes(
    points: Sequence[Point],
    x: Callable[[int], float],
    y: Callable[[float], float],
    top: float,
    written: Callable[[float], str],
) -> Iterator[str]:
    """Yield the grid with its labels, and the periods beneath, as many as have room."""
    right = _WIDTH - _RIGHT
    for quarter in range(5):
        value = top * quarter / 4
        yield (
            f'<path d="M{_LEFT} {y(value):.1f}H{right}" stroke="#ccc"/>'
            f'<text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{written(value)}</text>'
        )
    every = max(1, -(-len(points) // 14))
    for at, point in enumerate(points):
        if at % every == 0:
            yield f'<text x="{x(at):.1f}" y="{y(0) + 20:.1f}" text-anchor="middle">{point.period}</text>'


def _round_up(value: float) -> float:
    """Give the least number that is no smaller and whose quarters are whole and round."""
    tenths = (
        digits * int(10**power) for power in range(20) for digits in (10, 15, 20, 25, 30, 40, 50, 60, 80)
    )
    return next(4 * tenth // 10 for tenth in tenths if tenth % 10 == 0 and 4 * tenth >= 10 * value)


def _xml(text: str) -> str:
    return escape(legible(text))


def head_of_series(series: Sequence[Series], by: str) -> dict[str, Any]:
    """Say in a record what was counted, and how each question was read: by series, as its rows are."""
    read = {one.label: one.read() for one in series}
    names = next(iter(read.values()), {})
    generation = next((one.results.generation for one in series), None)
    return {
        "by": by,
        "generation": generation,
        **{name: {label: of[name] for label, of in read.items()} for name in names},
    }
