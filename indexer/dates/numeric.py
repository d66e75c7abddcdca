"""Dates in figures, 27/02/2018 or 02-27-2018: a day past the twelfth shows which it is on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.dates.dateline import LONGEST_DATE, match_date_line

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIGURES = re.compile(r"\d[/.-]\d{1,2}[/.-](?:19|20)\d\d")


def day_comes_first(lines: Iterable[str]) -> bool | None:
    """Tell the order of day and month in the dates that a page writes in figures.

    Args:
        lines: Lines of the page, or date lines alone.

    Returns:
        Whether the day stands first; None where no line tells, or lines disagree.
    """
    orders = set()
    for line in lines:
        if _FIGURES.search(line, 0, LONGEST_DATE):
            possible = [order for order in (True, False) if match_date_line(line, day_first=order)]
            if len(possible) == 1:
                orders.update(possible)
    return orders.pop() if len(orders) == 1 else None
