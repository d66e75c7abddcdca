"""Lay out text for a terminal: styles, widths and wrapped lines.

During layout, emphasis is a one-character style mark, which becomes a colour code or nothing on writing. The
marks are control characters, which legible text never contains: they have no width, cannot be split, and text
of an archive cannot forge them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, starmap, zip_longest
from typing import TYPE_CHECKING, TextIO, cast

from indexer.schema import UNKNOWN
from searcher.present.catalogue import say
from searcher.present.wording import facet_label, facet_name, facet_sort_key, number
from searcher.results import MATCH_MARK
from searcher.safe_text import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.facet_values import ConceptValue, FacetValue


_CODES = {1: "\x1b[1m", 2: "\x1b[2m", 3: "\x1b[1;31m", 4: "\x1b[36m", 5: "\x1b[0m"}
_BOLD, _DIM, _MATCH, _BAR, _END = map(chr, _CODES)
_NO_CODES = dict.fromkeys(_CODES)
# Latin letters, punctuation and bar blocks have one cell.
_BLOCKS = ((0x20, 0x7F), (0xA0, 0xAD), (0xAE, 0x300), (0x2010, 0x2028), (0x2580, 0x25A0))
_NARROW = frozenset({*map(chr, chain(*starmap(range, _BLOCKS))), "≈", "→"})
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_NARROWEST, _WIDEST = 30, 100


def bold(text: str) -> str:
    """Mark a text as important."""
    return f"{_BOLD}{text}{_END}"


def dim(text: str) -> str:
    """Mark a text as secondary."""
    return f"{_DIM}{text}{_END}"


def bar(text: str) -> str:
    """Mark a text as the bar of a chart."""
    return f"{_BAR}{text}{_END}"


def mark_matches(snippet: str, *, color: bool) -> str:
    """Replace the ``**`` around matches by style marks, unless there are no colours.

    Args:
        snippet: Legible text with ``**`` before and after each match.
        color: Whether colours will be written.

    Returns:
        The snippet with style marks. A ``**`` without a second one is kept.
    """
    if not color:
        return snippet
    marked = re.escape(MATCH_MARK) + "(.*?)" + re.escape(MATCH_MARK)
    return re.sub(marked, lambda match: f"{_MATCH}{match[1]}{_END}" if match[1] else "", snippet)


def render(text: str, *, color: bool) -> str:
    """Replace style marks by terminal codes, or remove them if there are no colours."""
    return text if text.isprintable() else text.translate(_CODES if color else _NO_CODES)


def cells(text: str) -> int:
    """Return the width of a text in cells, of which a wide character takes two."""
    if _is_narrow(text) or _is_narrow(text := render(text, color=False)):
        return len(text)
    from rich.cells import cell_len  # not imported for Latin text

    return cell_len(text)


def _is_narrow(text: str) -> bool:
    """Return whether every character of a text takes one cell."""
    return text.isprintable() if text.isascii() else _NARROW.issuperset(text)


def pad(text: str, width: int) -> str:
    """Pad a text with spaces on the right to a width."""
    return text + " " * (width - cells(text))


def pad_left(text: str, width: int) -> str:
    """Pad a text with spaces on the left to a width."""
    return " " * (width - cells(text)) + text


def clip(text: str, width: int) -> str:
    """Shorten a text that is too wide, and end it with an ellipsis."""
    if cells(text) <= width:
        return text
    return next(_break(text, width - 1), "").rstrip() + "…" if width > 1 else "…"


def wrap(text: str, width: int, *, hanging: int = 0) -> list[str]:
    """Wrap a text between words, and within words that are too long.

    Args:
        text: Legible text, possibly with style marks. Lines break at white space other than no-break spaces.
        width: The maximum width of a line in cells, at least 2.
        hanging: The number of cells by which lines after the first are narrower.

    Returns:
        The lines, or an empty list for a blank text.
    """
    lines: list[str] = []
    line, used = "", 0
    measure = len if _is_narrow(text) else cells
    for word in filter(None, text.split(" ")):
        for piece in _break(word, width - hanging) if measure(word) > width - hanging else (word,):
            size = measure(piece)
            if line and used + 1 + size > width:
                width -= 0 if lines else hanging
                lines.append(line)
                line, used = piece, size
            else:
                line, used = (f"{line} {piece}", used + 1 + size) if line else (piece, size)
    return [*lines, line] if line else lines


class Page:
    """Writes lines to a page of limited width.

    Attributes:
        color: Whether terminal codes are written.
        width: The maximum width of a line in cells, limited to a legible range.
    """

    def __init__(self, stream: TextIO, *, color: bool, width: int) -> None:
        self._stream = TolerantStream(stream)
        self.color = color
        self.width = min(max(width, _NARROWEST), _WIDEST)

    def line(self, text: str = "") -> None:
        """Write a line, which must not be too wide for the page."""
        self._stream.write(render(text, color=self.color) + "\n")

    def paragraph(self, text: str, *, lead: str = "", indent: int = 0) -> None:
        """Write a text, wrapped to the width of the page.

        Args:
            text: Legible text, possibly with style marks.
            lead: Text before the first line, no wider than ``indent``.
            indent: The number of cells before every line.
        """
        for position, line in enumerate(wrap(text, self.width - indent)):
            self.line((lead if position == 0 else "").ljust(indent) + line)


def _break(text: str, width: int) -> Iterator[str]:
    """Split a text into pieces of a width."""
    if _is_narrow(text):
        # Splitting by index is fast even for megabytes without a space.
        yield from (text[start : start + width] for start in range(0, len(text), width))
        return
    piece, used = "", 0
    for cluster in _clusters(text):
        size = cells(cluster)
        if piece and used + size > width:
            yield piece
            piece, used = "", 0
        piece += cluster
        used += size
    if piece:
        yield piece


def _clusters(text: str) -> Iterator[str]:
    """Yield the visible characters of a text.

    A letter with its accents is one visible character, and so is an emoji of several code points.
    """
    cluster = ""
    for character in text:
        joined = cluster.endswith(_ZERO_WIDTH_JOINER) or ord(character) in _SKIN_TONES or not cells(character)
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


_LABEL_CELLS, _BAR_CELLS, _GAP = 32, 8, "   "
_MAX_CONCEPTS = 40  # concepts shown of a facet with thousands
_WHOLE = {"year", "month", "language"}  # facets shown completely, in their natural order
_MANY = 4  # selected values, as by a region, above which empty ones are hidden
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def write_bars(facets: Mapping[str, Sequence[FacetValue]], page: Page, *, most: int | None) -> None:
    """Write facets as bars, as many side by side as fit.

    Args:
        facets: The values by facet.
        page: The page to write to.
        most: The maximum number of values per facet. At most the same number of selected values are added.
            ``None`` for all values, but at most 40 concepts. Years, months and languages are always complete.
    """
    row: list[list[str]] = []
    for name, given in facets.items():
        values = _drop_empty(given)
        if not values:
            continue
        chart = _chart(name, values, most, page.width)
        if row and len(_GAP) * len(row) + sum(map(_width, [*row, chart])) > page.width:
            _write_row(row, page)
            row = []
        row.append(chart)
    if row:
        _write_row(row, page)


def _drop_empty(values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """Return facet values. If many are selected, leave out selected values without matches."""
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
    """Return the lines of a facet: its name, and a bar for each value."""
    concepts = hasattr(values[0], "broader")
    shown = _choose_values(name, values, _MAX_CONCEPTS if concepts and most is None else most)
    shown, depths = _sort_as_tree(shown) if concepts else (shown, [0] * len(shown))
    counts = [number(value.count) for value in shown]
    digits = max(map(len, counts))
    room = page_width - len("> ") - len(" ") - digits - len(" ") - _BAR_CELLS
    most_cells = room if name == "file" or most is None else min(_LABEL_CELLS, room)
    labels = [
        clip("  " * depth + facet_label(name, value), most_cells)
        for value, depth in zip(shown, depths, strict=True)
    ]
    label_cells = max(map(cells, labels))
    largest = max(value.count for value in shown)
    lines = [bold(clip(facet_name(name), _LABEL_CELLS))]
    for value, label, count in zip(shown, labels, counts, strict=True):
        text = f"{'>' if value.selected else ' '} {pad(label, label_cells)} {count:>{digits}}"
        drawn = _bar(value.count, largest)
        lines.append((bold(text) if value.selected else text) + (f" {bar(drawn)}" if drawn else ""))
    if len(shown) < len(values):
        lines.append(dim("  " + say("facet.more", n=len(values) - len(shown))))
    return lines


def _choose_values(name: str, values: Sequence[FacetValue], most: int | None) -> list[FacetValue]:
    """Return the values of a facet to show, by descending count."""
    ordered = sorted(values, key=lambda value: value.value == UNKNOWN)
    if name in _WHOLE:
        return ordered
    ordered.sort(key=lambda value: (value.value == UNKNOWN, -value.count, facet_sort_key(name, value)))
    if most is None:
        return ordered
    selected = [value for value in ordered if value.selected]
    kept = {*ordered[:most], *selected[:most]}
    return [value for value in ordered if value in kept or value.value == UNKNOWN]


def _sort_as_tree(values: Sequence[FacetValue]) -> tuple[list[FacetValue], list[int]]:
    """Sort concepts as a tree.

    Returns the concepts, and the depth of each one in the tree.
    """
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
        if not waiting:  # a cycle of broader concepts
            waiting = [(value, 0) for value in below.pop(next(iter(below)))]
        value, depth = waiting.pop()
        ordered.append(value)
        depths.append(depth)
        waiting += [(narrower, depth + 1) for narrower in reversed(below.pop(value.value, []))]
    return cast("list[FacetValue]", ordered), depths


def _bar(count: int, largest: int) -> str:
    """Draw a count as a bar."""
    if count <= 0:
        return ""
    full, eighths = divmod(max(1, count * _BAR_CELLS * 8 // largest), 8)
    return "█" * full + _EIGHTHS[eighths]
