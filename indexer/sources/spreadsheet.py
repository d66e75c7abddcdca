"""Read the sheets of a spreadsheet that have known column names."""

from __future__ import annotations

import json
import zipfile
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Final

from indexer.errors import SourceError, message
from indexer.sources.child_process import read_in_child
from indexer.sources.csv_source import Row, Table, source_of_tables
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.stated_values import no_item

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.sources.source import ReadContext, Source

if find_spec("python_calamine") is None:  # only the child process imports it
    raise ImportError("python-calamine is not installed", name="python_calamine")

MAX_UNPACKED_SIZE: Final = 1 << 30
"""The maximum number of bytes that the parts of a spreadsheet may decompress to."""

_WHY: Final = {"encrypted": message("sources.encrypted"), "damaged": message("sources.damaged_spreadsheet")}


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the rows of a spreadsheet.

    Raises:
        SourceError: The file is encrypted, damaged or too large, or no sheet has recognised columns.
    """
    rows = read_in_child("spreadsheets", stream, context.name, lambda data: _check_sizes(data, context.name))
    try:
        tables = _tables(rows, context)
    except BaseException:
        rows.close()
        raise
    return source_of_tables(tables, rows, context)


def _check_sizes(data: IO[bytes], name: str) -> None:
    """Raise an error for a zipped spreadsheet that is too large when unpacked."""
    data.seek(0)
    try:
        size = sum(part.file_size for part in zipfile.ZipFile(data).infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return
    if size > MAX_UNPACKED_SIZE:
        raise SourceError(
            message(
                "spreadsheet.too_large", name=name, size=size >> 20, max_unpacked_size=MAX_UNPACKED_SIZE >> 20
            )
        )


def _tables(rows: IO[bytes], context: ReadContext) -> list[Table]:
    """Return the sheets with known column names, and report the others."""
    tables: list[Table] = []
    left_out: list[tuple[str, Table]] = []
    sheets, damaged = _sheets(rows, context)
    for title, start in sheets:
        table = Table(_rows(rows, start), ForeignReader(context))
        if table.is_understood:
            tables.append(table)
        elif any(table.names):
            left_out.append((title, table))
    if not tables and damaged:
        raise SourceError(message("sources.no_item", name=context.name, otherwise=_WHY["damaged"]))
    if not tables:
        raise no_item(context.name, "columns", left_out[0][1].names if left_out else [])
    for title, table in left_out:
        context.skip(0, str(no_item(message("sources.sheet", title=title[:40]), "columns", table.names)))
    return tables


def _sheets(rows: IO[bytes], context: ReadContext) -> tuple[list[tuple[str, int]], bool]:
    """Find the names of the sheets and the positions of their rows in a file.

    Returns:
        The names with the positions, and whether a sheet is damaged.
    """
    sheets: list[tuple[str, int]] = []
    damaged = False
    rows.seek(0)
    while line := rows.readline():
        if not line.startswith(b"{"):
            continue
        declared = json.loads(line)
        if "sheet" in declared:
            sheets.append((declared["sheet"], rows.tell()))
        elif not sheets:
            raise SourceError(
                message("sources.no_item", name=context.name, otherwise=_WHY[declared["error"]])
            )
        elif declared["error"] == "cut":
            most = message("skip.rows_after", row=declared["row"], sheet=sheets[-1][0][:40])
            context.skip(0, message("skip.too_many_rows", rows=most))
        else:
            damaged = True
            context.skip(0, message("skip.damaged_sheet", sheet=sheets[-1][0][:40]))
    return sheets, damaged


def _rows(rows: IO[bytes], at: int) -> Iterator[Row]:
    """Yield the rows of a sheet; between the rows, the caller may read other sheets of the file."""
    number = 0
    while True:
        rows.seek(at)
        line = rows.readline()
        at = rows.tell()
        if not line.startswith(b"["):
            return
        number += 1
        cells = json.loads(line)
        if any(cell != "" for cell in cells):
            yield Row(number, number, cells)
