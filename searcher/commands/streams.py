"""The two streams: what a table on standard output is written on, and what is told on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from indexer.sources import Skipped

SHOWN_SKIPS = 10  # skipped records told one by one; the rest is counted


def paper() -> dict[str, Any]:
    """Return what a table is written on: whether it may be coloured, and its width in cells."""
    if not sys.stdout.isatty():
        return {"color": False, "width": 100}
    import shutil

    return {
        "color": not os.environ.get("NO_COLOR"),
        "width": min(100, shutil.get_terminal_size((100, 24)).columns),
    }


def tell(line: str) -> None:
    """Say one line on standard error; what it quotes of a query or a source never steers the terminal."""
    with suppress(OSError):  # where nobody can be told, the exit code still tells
        click.echo(_harmless(line), err=True)


def say(line: str) -> None:
    """Say one line on standard output, in plainer characters where it knows few."""
    from searcher.present.stream import TolerantStream

    TolerantStream(sys.stdout).write(f"{_harmless(line)}\n")


def tell_skips(skipped: list[Skipped], total: int, shown: int = SHOWN_SKIPS) -> None:
    """Tell of skipped records.

    Args:
        skipped: The first of them.
        total: How many there are in all.
        shown: How many to tell one by one; the rest is counted.
    """
    for skip in skipped[:shown]:
        tell(f"skipped {skip.file}:{skip.line}: {skip.reason}")
    if total > min(shown, len(skipped)):
        tell(f"... and {total - min(shown, len(skipped)):,} more lines or records skipped")


def _harmless(line: str) -> str:
    """Return a line without what a terminal would obey."""
    if line.isprintable():
        return line
    from searcher.present.legible import legible

    return legible(line)
