"""The boundaries between the items of a page where no date line shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.dates.dateline import day_comes_first
from indexer.sources.page import headings
from indexer.sources.page.cohesion import Cohesion
from indexer.sources.page.titles import read_dated_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.sources.page.lines import PageLine

_FEWEST_DATES = 2
_UNDER_TITLES = 0.8  # of the date lines have a title above and none below


@dataclass(slots=True)
class OpenItem:
    """An item of a page while its lines are still being read.

    Attributes:
        first, last: Its lines so far.
        date_text: Its printed date, or None.
        texts: Its lines of text, closings cut off.
        closing: The closing at the end of its last line, or an empty text.
        links: Its closings, but for those that the page repeats under its stories.
    """

    first: int
    last: int
    date_text: str | None = None
    texts: list[str] = field(default_factory=list)
    closing: str = ""
    links: list[str] = field(default_factory=list)
    _has_prose: bool = False

    def add(self, line: PageLine, *texts: str) -> None:
        """Add a line, split into these texts."""
        self.texts += filter(None, texts)
        self._has_prose = self._has_prose or any(map(headings.is_prose, texts))
        self.last = line.number
        self.closing = line.closing

    def awaits_text(self) -> bool:
        """Check whether there is a title, or something like one, and no text under it yet."""
        return bool(self.texts) and not self.closing and not self._has_prose


class Boundaries:
    """The properties of a whole page that show where its items begin.

    Args:
        lines: The lines of the page.

    Attributes:
        day_first: The order of day and month in the page's dates in figures; None where none shows it.
        titles_first: Whether its items begin with their titles, and the dates follow.
    """

    def __init__(self, lines: Sequence[PageLine]) -> None:
        self._lines = lines
        self._cohesion = Cohesion(line.body for line in lines if line.body)
        self.day_first = day_comes_first(line.text for line in lines)
        self.titles_first = self._has_dates_under_titles()

    def starts_item(self, index: int, item: OpenItem) -> bool:
        """Check whether a line without a date starts a new item.

        Args:
            index: The line's index in the page.
            item: The item that it would belong to otherwise.
        """
        text, following = self._lines[index].body, self._body(index + 1)
        if self.titles_first and headings.is_heading(text) and self._is_date(index + 1):
            return True
        if item.closing:
            return bool(text) and not _goes_on(text, following, item)
        # Under a date all is one item up to its closing, also what begins with a title in a second language.
        next_entry = bool(item.texts) and headings.same_but_numbers(text, item.texts[-1])
        if not text or item.date_text is not None or next_entry:
            return False
        if item.awaits_text():
            # Two titles in a row are a title and what explains it, unless the second has a kicker of its own.
            first_alone = len(item.texts) == 1 and headings.is_heading(item.texts[0])
            return first_alone and headings.has_kicker(text) and headings.is_inner_title(text, following)
        if headings.is_location(text) and headings.is_inner_title(following, self._body(index + 2)):
            return True
        return headings.is_inner_title(text, following) or self._cohesion.begins_story(text, item.texts)

    def _has_dates_under_titles(self) -> bool:
        under = above = 0
        for index in range(1, len(self._lines) - 1):
            if self._is_date(index):
                before = self._lines[index - 1]
                titled = (
                    headings.is_heading(before.body) and not before.closing and not self._is_date(index - 1)
                )
                if titled and not headings.is_heading(self._body(index + 1)):
                    under += 1
                else:
                    above += 1
        return under >= _FEWEST_DATES and not self._is_date(0) and under >= _UNDER_TITLES * (under + above)

    def _body(self, index: int) -> str:
        return self._lines[index].body if index < len(self._lines) else ""

    def _is_date(self, index: int) -> bool:
        """Check whether a line is a date and nothing else."""
        if index >= len(self._lines):
            return False
        dated = read_dated_line(self._lines[index].text, after_title=True, day_first=self.day_first)
        return dated is not None and not dated.rest


def _goes_on(text: str, following: str, item: OpenItem) -> bool:
    """Check whether a line after a closing still belongs to the item: a list, or the rest of a sentence."""
    return (
        headings.is_list_entry(text)
        or headings.same_but_numbers(text, following)
        or not headings.starts_high(text)
        or not item.texts
    )
