"""The forms of an export, and which one a file's name asks for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Form(NamedTuple):
    """A form of an export.

    Attributes:
        endings: Of the names of files that ask for it.
        module: Where it is written.
        function: From rows, and a binary stream or a path, to what the reader should be told.
        needs_file: Whether it is written to a file by its path, not to a stream.
    """

    endings: tuple[str, ...]
    module: str
    function: str
    needs_file: bool = False

    def writer(self) -> Callable[..., list[str]]:
        """Load what writes it."""
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
    """Choose the form of a file: the one that is asked for, else that of its ending.

    Args:
        name: The name of the file; ``-`` for standard output.
        requested: The name of a form; None for none.

    Raises:
        QueryError: Nothing says which, or there is no such form.
    """
    if requested is not None:
        if requested not in FORMS:
            raise QueryError(f"unknown form of export “{requested}”; use one of {', '.join(FORMS)}")
        return requested
    small = name.lower()
    for form, (endings, *_) in FORMS.items():
        if small.endswith(endings):
            return form
    if name == "-":
        raise QueryError('say in which form it is written, such as format="jsonl"')
    known = ", ".join(ending for endings, *_ in FORMS.values() for ending in endings[:1])
    raise QueryError(f'the name “{name}” says no form; end it in {known}, or say format="jsonl"')
