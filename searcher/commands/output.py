"""What commands write on: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from indexer.sources import Skips
    from searcher.present import Writer
    from searcher.present.layout import Page
    from searcher.results import Results

_WIDTH = 100  # cells: the width of a table in a pipe, and its largest on a terminal
SHOWN_SKIPS = 10  # skipped records told one by one; the rest is counted


def open_output(form: str, *, err: bool = False) -> Writer:
    """Open the writer of a form on standard output, in colour and as wide as a terminal wants it.

    Args:
        form: One of :data:`searcher.present.FORMATS`.
        err: Whether to write on standard error instead.
    """
    from searcher.present import open_writer

    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        return open_writer(form, stream, color=False, width=_WIDTH)
    from shutil import get_terminal_size

    width = get_terminal_size((_WIDTH, 24)).columns
    return open_writer(form, stream, color=not os.environ.get("NO_COLOR"), width=min(_WIDTH, width))


def open_page() -> Page:
    """Open a page of text on standard output, in colour and as wide as a terminal wants it."""
    from searcher.present.layout import Page

    if not sys.stdout.isatty():
        return Page(sys.stdout, color=False, width=_WIDTH)
    from shutil import get_terminal_size

    return Page(
        sys.stdout, color=not os.environ.get("NO_COLOR"), width=get_terminal_size((_WIDTH, 24)).columns
    )


def write_answer(results: Results, form: str, *, facets_only: bool = False) -> bool:
    """Write an answer, and on standard error what is to be told of it.

    Args:
        results: The answer.
        form: The form.
        facets_only: Whether its counts alone are written.

    Returns:
        Whether something matches what was asked.
    """
    from searcher.present.notices import notices, rest_of_page

    writer = open_output(form)
    if facets_only:
        writer.write_facets(results)
    else:
        writer.write_results(results)
    for line in notices(results):
        echo_error(line)
    # JSON has the total, and so has the headline of a table, which may be far up on a terminal.
    if not facets_only and (form in {"jsonl", "csv"} or (form == "table" and sys.stdout.isatty())):
        for line in rest_of_page(results):
            echo_error(line)
    return bool(results.total) and results.relaxed is None


def echo_error(line: str) -> None:
    """Write one line on standard error; what it quotes of a query or a source never steers the terminal."""
    with suppress(OSError):  # where nobody can be told, the exit code still tells
        click.echo(_legible(line), err=True)


def echo(line: str) -> None:
    """Write one line on standard output, in plainer characters where it knows few."""
    from searcher.legible import TolerantStream

    TolerantStream(sys.stdout).write(f"{_legible(line)}\n")


def echo_skips(skips: Skips, shown: int = SHOWN_SKIPS) -> None:
    """Write which records were skipped, and which fields of others, on standard error.

    Args:
        skips: They.
        shown: How many to write one by one; the rest is counted.
    """
    for skip in skips.first[:shown]:
        place = f"{skip.file}:{skip.line}" if skip.line else skip.file
        echo_error(f"{place}: {skip.reason}" if skip.field else f"skipped {place}: {skip.reason}")
    if more := skips.total + skips.fields - min(shown, len(skips.first)):
        what = "lines, records or fields left out" if skips.fields else "lines or records skipped"
        echo_error(f"... and {more:,} more {what}; dragoman items SOURCE lists all")


def _legible(line: str) -> str:
    if line.isprintable():
        return line
    from searcher.legible import legible

    return legible(line)
