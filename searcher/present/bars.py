"""Facets as small bar charts, side by side where the page is wide enough."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, cast

from indexer.schema import UNKNOWN
from searcher.legible import legible
from searcher.present.layout import bar, bold, cells, clip, dim, pad
from searcher.present.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.present.layout import Page
    from searcher.shown import ConceptValue, FacetValue

_LABEL_CELLS, _BAR_CELLS, _GAP = 26, 8, "   "
_MOST_CONCEPTS = 40  # of a facet that has thousands
_WHOLE = {"year", "month", "language"}  # in their own order, without leaving any out
_MANY = 4  # values that are selected together, as those of a region are; fewer may be empty
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def write_bars(facets: Mapping[str, Sequence[FacetValue]], page: Page, *, most: int | None) -> None:
    """Write every facet that has values, as many beside each other as fit.

    Args:
        facets: Facet name to values.
        page: Where to write.
        most: How many values to show at most, of years, months and languages all, and as many selected ones
            always; None for all, of concepts the first 40.
    """
    row: list[list[str]] = []
    for name, given in facets.items():
        values = _without_empty(given)
        if not values:
            continue
        chart = _chart(name, values, most, page.width)
        if row and len(_GAP) * len(row) + sum(map(_width, [*row, chart])) > page.width:
            _write_row(row, page)
            row = []
        row.append(chart)
    if row:
        _write_row(row, page)


def _without_empty(values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """Leave out what is selected and counts nothing, where many are selected: a region has such ones."""
    if sum(value.selected for value in values) <= _MANY:
        return values
    return [value for value in values if value.count or not value.selected]


def _width(chart: list[str]) -> int:
    return max(map(cells, chart))


def _write_row(charts: list[list[str]], page: Page) -> None:
    widths = [_width(chart) for chart in charts]
    page.line()
    for parts in zip_longest(*charts, fillvalue=""):
        last = max(column for column, part in enumerate(parts) if part)
        filled = [pad(part, width) for part, width in zip(parts[:last], widths, strict=False)]
        page.line(_GAP.join([*filled, parts[last]]))


def _chart(name: str, values: Sequence[FacetValue], most: int | None, page_width: int) -> list[str]:
    """Draw a facet: its name, a line for each value, and how many are not shown."""
    concepts = hasattr(values[0], "broader")
    shown = _shown(name, values, _MOST_CONCEPTS if concepts and most is None else most)
    shown, depths = _as_tree(shown) if concepts else (shown, [0] * len(shown))
    counts = [number(value.count) for value in shown]
    digits = max(map(len, counts))
    room = page_width - len("> ") - len(" ") - digits - len(" ") - _BAR_CELLS
    labels = [
        clip("  " * depth + legible(value.label), room if name == "file" else min(_LABEL_CELLS, room))
        for value, depth in zip(shown, depths, strict=True)
    ]
    label_cells = max(map(cells, labels))
    largest = max(value.count for value in shown)
    lines = [bold(clip(legible(name).capitalize(), _LABEL_CELLS))]
    for value, label, count in zip(shown, labels, counts, strict=True):
        text = f"{'>' if value.selected else ' '} {pad(label, label_cells)} {count:>{digits}}"
        drawn = _bar(value.count, largest)
        lines.append((bold(text) if value.selected else text) + (f" {bar(drawn)}" if drawn else ""))
    if len(shown) < len(values):
        lines.append(dim(f"  and {number(len(values) - len(shown))} more"))
    return lines


def _shown(name: str, values: Sequence[FacetValue], most: int | None) -> list[FacetValue]:
    """Sort values, the unknown last, those of many by their counts and without their long tail."""
    ordered = sorted(values, key=lambda value: value.value == UNKNOWN)
    if name in _WHOLE:
        return ordered
    ordered.sort(key=lambda value: (value.value == UNKNOWN, -value.count, value.label))
    if most is None:
        return ordered
    selected = [value for value in ordered if value.selected]
    kept = {*ordered[:most], *selected[:most]}
    return [value for value in ordered if value in kept or value.value == UNKNOWN]


def _as_tree(values: Sequence[FacetValue]) -> tuple[list[FacetValue], list[int]]:
    """Put each concept below the first of its broader ones that is shown; tell how deep each stands."""
    below: dict[str, list[ConceptValue]] = {}
    concepts = cast("Sequence[ConceptValue]", values)
    shown = {value.value for value in concepts}
    for value in concepts:
        above = next((name for name in value.broader if name in shown), "")
        below.setdefault(above, []).append(value)
    ordered: list[ConceptValue] = []
    depths: list[int] = []
    waiting = [(value, 0) for value in reversed(below.pop("", []))]
    while waiting or below:
        if not waiting:  # concepts that are broader than each other
            waiting = [(value, 0) for value in below.pop(next(iter(below)))]
        value, depth = waiting.pop()
        ordered.append(value)
        depths.append(depth)
        waiting += [(narrower, depth + 1) for narrower in reversed(below.pop(value.value, []))]
    return cast("list[FacetValue]", ordered), depths


def _bar(count: int, largest: int) -> str:
    """Draw a count in eighths of a cell; what is not zero is never invisible."""
    if count <= 0:
        return ""
    full, eighths = divmod(max(1, count * _BAR_CELLS * 8 // largest), 8)
    return "█" * full + _EIGHTHS[eighths]
