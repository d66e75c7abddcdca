"""Where an item of a page begins when no date says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.dates.dateline import day_comes_first
from indexer.sources.cohesion import Cohesion
from indexer.sources.headings import (
    has_kicker,
    is_heading,
    is_inner_title,
    is_list_entry,
    is_place,
    same_but_numbers,
    starts_high,
)
from indexer.sources.layout import dates_stand_under_titles, is_date_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.sources.open_item import OpenItem
    from indexer.sources.page_lines import PageLine


class Boundaries:
    """What the whole of a page tells about the beginnings of its items.

    Args:
        lines: The lines of the page.
    """

    def __init__(self, lines: Sequence[PageLine]) -> None:
        self._lines = lines
        self._cohesion = Cohesion(line.body for line in lines if line.body)
        self.day_first = day_comes_first(line.text for line in lines)
        self.titles_first = dates_stand_under_titles(lines, day_first=self.day_first)

    def starts_item(self, index: int, item: OpenItem) -> bool:
        """Return whether a line without a date starts a new item.

        Args:
            index: Which of the page's lines.
            item: The item that it would belong to otherwise.
        """
        text, following = self._lines[index].body, self._body(index + 1)
        if self.titles_first and is_heading(text) and self._is_date(index + 1):
            return True
        if item.closing:
            return bool(text) and not _goes_on(text, following, item)
        # Under a date all is one item up to its closing, also what begins with a title in a second language.
        next_entry = bool(item.texts) and same_but_numbers(text, item.texts[-1])
        if not text or item.date_text is not None or next_entry:
            return False
        if item.awaits_text():
            # Two titles in a row are a title and what explains it, unless the second has a kicker of its own.
            first_alone = len(item.texts) == 1 and is_heading(item.texts[0])
            return first_alone and has_kicker(text) and is_inner_title(text, following)
        if is_place(text) and is_inner_title(following, self._body(index + 2)):
            return True
        return is_inner_title(text, following) or self._cohesion.begins_story(text, item.texts)

    def _body(self, index: int) -> str:
        return self._lines[index].body if index < len(self._lines) else ""

    def _is_date(self, index: int) -> bool:
        return index < len(self._lines) and is_date_line(self._lines[index], day_first=self.day_first)


def _goes_on(text: str, following: str, item: OpenItem) -> bool:
    """Return whether a line after a closing still belongs to the item: a list, or the rest of a sentence."""
    return is_list_entry(text) or same_but_numbers(text, following) or not starts_high(text) or not item.texts
