"""The command that takes items out of an index: all that match, whole."""

from __future__ import annotations

import sys
from typing import Any

import click

from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING
from searcher.commands.output import echo, echo_error
from searcher.exports.forms import FORMS


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "-o",
    "--output",
    "file",
    required=True,
    type=click.Path(readable=False),
    metavar="FILE",
    help="The file to write, whose ending says the form: .jsonl, .csv, .sqlite, .ris, .csl.json; - for "
    "standard output.",
)
@click.option("--format", "form", type=click.Choice([*FORMS]), help="The form, where no ending says it.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@options.index
@options.filters
@options.sort
@click.option("--limit", type=click.IntRange(min=0), help="Write so many of the first matches, not all.")
@options.query_reading
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
def export(
    query: tuple[str, ...],
    file: str,
    form: str | None,
    *,
    force: bool,
    quiet: bool,
    index: str,
    **request: Any,
) -> int:
    """Write all items that match QUERY to a file, whole; without a QUERY, all that the filters let through.

    JSON lines hold everything that the index knows, and build reads them back to the same items. CSV opens in
    spreadsheets, SQLite in Datasette and sqlite3, RIS and CSL-JSON in Zotero. The file appears when it is
    complete; where it is there already, --force replaces it.
    """
    from indexer.progress import shown_count
    from searcher.present.notices import notices
    from searcher.present.wording import items_in_words, number
    from searcher.searcher import Searcher

    target = sys.stdout.buffer if file == "-" else file
    with Searcher(index) as searcher, shown_count() as progress:
        report = searcher.export(
            target,
            " ".join(query) if query else None,
            format=form,
            replace=force,
            progress=progress,
            **request,
        )
    for line in () if quiet else (*notices(report.results), *report.notes):
        echo_error(line)
    if report.items < report.total:
        echo_error(f"{number(report.items)} of {items_in_words(report.total)} written (--limit)")
    if file != "-" and not quiet:
        echo(f"{items_in_words(report.items)} written to {file} ({report.format}, {report.seconds:.1f} s)")
    elif not report.total and not quiet:  # a pipe that nothing comes out of looks as if it failed
        echo_error("0 items written")
    return FOUND if report.total else NOTHING
