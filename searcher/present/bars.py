"""Facets as small bar charts, side by side where the page is wide enough."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from indexer.schema import UNKNOWN
from searcher.present.cells import cells, clip, pad
from searcher.present.legible import legible
from searcher.present.paint import bar, bold, dim
from searcher.present.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.present.page import Page
    from searcher.results import FacetValue

_LABEL_CELLS, _BAR_CELLS, _GAP = 26, 8, "   "
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_BY_COUNT = ("country",)


def write_bars(facets: Mapping[str, Sequence[FacetValue]], page: Page, *, most: int | None) -> None:
    """Write every facet that has values, as many beside each other as fit.

    Args:
        facets: Facet name to values.
        page: Where to write.
        most: How many countries to show at most, the selected ones always; None for all.
    """
    row: list[list[str]] = []
    used = 0
    for name, values in facets.items():
        if not values:
            continue
        block = _block(name, values, most, page.width)
        wide = max(map(cells, block))
        if row and used + len(_GAP) + wide > page.width:
            _write_row(row, page)
            row, used = [], 0
        used += wide + (len(_GAP) if row else 0)
        row.append(block)
    if row:
        _write_row(row, page)


def _write_row(blocks: list[list[str]], page: Page) -> None:
    widths = [max(map(cells, block)) for block in blocks]
    page.line()
    for parts in zip_longest(*blocks, fillvalue=""):
        last = max(number for number, part in enumerate(parts) if part)
        filled = [pad(part, wide) for part, wide in zip(parts[:last], widths, strict=False)]
        page.line(_GAP.join([*filled, parts[last]]))


def _block(name: str, values: Sequence[FacetValue], most: int | None, page_cells: int) -> list[str]:
    shown = _chosen(name, values, most)
    counts = [number(value.count) for value in shown]
    count_cells = max(map(len, counts))
    room = page_cells - len("> ") - len(" ") - count_cells - len(" ") - _BAR_CELLS
    labels = [clip(legible(value.label), min(_LABEL_CELLS, room)) for value in shown]
    label_cells = max(map(cells, labels))
    largest = max(value.count for value in shown)
    lines = [bold(clip(legible(name).capitalize(), _LABEL_CELLS))]
    for value, label, count in zip(shown, labels, counts, strict=True):
        text = f"{'>' if value.selected else ' '} {pad(label, label_cells)} {count:>{count_cells}}"
        drawn = _bar(value.count, largest)
        lines.append((bold(text) if value.selected else text) + (f" {bar(drawn)}" if drawn else ""))
    if len(shown) < len(values):
        lines.append(dim(f"  and {number(len(values) - len(shown))} more"))
    return lines


def _chosen(name: str, values: Sequence[FacetValue], most: int | None) -> list[FacetValue]:
    """Order the values, and cut the long tail of a facet that is read by its counts."""
    known = [value for value in values if value.value != UNKNOWN]
    unknown = [value for value in values if value.value == UNKNOWN]
    if name not in _BY_COUNT:
        return known + unknown
    known.sort(key=lambda value: (-value.count, value.label))
    if most is None:
        return known + unknown
    return known[:most] + [value for value in known[most:] if value.selected] + unknown


def _bar(count: int, largest: int) -> str:
    """Draw a count in eighths of a cell; what is not zero is never invisible."""
    if count <= 0:
        return ""
    full, eighths = divmod(max(1, count * _BAR_CELLS * 8 // largest), 8)
    return "█" * full + _EIGHTHS[eighths]
