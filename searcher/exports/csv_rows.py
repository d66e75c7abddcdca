"""Items as CSV for spreadsheets, which display its cells unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.csv_cells import field_cell
from indexer.errors import message
from searcher.facet_values import flat
from searcher.safe_text import spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from searcher.exports.exporting import Row

DATE: Final = ("date_start", "date_end", "date_kind")
SOURCE: Final = ("file", "first_line", "last_line")
ITEM_COLUMNS: Final = (
    *("id", *DATE, "language", "languages", "countries", "title", "body", "url", *SOURCE),
    *("author", "section", "fields"),
)
COLUMNS: Final = (*ITEM_COLUMNS, "sources", "former", "since", "group")
MAX_CELL_LENGTH: Final = 32_767  # characters of a cell in Excel


def cell(value: object) -> object:
    """Return a value that a spreadsheet displays and never computes; fields are one text (``Ship=Ana``)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        value = field_cell(value)
    return spreadsheet_cell(value) if isinstance(value, str) else value


def write(rows: Iterable[Row]) -> Generator[bytes, None, list[str]]:
    """Yield a header and a row for each item, with CRLF line ends.

    Args:
        rows: The items.

    Returns:
        Notes for the user.
    """
    import csv  # commands that print no CSV also import this module
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    long = 0
    for row in rows:
        cells = [cell(value) for value in map(flat_row(row).get, COLUMNS)]
        long += any(isinstance(value, str) and len(value) > MAX_CELL_LENGTH for value in cells)
        writer.writerow(cells)
        yield text.getvalue().encode("utf-8", "replace")
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()  # the header if there are no items
    return [message("exports.long_cells", n=long, most=MAX_CELL_LENGTH)] if long else []


def flat_row(row: Row) -> dict[str, Any]:
    """Flatten a record to one text per column."""
    found = flat(row.record())
    places = [(place["file"], *place["lines"]) for place in found.get("sources", ())]
    found["sources"] = "; ".join(f"{file}:{first}-{last}" for file, first, last in places)
    found["former"] = " ".join(found.get("former", ()))
    return found
