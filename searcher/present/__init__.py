"""Output: what a command found, as a table for people or as JSON, JSON lines or CSV for programs.

Each form is a writer with one method for each thing that commands show; it computes nothing. Tables are laid
out here rather than by a library of tables: a question from the command line is a new process, and loading
one costs 30 ms. So each form, too, is loaded when it is first written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol, TextIO

    from indexer.item import NewsItem
    from searcher.evaluation.judge import Evaluation
    from searcher.near_duplicates import DuplicateGroup
    from searcher.results import Results

else:
    Protocol = object  # as in searcher.engine

__all__ = ["FORMATS", "Writer", "open_writer"]

FORMATS = ("table", "json", "jsonl", "csv")


class Writer(Protocol):
    """Writes what commands show to a stream, in one form."""

    def write_results(self, results: Results) -> None:
        """Write an answer: hits and, in forms that hold more than rows, facets."""

    def write_facets(self, results: Results) -> None:
        """Write the counts of an answer, without its hits."""

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items one after the other, each as soon as it is read."""

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write groups of items that are the same news."""

    def write_rows(
        self, head: Mapping[str, Any], name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Write what a reading tool found, for programs each row as it comes.

        Args:
            head: What is to be said of all rows, in the form that is one object.
            name: The name of the rows there.
            columns: The columns of a form that has them.
            rows: The rows.
        """

    def write_item(self, *items: NewsItem) -> None:
        """Write one item whole, or several, with how their dates and countries are known."""

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write names and values; a value may be a mapping of counts or a list of mappings."""

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of each topic and, in forms that hold more than rows, the rest."""


def open_writer(form: str, stream: TextIO, *, color: bool, width: int) -> Writer:
    """Make the writer of a form.

    Args:
        form: One of ``FORMATS``.
        stream: Where it writes.
        color: Whether a table may hold terminal codes.
        width: The cells of a line of a table.

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
