"""The command that writes a report: one page that stands by itself, to attach to a paper."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError
from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING
from searcher.commands.missing import without_extra
from searcher.commands.output import echo, echo_error
from searcher.commands.receipts import receipt_of_answer

if TYPE_CHECKING:
    from searcher.results import Results

FACETS: Final = ("year", "country", "language")


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "-o",
    "--output",
    "file",
    required=True,
    type=click.Path(readable=False),
    metavar="FILE",
    help="The file to write, such as report.html; - for standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@options.index
@options.filters
@options.sort
@click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, help="How many hits to list."
)
@options.all_words
@options.via
@options.expand
@options.drop
@options.no_group
@options.strict
@options.query_language
@click.option(
    "--ui",
    type=click.Choice(["en", "es", "fr"]),
    default="en",
    show_default=True,
    help="The language of the page.",
)
@options.receipt
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
def report(
    query: tuple[str, ...],
    file: str,
    *,
    force: bool,
    index: str,
    ui: str,
    quiet: bool,
    receipt: str | None,
    **request: Any,
) -> int:
    """Write one page about what matches QUERY: how it was asked and read, counts, and hits with citations.

    The page needs no server, no network and no scripts, and prints well. It says which state of the index it
    is of, and the hash of its receipt. Without a QUERY it is about all that the filters let through.
    """
    from searcher.exports.exporting import write_whole
    from searcher.searcher import Searcher
    from searcher.web.asked import Asked
    from searcher.web.page import PageContext, report_page

    _require_html(file)
    _load_templates()
    asked = Asked(
        " ".join(query) or None,
        country=request["countries"],
        lang=request["languages"],
        from_=request["date_from"],
        to=request["date_to"],
        estimated=request["estimated"],
        sort=request["sort"],
        limit=request["limit"],
        expand=request["expand"],
        group=request["group"],
        all_=request["all_words"],
        via=request["via"],
        where=tuple([f"{name}={value}" for name, values in request["where"].items() for value in values]),
        drop=request["drop"],
        query_lang=request["query_language"],
        strict=request["strict"],
        ui=ui,
    )
    with Searcher(index) as searcher:
        facets = (*FACETS, *searcher.counted_fields)
        results = searcher.search(asked.q, facets=facets, **asked.search_arguments()).complete()
        noted = receipt_of_answer(searcher, asked.q, receipt, request)
        page = report_page(asked, results, PageContext(searcher, "", "", "", (), noted)).encode()
    if file == "-":
        sys.stdout.buffer.write(page)
    else:
        write_whole(file, page, replace=force)
    if not quiet:
        _tell(results, file)
    return FOUND if results.total and results.relaxed is None else NOTHING


def _tell(results: Results, file: str) -> None:
    from searcher.present.notices import notices
    from searcher.present.wording import number, pieces_of_news

    for line in notices(results):
        echo_error(line)
    if (here := len(results.hits)) < results.groups:
        echo_error(f"{number(here)} of {pieces_of_news(results.groups)} listed (--limit)")
    if file != "-":
        echo(f"written to {file}")


def _require_html(file: str) -> None:
    """Refuse a name that promises another form than the report has."""
    if Path(file).suffix.lower() not in {"", ".html", ".htm"}:
        raise DragomanError(
            f"a report is a page in HTML, not “{file}”; name it .html (a browser prints it to PDF)"
        )


def _load_templates() -> None:
    """Load what the page is made with, or say how to get it, before anything is asked."""
    try:
        import jinja2  # noqa: F401 - to see whether it is there
    except ModuleNotFoundError as error:
        raise without_extra(error, "a report", "serve") from None
