"""The one year whose months are counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.engine import Filters


def month_year(filters: Filters) -> int:
    """Return the year in which the date filter begins, or ends where it has no beginning; 1 without one."""
    return date.fromordinal(filters.first_day or filters.last_day or 1).year
