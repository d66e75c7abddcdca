"""The formats of an export, and their file name endings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


ExportFormat = Literal["jsonl", "csv", "sqlite", "ris", "csl"]


class Form(NamedTuple):
    """A format of an export.

    Attributes:
        endings: The file name endings.
        module: The module of its writer.
        function: The writer, from rows and a binary stream or a path to notes for the user.
        needs_file: Whether it is written to a path, not to a stream.
    """

    endings: tuple[str, ...]
    module: str
    function: str
    needs_file: bool = False

    def writer(self) -> Callable[..., list[str]]:
        """Load the writer."""
        module = import_module(f"searcher.exports.{self.module}")
        found: Callable[..., list[str]] = getattr(module, self.function)
        return found


FORMS: Final[dict[str, Any]] = {
    "jsonl": Form((".jsonl", ".ndjson"), "exporting", "write_json_lines"),
    "csv": Form((".csv",), "csv_rows", "write"),
    "sqlite": Form((".sqlite", ".sqlite3", ".db"), "sqlite", "write", needs_file=True),
    "ris": Form((".ris",), "citations", "write_ris"),
    "csl": Form((".csl.json", ".csl"), "citations", "write_csl"),
}


def form_of(name: str, requested: str | None) -> str:
    """Return the requested format, else that of a file name ending.

    Args:
        name: The name of the file; ``-`` for standard output.
        requested: The name of a format; None for none.

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
