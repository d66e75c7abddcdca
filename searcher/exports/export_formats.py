"""Define the export formats and their file extensions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


ExportFormat = Literal["jsonl", "csv", "sqlite", "ris", "csl", "bib", "xlsx"]


class Form(NamedTuple):
    """An export format.

    Attributes:
        endings: The file extensions.
        module: The module of its writer.
        function: The name of the writer. It is a generator that takes rows, yields bytes and returns notes
            for the user, or a function that takes rows and a path and returns such notes.
        label: The displayed name.
        media: The media type.
        needs_file: Whether the format needs a path instead of a stream.
        has_columns: Whether the writer takes the names of additional columns (``more``).
    """

    endings: tuple[str, ...]
    module: str
    function: str
    label: str
    media: str
    needs_file: bool = False
    has_columns: bool = False

    def writer(self) -> Callable[..., Any]:
        """Return the function that writes the format."""
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


def choose_format(name: str, requested: str | None) -> str:
    """Return the name of the requested export format, or of the format of a file's extension.

    Args:
        name: The file name.
        requested: The requested format, or ``None`` to choose the format by the extension.

    Raises:
        QueryError: The format is unknown, or neither given nor implied by the extension.
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
