"""Define the commands that write matches to a file: ``export`` and ``report``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.errors import DragomanError, message
from searcher.commands import options
from searcher.commands.error_hints import missing_extra_error
from searcher.commands.output import FOUND, NOTHING, echo, echo_error, receipt_of_answer, write_notices
from searcher.exports.export_formats import FORMS
from searcher.present.catalogue import LANGUAGES, decimal, say, translate
from searcher.search_options import SearchOptions

if TYPE_CHECKING:
    from searcher.exports.export_formats import ExportFormat
    from searcher.results import Results

_with_notes = click.option("--notes", is_flag=True)
_target = options.output_file(required=True, type=click.Path(readable=False))


@click.command()
@options.query
@_target
@click.option("--format", "form", type=click.Choice([*FORMS]))
@options.force
@options.index
@options.filters
@options.sort
@options.search_option("limit", default=None)
@options.counted_query_reading
@_with_notes
@options.quiet
def export(
    query: str | None,
    file: str,
    form: ExportFormat | None,
    *,
    force: bool,
    quiet: bool,
    index: str,
    **request: Any,
) -> int:
    """Export the matches of a query to a file."""
    from indexer.progress import count_progress
    from searcher.present.wording import items_in_words
    from searcher.searcher import Searcher

    target = sys.stdout.buffer if file == "-" else file
    with Searcher(index) as searcher, count_progress(say=say) as progress:
        report = searcher.export(target, query, format=form, replace=force, progress=progress, **request)
    if not quiet:
        write_notices(report.results, counted=True)
        for line in report.notes:
            echo_error(translate(line))
    if report.items < report.total:
        echo_error(say("export.written_limit", n=report.items, total=items_in_words(report.total)))
    if file != "-" and not quiet:
        items, seconds = items_in_words(report.items), decimal(f"{report.seconds:.1f}")
        echo(say("export.written_in", items=items, file=file, format=report.format, seconds=seconds))
    elif not report.total and not quiet:  # without this message, an empty pipe would look like a failure
        echo_error(say("export.items_written"))
    return FOUND if report.total else NOTHING


@click.command()
@options.query
@_target
@options.force
@options.index
@options.filters
@options.sort
@options.search_option("limit", default=100)
@options.counted_query_reading
@options.no_group
@_with_notes
@click.option("--title", metavar="NAME", default="Dragoman")
@click.option("--ui", type=click.Choice(LANGUAGES), default="en", show_default=True, envvar="DRAGOMAN_UI")
@options.receipt
@options.quiet
def report(
    query: str | None,
    file: str,
    *,
    force: bool,
    index: str,
    title: str,
    ui: str,
    quiet: bool,
    notes: bool,
    receipt: str | None,
    **request: Any,
) -> int:
    """Write a report of the matches of a query as an HTML file."""
    _require_html(file)
    _load_templates()
    from searcher.exports.exporting import write_whole
    from searcher.searcher import Searcher
    from searcher.web.page.links import PageContext
    from searcher.web.page.report_page import report_page
    from searcher.web.parameters import SearchParams

    params = SearchParams.of_options(query or None, request, ui=ui)
    with Searcher(index) as searcher:
        facets = (*SearchOptions.facets.default, *searcher.counted_fields)
        results = searcher.search(params.q, facets=facets, **params.search_arguments()).complete()
        noted = receipt_of_answer(searcher, params.q, receipt, request)
        context = PageContext(searcher, archive=title)
        page = report_page(params, results, context, noted, notes=notes).encode()
    if file == "-":
        sys.stdout.buffer.write(page)
    else:
        write_whole(file, page, replace=force)
    if not quiet:
        _write_summary(results, file)
    return FOUND if results.total and results.relaxed is None else NOTHING


def _write_summary(results: Results, file: str) -> None:
    from searcher.present.wording import distinct_items_in_words, number

    write_notices(results, counted=True)
    if (here := len(results.hits)) < results.groups:
        groups = distinct_items_in_words(results.groups)
        echo_error(say("export.listed_limit", here=number(here), groups=groups))
    if file != "-":
        echo(say("export.written", file=file))


def _require_html(file: str) -> None:
    """Raise an error if the file for a report is not an HTML file."""
    if Path(file).suffix.lower() not in {"", ".html", ".htm"}:
        raise DragomanError(message("export.report_not_html", file=file))


def _load_templates() -> None:
    """Load the template engine, or report that it is not installed.

    This happens before the search, so that the search is not in vain.
    """
    try:
        import jinja2  # noqa: F401 - checks that it is installed
    except ModuleNotFoundError as error:
        raise missing_extra_error(error, message("extras.report")) from None
