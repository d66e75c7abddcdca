"""Concordances for people: the keywords beneath each other, as wide as the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.legible import legible
from searcher.present.layout import bold, cells, clip, dim, pad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.item import ItemDate
    from searcher.present.layout import Page
    from searcher.reading.concordance import ConcordanceLine

_ID, _DAY, _LANGUAGE = 12, 11, 3  # cells


def write_lines(page: Page, lines: Iterable[ConcordanceLine]) -> int:
    """Write lines, each with the day, the language and the id of its item.

    Returns:
        How many there were.
    """
    about = _ID + _DAY + _LANGUAGE + 3
    side = (page.width - about) * 2 // 5  # the keyword stands at two fifths: it takes room on its right
    count = 0
    for line in lines:
        count += 1
        left = _last_words(legible(line.left).strip(), side)
        rest = page.width - about - side - 2
        match = clip(legible(line.match), rest)
        room = rest - cells(match)
        right = clip(legible(line.right).rstrip(), room) if room else ""
        text = " " * (side - cells(left)) + left + "  " + bold(match) + right
        detail = f"{pad(_day(line.date), _DAY)} {pad(line.language, _LANGUAGE)} {clip(legible(line.id), _ID)}"
        page.line(f"{pad(text, page.width - about)} {dim(detail)}".rstrip())
    return count


def _last_words(text: str, width: int) -> str:
    """Cut a text to its last words of at most ``width`` cells."""
    while cells(text) > width:
        _, space, after = text.partition(" ")
        text = after if space else clip(text, width)
    return text


def _day(when: ItemDate | None) -> str:
    """Write a day, or the month in which a longer interval begins; an estimate is visibly one."""
    if when is None:
        return "no date"
    day = when.start.isoformat()
    return f"{'≈' if when.kind == 'estimated' else ''}{day if when.start == when.end else day[:7]}"
