"""Where a page prints its dates: above the title of an item, or under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.sources.headings import is_heading
from indexer.sources.run_in import read_dated_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.sources.page_lines import PageLine

_FEWEST_DATES = 2
_SHARE = 0.8  # of the date lines that have a title above and none below


def dates_stand_under_titles(lines: Sequence[PageLine], *, day_first: bool | None) -> bool:
    """Return whether the page's items begin with their titles, and the dates follow.

    Args:
        lines: The lines of the page.
        day_first: The order of its dates in figures, or None.
    """
    under = above = 0
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        if not is_date_line(line, day_first=day_first):
            continue
        titled = (
            is_heading(before.body) and not before.closing and not is_date_line(before, day_first=day_first)
        )
        if titled and not is_heading(after.body):
            under += 1
        else:
            above += 1
    first_is_date = bool(lines) and is_date_line(lines[0], day_first=day_first)
    return under >= _FEWEST_DATES and not first_is_date and under >= _SHARE * (under + above)


def is_date_line(line: PageLine, *, day_first: bool | None) -> bool:
    """Return whether a line is a date and nothing else."""
    dated = read_dated_line(line.text, after_title=True, day_first=day_first)
    return dated is not None and not dated.rest
