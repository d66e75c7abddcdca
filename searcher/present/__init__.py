"""Write the output of commands as tables for people, or in formats for programs.

Each format has a writer with one method per kind of output. Writers compute nothing. A library for tables
would add 30 ms to each search on the command line, so none is used, and each format is loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO, TypeAlias

    from searcher.present.records import JsonWriter
    from searcher.present.result_tables import TableWriter
    from searcher.present.rows import CsvWriter, JsonLinesWriter

    Writer: TypeAlias = CsvWriter | JsonLinesWriter | JsonWriter | TableWriter  # all have the same methods

__all__ = ["FORMATS", "open_writer"]

FORMATS = ("table", "json", "jsonl", "csv")


def open_writer(form: str, stream: TextIO, *, color: bool, width: int) -> Writer:
    """Return the writer of a format.

    Args:
        form: One of ``FORMATS``.
        stream: The stream to write to.
        color: Whether a table may contain colour codes.
        width: The width of a table in cells.

    Raises:
        ValueError: The format is unknown.
    """
    if form == "table":
        from searcher.present.result_tables import TableWriter

        return TableWriter(stream, color=color, width=width)
    if form == "json":
        from searcher.present.records import JsonWriter

        return JsonWriter(stream)
    if form not in FORMATS:
        raise ValueError(f"unknown output format {form!r}; choose one of {', '.join(FORMATS)}")
    from searcher.present.rows import CsvWriter, JsonLinesWriter

    return CsvWriter(stream) if form == "csv" else JsonLinesWriter(stream)
