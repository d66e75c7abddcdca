"""Output of commands: tables for people, and JSON, JSON lines or CSV for programs.

Each format is a writer with a method for everything that commands show; it computes nothing. Tables are laid
out here rather than by a library, since a search on the command line is a new process and loading one takes
30 ms. For the same reason each format is loaded on first use.
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
        color: Whether a table may contain terminal codes.
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
