"""The command that shows which items are the same news."""

from __future__ import annotations

from typing import Any

import click

from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING
from searcher.commands.output import echo_error, open_output


@click.command()
@click.argument("query", nargs=-1)
@options.index
@options.filters
@options.sort
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many groups to show."
)
@options.offset
@click.option("--all-hits", is_flag=True, help="Show every group, whatever --limit says.")
@click.option(
    "--changes", is_flag=True, help="Show which numbers and names change from each version to the next."
)
@options.query_reading
@options.output_format
def duplicates(
    query: tuple[str, ...], index: str, form: str, *, all_hits: bool, limit: int, offset: int, **request: Any
) -> int:
    """Show which items are the same news: copies, and versions such as reprints, cuts and corrections.

    With QUERY or filters, groups of which an item matches. Items of a group stand by their dates.
    """
    from searcher import Searcher
    from searcher.present.notices import notices
    from searcher.present.wording import number

    with Searcher(index) as searcher:
        found = searcher.duplicates(
            " ".join(query) if query else None, limit=None if all_hits else limit, offset=offset, **request
        )
        open_output(form).write_duplicates(found)
    for line in notices(found.results):
        echo_error(line)
    if not found.total:
        echo_error("no items are the same news" if found.results.total else "no items match")
    elif len(found) < found.total:
        last = offset + len(found)
        after = f"--offset {last} for the next, " if len(found) and last < found.total else ""
        shown = f"{number(len(found))} of {number(found.total)} groups shown"
        echo_error(f"{shown} ({after}--all-hits for every one)")
    return FOUND if found.total else NOTHING
