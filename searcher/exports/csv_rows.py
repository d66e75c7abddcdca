"""Write items as CSV or an Excel workbook, so that no cell is computed as a formula.

Texts of a workbook are inline strings, which are never computed. Each sheet has a maximum number of rows and
bytes, and is compressed on writing, so that only a few rows are in memory.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import date
from typing import IO, TYPE_CHECKING, Any, Final, cast

from indexer.csv_cells import field_cell
from indexer.data_tables import rows as table_rows
from indexer.errors import message
from searcher.facet_values import flatten
from searcher.safe_text import legible, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from zipfile import ZipInfo

    from searcher.exports.exporting import Row

DATE: Final = ("date_start", "date_end", "date_kind")
SOURCE: Final = ("file", "first_line", "last_line")
ITEM_COLUMNS: Final = (
    *("id", *DATE, "language", "languages", "countries", "title", "body", "url", *SOURCE),
    *("author", "section", "fields"),
)
COLUMNS: Final = (*ITEM_COLUMNS, "sources", "former", "since", "group")
MAX_CELL_LENGTH: Final = 32_767  # maximum characters of a cell in Excel


def cell(value: object) -> object:
    """Convert a value to a cell that a spreadsheet does not compute as a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        value = field_cell(value)
    return spreadsheet_cell(value) if isinstance(value, str) else value


def write(rows: Iterable[Row], more: tuple[str, ...] = ()) -> Generator[bytes, None, list[str]]:
    """Yield a header and a row for each item as CSV.

    ``more`` are the names of additional columns. The generator returns notes for the user.
    """
    import csv  # imported late: not all users of this module write CSV
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = (*COLUMNS, *more)
    writer.writerow(columns)
    long = 0
    for row in rows:
        cells = [cell(value) for value in map(flat_row(row).get, columns)]
        long += any(isinstance(value, str) and len(value) > MAX_CELL_LENGTH for value in cells)
        writer.writerow(cells)
        yield text.getvalue().encode("utf-8", "replace")
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()  # the header if there are no items
    return [message("exports.long_cells", n=long, most=MAX_CELL_LENGTH)] if long else []


def flat_row(row: Row) -> dict[str, Any]:
    """Flatten a record to one value for each column."""
    found = flatten(row.record())
    places = [(place["file"], *place["lines"]) for place in found.get("sources", ())]
    found["sources"] = "; ".join(f"{file}:{first}-{last}" for file, first, last in places)
    found["former"] = " ".join(found.get("former", ()))
    for name in ("tags", "collections"):
        found[name] = "; ".join(found.get(name, ()))
    return found


MAX_ROWS: Final = 1 << 20  # maximum rows of a sheet in Excel
MAX_BYTES: Final = 1 << 30  # maximum size of a sheet's XML; zip needs an extension for over 2 GiB
CUT: Final = " […]"  # at the end of a truncated text
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()
_FIRST_DAY: Final = date(1900, 3, 1).toordinal()  # before it, Excel has a 29 February 1900
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as a character
_DATED, _BOLD = 1, 2  # cell formats
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BEGIN: Final = (
    f'{_XML}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    "</sheetViews><sheetData>"
)
_END: Final = b"</sheetData></worksheet>"


class _Parts(list[bytes]):
    """A file object for writing that collects the written bytes and cannot seek."""

    def write(self, data: bytes) -> int:
        self.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing, because nothing is buffered."""

    def take(self) -> bytes:
        taken = b"".join(self)
        self.clear()
        return taken


def write_workbook(
    rows: Iterable[Row], most_rows: int = MAX_ROWS, most_bytes: int = MAX_BYTES, more: tuple[str, ...] = ()
) -> Generator[bytes, None, list[str]]:
    """Yield an Excel workbook with a row for each item.

    Args:
        rows: The items.
        most_rows: The maximum number of rows of a sheet.
        most_bytes: The maximum number of bytes of a sheet.
        more: The names of additional columns.

    Returns:
        Notes for the user.
    """
    from zipfile import ZipFile  # not all users of this module write workbooks

    out = _Parts()
    columns = (*COLUMNS, *more)
    header = _BEGIN.encode() + _row([_text(name, _BOLD) for name in columns])
    with ZipFile(cast("IO[bytes]", out), "w") as archive, ExitStack() as opened:

        def begin(number: int) -> IO[bytes]:
            opened.close()
            sheet = opened.enter_context(archive.open(_member(f"xl/worksheets/sheet{number}.xml"), "w"))
            opened.callback(sheet.write, _END)
            sheet.write(header)
            return sheet

        sheet, sheets, here, size, cut = begin(1), 1, 1, 0, 0
        for row in rows:
            values = [*map(flat_row(row).get, columns)]
            cells = _row([*map(_cell, columns, values)])
            if here >= most_rows or (here > 1 and size + len(cells) > most_bytes):
                sheets, here, size = sheets + 1, 1, 0
                sheet = begin(sheets)
            sheet.write(cells)
            here, size, cut = here + 1, size + len(cells), cut + any(map(_is_long, values))
            if out:
                yield out.take()
        opened.close()
        for name, each, text in table_rows(__file__, "workbook.tsv"):
            listed = "".join([each.replace("{n}", str(number + 1)) for number in range(sheets)])
            archive.writestr(_member(name), _XML + text.replace("@", listed))
    yield out.take()
    return [message("exports.cut_cells", n=cut, most=MAX_CELL_LENGTH)] if cut else []


def _member(name: str) -> ZipInfo:
    """Return a zip member with a fixed time, so that equal items give equal bytes."""
    from zipfile import ZIP_DEFLATED, ZipInfo

    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    return member


def _row(cells: list[str]) -> bytes:
    return f"<row>{''.join(cells)}</row>".encode("utf-8", "replace")


def _cell(name: str, value: Any) -> str:
    """Return the XML of a cell: a number, a day or a text."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    if name in {"date_start", "date_end"} and (day := date.fromisoformat(value).toordinal()) >= _FIRST_DAY:
        return f'<c s="{_DATED}"><v>{day - _DAY_ZERO}</v></c>'
    return _text(_cell_text(value))


def _cell_text(value: Any) -> str:
    """Return a value as displayable text."""
    text = field_cell(value) if isinstance(value, dict) else str(value)
    return legible(text.replace("\r\n", "\n"), keep="\n\t")


def _is_long(value: Any) -> bool:
    """Return whether a value is too long for a cell in Excel."""
    if isinstance(value, str):  # rarely: the text in the cell is never longer
        return len(value) > MAX_CELL_LENGTH and len(_cell_text(value)) > MAX_CELL_LENGTH
    return isinstance(value, dict) and len(_cell_text(value)) > MAX_CELL_LENGTH


def _text(text: str, style: int = 0) -> str:
    if len(text) > MAX_CELL_LENGTH:
        text = text[: MAX_CELL_LENGTH - len(CUT)] + CUT
    text = _ESCAPE.sub("_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'
