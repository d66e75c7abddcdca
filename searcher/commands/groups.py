"""Define the commands ``stories`` and ``duplicates``."""

from __future__ import annotations

from typing import Any

import click

from searcher.commands import options
from searcher.commands.output import FOUND, NOTHING, echo_error, open_output, open_page, write_notices
from searcher.present.catalogue import say


@click.command()
@options.query
@options.index
@options.filters
@click.option("--window", type=click.IntRange(0, 3660), default=14, show_default=True, metavar="DAYS")
@click.option("--min-items", type=click.IntRange(min=2), metavar="N", default=3, show_default=True)
@options.limit
@options.all_hits
@options.counted_query_reading
@options.output_format
def stories(query: str | None, index: str, form: str, *, limit: int, all_hits: bool, **requested: Any) -> int:
    """Group the matches of a query into stories, and print these."""
    from indexer.progress import count_progress
    from searcher import Searcher
    from searcher.present.reading_tables import COLUMNS, head_of_stories, notes_of, to_rows, write_stories
    from searcher.reading.stories import Story
    from searcher.reading.stories import stories as gather

    with Searcher(index) as searcher, count_progress("progress.items_read", say) as progress:
        most = None if all_hits else limit
        found = gather(searcher, query, limit=most, progress=progress, **requested)
    if form == "table":
        write_stories(open_page(), found.stories)
    else:
        head = head_of_stories(found, window=requested["window"], min_items=requested["min_items"])
        records = map(Story.to_record, found.stories)
        rows = to_rows(records) if form == "csv" else records
        open_output(form).write_rows(head, "stories", COLUMNS, rows)
    write_notices(found.results, counted=True)
    for line in notes_of(found):
        echo_error(line)
    return FOUND if found.found else NOTHING


@click.command()
@options.query
@options.index
@options.filters
@options.sort
@options.limit
@options.offset
@options.all_hits
@click.option("--changes", is_flag=True)
@options.counted_query_reading
@options.output_format
def duplicates(
    query: str | None, index: str, form: str, *, all_hits: bool, limit: int, offset: int, **request: Any
) -> int:
    """Print the groups of near duplicates that a query matches."""
    from searcher import Searcher
    from searcher.present.notices import describe_part

    with Searcher(index) as searcher:
        most = None if all_hits else limit
        found = searcher.duplicates(query, limit=most, offset=offset, **request)
        open_output(form).write_duplicates(found)
    write_notices(found.results, counted=True)
    if not found.total:
        echo_error(say("duplicates.none" if found.results.total else "duplicates.no_match"))
    elif len(found) < found.total:
        last = offset + len(found) if len(found) else 0
        total = say("duplicates.groups", n=found.total)
        echo_error(describe_part(len(found), last, found.total, total))
    return FOUND if found.total else NOTHING
