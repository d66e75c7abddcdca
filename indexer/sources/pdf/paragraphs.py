"""Paragraphs of the lines of a PDF: broken lines joined, hyphens mended, heads and feet of pages left out."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.sources.html_text import visible
from indexer.sources.page.headings import ends_sentence, is_list_entry, starts_high

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBER: Final = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER: Final = re.compile(
    r"(?:[-–—]?\s*)?(?:(?:page|página|pagina|pág\.|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|de|sur)\s*\d{1,4})?(?:\s*[-–—])?",
    re.IGNORECASE,
)
_HYPHEN: Final = re.compile(r"[^\W\d_][-\u00ad\u2010]$")
_PARTED: Final = "\ufffe\x02"  # stand for the hyphen that parts a word
_EDGES: Final = 2  # lines at the top and at the bottom of a page that may be its head and its foot
_FEWEST_PAGES: Final = 3  # that have the same head
_WIDER: Final = 1.35  # of the usual distance of lines: a paragraph ends there
_INDENT: Final = 6.0  # points
_SHORT: Final = 0.82  # of the width of the text: the last line of a paragraph
_OTHER_SIZE: Final = 1.1  # of letters: a heading


class Line(NamedTuple):
    """A line of a page.

    Attributes:
        text: What it says.
        left, right: Its ends, in points from the left edge of the page.
        bottom: Its place, in points from the bottom edge.
        size: The size of its first letter.
    """

    text: str
    left: float
    right: float
    bottom: float
    size: float


def without_heads(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], int]:
    """Remove the heads, feet and numbers of pages.

    Returns:
        The pages, and how many lines were removed.
    """
    shapes = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)})
    if len(pages) < 2:
        return [list(page) for page in pages], 0
    fewest = min(_FEWEST_PAGES, len(pages))
    repeated = {shape for shape, times in shapes.items() if times >= max(fewest, len(pages) / 3)}
    kept: list[list[Line]] = []
    removed = 0
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        own = [
            line
            for line in page
            if id(line) not in edges
            or (_shape(line) not in repeated and not _PAGE_NUMBER.fullmatch(line.text))
        ]
        removed += len(page) - len(own)
        kept.append(own)
    return kept, removed


def _edges(page: Sequence[Line]) -> list[Line]:
    return [*page[:_EDGES], *page[max(_EDGES, len(page) - _EDGES) :]]


def _shape(line: Line) -> str:
    return _NUMBER.sub("0", line.text)


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Join the lines of pages to paragraphs, also across columns and pages.

    Args:
        pages: The lines of each page, heads and feet left out.
    """
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    distance = _usual_distance(lines)
    paragraphs: list[str] = []
    for group in _groups(lines, distance):
        text = group[0].text
        for line in group[1:]:
            text = _joined(text, line.text)
        if shown := visible(text.rstrip(_PARTED)):
            paragraphs.append(shown)
    return paragraphs


def _groups(lines: Sequence[Line], distance: float) -> Iterator[list[Line]]:
    group = [lines[0]]
    right = _right_edge(lines)
    for above, line in pairwise(lines):
        if _begins(above, line, group, distance, right):
            yield group
            group = []
        group.append(line)
    yield group


def _begins(above: Line, line: Line, group: Sequence[Line], distance: float, right: float) -> bool:
    """Tell whether a line begins a paragraph."""
    sizes = sorted((above.size or 1.0, line.size or 1.0))
    if sizes[1] >= _OTHER_SIZE * sizes[0] or is_list_entry(line.text):
        return True
    down = above.bottom - line.bottom
    is_short = above.right - above.left < _SHORT * (right - above.left)
    ended = ends_sentence(above.text) or above.text.endswith(":")
    if down <= 0 or down > 4 * distance:  # another column or page
        return starts_high(line.text) and (ended or is_short)
    if down > _WIDER * distance:
        return True
    first = group[0] if len(group) > 1 else None
    indented = line.left > above.left + _INDENT and (first is None or above.left < first.left + _INDENT)
    return starts_high(line.text) and ((indented and ended) or (is_short and ended))


def _joined(text: str, line: str) -> str:
    """Join a line to what stands above it; a word that was parted is put together."""
    if text.endswith(tuple(_PARTED)):
        return text[:-1] + line
    if _HYPHEN.search(text[-2:]) and line[:1].islower():
        return text[:-1] + line
    return f"{text} {line}"


def _usual_distance(lines: Sequence[Line]) -> float:
    distances = sorted(
        above.bottom - line.bottom
        for above, line in pairwise(lines)
        if 0 < above.bottom - line.bottom < 3 * max(line.size, above.size, 6.0)
    )
    return (
        distances[len(distances) // 4] if distances else 14.0
    )  # those within paragraphs are the smaller ones


def _right_edge(lines: Sequence[Line]) -> float:
    """Find where the lines of the text end: the place that a tenth of them reach."""
    ends = sorted(line.right for line in lines)
    return ends[int(len(ends) * 0.9)]
