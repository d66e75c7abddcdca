"""Draw counts over time: in a terminal, and as SVG."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from searcher.present.catalogue import say
from searcher.present.terminal_layout import bar, cells, clip, dim, pad, pad_left
from searcher.present.wording import first_of, number, rate
from searcher.reading.all_matches import request_for_all
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from searcher.present.terminal_layout import Page
    from searcher.reading.over_time import Measure, Point, Series

# Okabe and Ito, "Color universal design" (2008): distinguishable with common kinds of colour blindness.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_PAGE_WIDTH, _TITLE = 1200, 40  # width of a chart in a page; height of the title that it lacks
_DASHES: Final = ("", "6 3", "2 2", "8 3 2 3")
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 900, 448, 60, 40, 88, 60
_GAP, _CELL, _PAGE_CELL = 8, 8, 12  # space right of an axis label; widths of its characters
_UNITS: Final[dict[Measure, str]] = {
    "dated": "items (band: with those whose date is estimated)",
    "share": "share of all items of the period",
    "per_million": "occurrences per million words of the period",
}
_BAR, _LABEL = 40, 14  # cells
_MAX_EMPTY: Final = 3  # adjacent empty periods with a row each
_WRITTEN: Final[dict[Measure, Callable[[float], str]]] = {
    "dated": "{:g}".format,
    "share": "{:.1%}".format,
    "per_million": rate,
}


def merge_empty_periods(series: Sequence[Series]) -> Iterator[Sequence[int]]:
    """Yield the rows of a timeline, each as the indexes of its periods.

    Most rows have one period. More than three adjacent periods without matches share a row. However, periods
    in which the archive has no items never share a row with other periods.
    """

    def empty(at: int) -> bool | None:
        return None if any(one.points[at].high for one in series) else series[0].points[at].archived == 0

    for state, run in groupby(range(len(series[0].points)), empty):
        row = [*run]
        yield from [row] if state is not None and len(row) > _MAX_EMPTY else ([at] for at in row)


def write_timeline(page: Page, series: Sequence[Series], measure: Measure = "dated") -> None:
    """Write a timeline, with a bar for each period or a column for each query.

    Many adjacent periods without matches share one line.
    """
    points = series[0].points
    width = max([len(point.period) for point in points], default=0)
    if len(series) == 1:
        room = max([len(_format_count(point, measure)) for point in points], default=0)
        bars = max(1, min(_BAR, page.width - width - room - len("    ")))
        highest = max([_highest(point, measure) for point in points], default=0) or 1
        for row in merge_empty_periods(series):
            if len(row) > 1:
                span = clip(_span(points, row), page.width - 10)
                page.line(f"{span}  {_format_count(points[row[0]], measure)}")
                continue
            point = points[row[0]]
            solid = round((getattr(point, measure) or 0) / highest * bars)
            more = 0 if measure != "dated" else round(point.high / highest * bars) - solid
            drawn = (f"  {bar('█' * solid)}" if solid else "  " * (more > 0)) + dim("░" * more) * (more > 0)
            page.line(f"{point.period:{width}}  {_format_count(point, measure):>{room}}{drawn}")
        return
    width = max(width, 8)
    fitting = min(len(series), max(1, (page.width - width) // (_LABEL + 2)))
    names = [pad_left(clip(legible(one.label), _LABEL), _LABEL) for one in series[:fitting]]
    spans = [_span(points, row) for row in merge_empty_periods(series)]
    room = page.width - fitting * (_LABEL + 2)
    width = max(width, min(max(map(cells, spans)), room))
    page.line(dim("  ".join([" " * width, *names])))
    for span, row in zip(spans, merge_empty_periods(series), strict=True):
        counts = [f"{_format_count(one.points[row[0]], measure):>{_LABEL}}" for one in series[:fitting]]
        page.line("  ".join([pad(clip(span, width), width), *counts]))
    if fitting < len(series):
        page.paragraph(dim(say("list.more_columns", n=len(series) - fitting)))


def _span(points: Sequence[Point], row: Sequence[int]) -> str:
    """Return the name of a row, which may have several periods."""
    if len(row) == 1:
        return points[row[0]].period
    return say("timeline.span", first=points[row[0]].period, last=points[row[-1]].period, n=len(row))


def notes_of(series: Sequence[Series]) -> Iterator[str]:
    """Yield notes on items that are not counted, and on uncertain dates."""
    for one in series:
        if one.undated:
            yield say("timeline.undated", label=one.label, n=one.undated)
    if any(point.high > point.dated for one in series for point in one.points):
        yield say("timeline.dated_only" if series[0].points[0].occurrences is not None else "timeline.plus")
    silent = [point.period for point in series[0].points if point.archived == 0]
    if silent:
        yield say("timeline.silent", periods=first_of(silent, 6))


def _highest(point: Point, measure: Measure) -> float:
    """Return the highest possible value of a period.

    It counts all items whose estimated date may be in the period.
    """
    return max(point.dated, point.high) if measure == "dated" else getattr(point, measure) or 0


def _format_count(point: Point, measure: Measure, written: Callable[[float], str] | None = None) -> str:
    """Format the value of a period, and how much higher it may be: ``12 +3``.

    The second number counts estimated dates that may also be in the period.
    """
    value = getattr(point, measure)
    if point.archived == 0 or value is None:
        return "–"
    if measure != "dated":
        return (written or _WRITTEN[measure])(value)
    more = point.high - point.dated
    return f"{number(point.dated)} +{number(more)}" if more else number(point.dated)


def to_svg(  # noqa: PLR0913 - the parts of a drawing
    series: Sequence[Series],
    *,
    title: str,
    measure: Measure = "dated",
    subtitle: str = "",
    unit: str = "",
    written: Callable[[float], str] | None = None,
    link: Callable[[int, int], str] | None = None,
) -> str:
    """Return counts over time as a complete SVG image.

    Args:
        series: The counts, all over the same periods. Empty if no value of a facet matches.
        title: The title of the chart.
        measure: The measure to draw, such as the number of dated items or their share.
        subtitle: The filters of the counts as text, or empty if there are none.
        unit: The label of the vertical axis, or empty for the English label.
        written: Formats shares and rates, or ``None`` for the formats of the command line.
        link: Returns the URL of a point, given the index of its series and its index in the series. A chart
            with links is part of a page, so it is wide and has no title.
    """
    width = _PAGE_WIDTH if link else _WIDTH
    drawing = _Drawing(series, measure, written, width=width, link=link)
    described = "; ".join(
        f"{one.label}: " + ", ".join(f"{point.period} {drawing.value_text(point)}" for point in one.points)
        for one in series
    )
    filters = _xml(clip(legible(subtitle), 130))
    below = f'<text x="{_LEFT}" y="34" fill="#555" class="head">{filters}</text>' if subtitle else ""
    parts = [*drawing.axes()]
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 12}" fill="#555">{_xml(unit or _UNITS[measure])}</text>')
    for place, one in enumerate(series):
        drawn = [*drawing.line(one, place), *_legend(one, place, (width - _LEFT) // 4)]
        parts.append(f'<g class="s{place % len(_COLOURS)}">{"".join(drawn)}</g>')
    role, title_height, cell = ("group", _TITLE, _PAGE_CELL) if link else ("img", 0, _CELL)
    left = min(0, _LEFT - _GAP - cell * drawing.label_length())  # long labels need a wider margin
    width -= left
    box = f"{left} {title_height} {width} {_HEIGHT - title_height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width}" '
        f'height="{_HEIGHT}" role="{role}" aria-labelledby="t d" font-family="sans-serif" font-size="12" '
        f'fill="#222">'
        f'<title id="t">{_xml(", ".join(filter(None, (title, subtitle))))}</title>'
        f'<desc id="d">{_xml(described)}</desc>'
        f'<rect x="{left}" width="{width}" height="{_HEIGHT}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="20" font-size="15" font-weight="bold" class="head">'
        f"{_xml(clip(legible(title), 100))}</text>"
        f"{below}"
        f"{''.join(parts)}</svg>\n"
    )


class _Drawing:
    """Draws a timeline: its scales, axes and lines."""

    def __init__(
        self,
        series: Sequence[Series],
        measure: Measure,
        written: Callable[[float], str] | None,
        *,
        width: int,
        link: Callable[[int, int], str] | None,
    ) -> None:
        self._measure, self._link, self._right = measure, link, width - _RIGHT
        self._written = written or _WRITTEN[measure]
        self._points = series[0].points if series else ()
        highest = max([_highest(point, measure) for one in series for point in one.points], default=0)
        self._top = highest or 1 if measure == "share" else _round_up(highest)

    def value_text(self, point: Point) -> str:
        """Return the value of a period as text."""
        return _format_count(point, self._measure, self._written)

    def _x(self, at: int) -> float:
        last, right = len(self._points) - 1, self._right
        return _LEFT + at * ((right - _LEFT) / last) if last > 0 else (_LEFT + right) / 2

    def _y(self, value: float) -> float:
        bottom = _HEIGHT - _BOTTOM
        return bottom - (bottom - _TOP) * value / self._top

    def _labels(self) -> list[tuple[float, str]]:
        """Return the values on the vertical axis with their labels."""
        written = "{:g}".format if self._measure == "dated" else self._written
        values = [self._top * quarter / 4 for quarter in range(5)]
        return [(value, written(value)) for value in values]

    def label_length(self) -> int:
        """Return the length of the longest label on the vertical axis."""
        return max([len(label) for _, label in self._labels()])

    def axes(self) -> Iterator[str]:
        """Yield the grid and the labels of the axes."""
        for value, label in self._labels():
            y = self._y(value)
            yield (
                f'<path d="M{_LEFT} {y:.1f}H{self._right}" stroke="#ccc"/>'
                f'<text x="{_LEFT - _GAP}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
            )
        every = max(1, -(-len(self._points) // 14))
        y = self._y(0) + 20
        last = (len(self._points) - 1) % every  # offset by which the last period gets a label
        for at, point in list(enumerate(self._points))[last::every]:
            yield f'<text x="{self._x(at):.1f}" y="{y:.1f}" text-anchor="middle">{point.period}</text>'

    def line(self, one: Series, place: int) -> Iterator[str]:
        """Yield the line and the points of a series, and the band for estimated dates."""
        colour, stroke = _stroke(place)
        if self._measure == "dated" and any(point.high > point.dated for point in one.points):
            edge = [f"{self._x(at):.1f},{self._y(point.high):.1f}" for at, point in enumerate(one.points)]
            below = [f"{self._x(at):.1f},{self._y(point.dated):.1f}" for at, point in enumerate(one.points)]
            yield f'<polygon points="{" ".join(edge + below[::-1])}" fill="{colour}" fill-opacity=".18"/>'
        # The line has a gap where the archive has no items, since zero would mean no matches.
        values = [None if point.archived == 0 else getattr(point, self._measure) for point in one.points]
        for is_gap, run in groupby(enumerate(values), lambda at: at[1] is None):
            if is_gap:
                continue
            known = [(at, f"{self._x(at):.1f}", f"{self._y(value or 0):.1f}") for at, value in run]
            if len(known) > 1:
                line = " ".join(f"{across},{up}" for _, across, up in known)
                yield f'<polyline points="{line}" fill="none" {stroke}/>'
            for at, across, up in known:
                label = f"{_xml(one.label)}, {one.points[at].period}: {self.value_text(one.points[at])}"
                point = f'<circle cx="{across}" cy="{up}" r="{{}}" fill="{colour}">'
                drawn = f"{point.format('2.5')}<title>{label}</title></circle>"
                if self._link and (href := self._link(place, at)):
                    target = f'<circle cx="{across}" cy="{up}" r="12" class="hit" fill="none"/>'
                    drawn = f'<a href="{href}" tabindex="-1">{drawn}{target}</a>'
                yield drawn


def _stroke(place: int) -> tuple[str, str]:
    """Return the colour and the line style of the series at an index."""
    colour, dash = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
    return colour, f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'


def _legend(one: Series, place: int, apart: int) -> Iterator[str]:
    left, top = _LEFT + apart * (place % 4), 54 + 14 * (place // 4)
    yield f'<line x1="{left}" y1="{top}" x2="{left + 24}" y2="{top}" {_stroke(place)[1]}/>'
    yield f'<text x="{left + 30}" y="{top + 4}">{_xml(clip(legible(one.label), 24))}</text>'


def _round_up(value: float) -> float:
    """Return the smallest round number that is at least ``value``."""
    tenths = (
        digits * int(10**power) for power in range(20) for digits in (10, 15, 20, 25, 30, 40, 50, 60, 80)
    )
    return next(4 * tenth // 10 for tenth in tenths if tenth % 10 == 0 and 4 * tenth >= 10 * value)


def _xml(text: str) -> str:
    return escape(legible(text))


def head_of_series(series: Sequence[Series], by: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON fields before the counts, which describe how the queries were interpreted."""
    read = {one.label: one.read() for one in series}
    names = next(iter(read.values()), {})
    generation = next((one.results.generation for one in series), None)
    return {
        "by": by,
        "filters": request_for_all(None, "oldest", options).filters_record(),
        "generation": generation,
        **{name: {label: of[name] for label, of in read.items()} for name in names},
    }
