"""Output of commands: tables for people, and JSON, JSON lines or CSV for programs.

Each format is a writer with a method for everything that commands show; it computes nothing. Tables are laid
out here rather than by a library, since a search on the command line is a new process and loading one takes
30 ms. For the same reason each format is loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol, TextIO

    from indexer.item import NewsItem
    from searcher.evaluation import Evaluation
    from searcher.near_duplicates import DuplicateGroup
    from searcher.results import Results

else:
    Protocol = object  # as in searcher.engine

__all__ = ["FORMATS", "Writer", "open_writer"]

FORMATS = ("table", "json", "jsonl", "csv")


class Writer(Protocol):
    """Writes the results of commands to a stream, in one format."""

    def write_results(self, results: Results) -> None:
        """Write results: hits and, in formats that have more than rows, facets."""

    def write_facets(self, results: Results) -> None:
        """Write the counts of results, without hits."""

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items, each as soon as it is read."""

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write groups of near duplicates."""

    def write_rows(
        self, head: Mapping[str, Any], name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Write the results of a reading tool, in formats for programs row by row.

        Args:
            head: The fields of the whole result, for the format that is one object.
            name: The name of the rows in it.
            columns: The columns of a format with columns.
            rows: The rows.
        """

    def write_item(self, *items: NewsItem) -> None:
        """Write whole items, with how their dates and countries are known."""

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write names and values; a value may be a mapping of counts or a list of mappings."""

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of each topic and, in formats that have more than rows, the rest."""


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
    from searcher.present.rows import CsvWriter, JsonLinesWriter

    writers: dict[str, Callable[[TextIO], Writer]] = {"jsonl": JsonLinesWriter, "csv": CsvWriter}
    if form not in writers:
        raise ValueError(f"unknown output format {form!r}; choose one of {', '.join(FORMATS)}")
    return writers[form](stream)
