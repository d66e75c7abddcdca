"""When an item was published: printed date lines, dates named in the text, order of the page."""

from indexer.dates.dateline import DateLine, match_date_line
from indexer.dates.resolve import resolve_alone, resolve_dates

__all__ = ["DateLine", "match_date_line", "resolve_alone", "resolve_dates"]
