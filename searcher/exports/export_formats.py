"""The formats of an export, and their file name endings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


ExportFormat = Literal["jsonl", "csv", "sqlite", "ris", "csl", "bib", "xlsx"]


class Form(NamedTuple):
    """A format of an export.

    Attributes:
        endings: The file name endings.
        module: The module of its writer.
        function: The writer: a generator of bytes that returns notes for the user, from rows; or a function
            from rows and a path to the notes.
        label: Its name for readers.
        media: The media type.
        needs_file: Whether it is written to a path, not to a stream.
        has_columns: Whether the writer takes the names of further columns (``more``).
    """

    endings: tuple[str, ...]
    module: str
    function: str
    label: str
    media: str
    needs_file: bool = False
    has_columns: bool = False

    def writer(self) -> Callable[..., Any]:
        """Load the writer."""
        module = import_module(f"searcher.exports.{self.module}")
        found: Callable[..., Any] = getattr(module, self.function)
        return found


FORMS: Final[dict[str, Form]] = {
    "jsonl": Form((".jsonl", ".ndjson"), "exporting", "write_json_lines", "JSON Lines", "application/jsonl"),
    "csv": Form((".csv",), "csv_rows", "write", "CSV", "text/csv; charset=utf-8", has_columns=True),
    "sqlite": Form(
        (".sqlite", ".sqlite3", ".db"),
        "sqlite",
        "write",
        "SQLite",
        "application/vnd.sqlite3",
        needs_file=True,
    ),
    "ris": Form((".ris",), "citations", "write_ris", "RIS", "application/x-research-info-systems"),
    "csl": Form(
        (".csl.json", ".csl"), "citations", "write_csl", "CSL-JSON", "application/vnd.citationstyles.csl+json"
    ),
    "bib": Form((".bib",), "citations", "write_bib", "BibTeX", "application/x-bibtex"),
    "xlsx": Form(
        (".xlsx",),
        "csv_rows",
        "write_workbook",
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        has_columns=True,
    ),
}


def form_of(name: str, requested: str | None) -> str:
    """Return the requested format, else that of a file name ending.

    Raises:
        QueryError: The format is unknown, or neither given nor implied by the ending.
    """
    if requested is not None:
        if requested not in FORMS:
            raise QueryError(message("exports.unknown_format", requested=requested, forms=", ".join(FORMS)))
        return requested
    small = name.lower()
    for form, (endings, *_) in FORMS.items():
        if small.endswith(endings):
            return form
    if name == "-":
        raise QueryError(message("exports.no_format"))
    known = ", ".join(ending for endings, *_ in FORMS.values() for ending in endings[:1])
    raise QueryError(message("exports.unknown_ending", name=name, known=known))
