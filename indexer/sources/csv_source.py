"""Read the rows of text tables (CSV, TSV) and of spreadsheets."""

from __future__ import annotations

import csv
from functools import partial
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, Final

from indexer.errors import message
from indexer.runtime import NamedTuple
from indexer.sources.encoding import open_text, repair, text_encoding
from indexer.sources.export_record import is_own_csv, record_of_row
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.json_source import source_of_records
from indexer.sources.source import MAX_LINE_LENGTH, Source, take_sample, text_size
from indexer.sources.stated_values import no_item, text_of
from indexer.sources.stream import HEAD_BYTES, put_back
from indexer.sources.text_shapes import HEADER_WITHIN, find_dialect, find_header

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext
    from indexer.sources.text_shapes import Dialect


class Row(NamedTuple):
    """A row of a table.

    Attributes:
        first: The number of its first line, or its row number, 1-based.
        last: The number of its last line.
        cells: The values of the cells, in order.
    """

    first: int
    last: int
    cells: Sequence[object]


class Table:
    """A table, with or without recognised column names.

    Attributes:
        names: The names of the columns. If no header is recognised, these are the cells of the widest of the
            first rows.
        is_understood: Whether the columns of news items can be recognised by these names.
    """

    def __init__(self, rows: Iterator[Row], reader: ForeignReader) -> None:
        self._reader = reader
        top = list(islice(rows, HEADER_WITHIN))
        at = find_header([[*map(text_of, row.cells)] for row in top], reader.meaning)
        self.is_understood = at is not None
        self._above = top[: at or 0]
        self._rows = chain(top[(at or 0) + 1 :], rows)
        self._line = top[at or 0].first if top else 1
        header = top[at].cells if at is not None else max((row.cells for row in top), key=len, default=())
        self.names = [" ".join(text_of(cell).split()) for cell in header]

    def values(self, context: ReadContext) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Yield each row with its cells by column name, without empty cells."""
        for row in self._above:
            if any(map(text_of, row.cells)):
                context.skip(row.first, message("skip.above_columns"))
        names = _number_repeated(self.names)
        width = len(names)
        if "" in self.names:
            number = self.names.index("") + 1
            context.skip(self._line, message("skip.nameless_column", number=number), field=True)
        for row in self._rows:
            given = {
                key: cell for key, cell in zip(names, row.cells, strict=False) if key and cell not in _EMPTY
            }
            if len(row.cells) > width and any(cell not in _EMPTY for cell in row.cells[width:]):
                too_long = message("skip.long_row", cells=len(row.cells), names=width)
                context.skip(row.first, too_long, field=True)
            if given:
                yield row, given

    def items(self, context: ReadContext) -> Iterator[RawItem]:
        """Yield the items of the rows that are not empty."""
        values = self.values(context)
        sample = list(take_sample(values, lambda found: text_size(found[1])))
        self._reader.learn(fields for _, fields in sample)
        for row, fields in chain(sample, values):
            if (item := self._reader.read(fields, row.first, row.last)) is not None:
                yield item

    def is_own(self, context: ReadContext) -> bool:
        """Return whether Dragoman exported the table, and ``--map`` is not used."""
        return is_own_csv(self.names) and not context.options.columns

    def records(self, context: ReadContext) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the number and the export record of each row of a table that Dragoman exported."""
        for row, cells in self.values(context):
            texts = {name: cell if isinstance(cell, str) else text_of(cell) for name, cell in cells.items()}
            yield row.first, record_of_row(texts, self.names, context.lines(row.first, row.last))


_EMPTY: Final = ("", None)


def _number_repeated(names: list[str]) -> list[str]:
    """Add numbers to repeated column names."""
    seen: dict[str, int] = {}
    different = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        different.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return different


_PASSED_AT_ONCE: Final = 1 << 16  # characters of an overlong line that are read at a time
_END: Final = "\0"  # no line is equal to it, as NUL is removed; a line of NULs becomes empty


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the rows of a text table.

    Raises:
        SourceError: No row has the name of a title or text column.
    """
    head = stream.read(HEAD_BYTES)
    encoding = text_encoding(head)
    reader = ForeignReader(context)
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    dialect = find_dialect(text, whole=len(head) < HEAD_BYTES, meaning=reader.meaning)
    file = open_text(put_back(head, stream, context.name), encoding, newline="")
    table = Table(_rows(file, dialect, context), reader)
    if not table.is_understood:
        raise no_item(context.name, "columns", table.names)
    return source_of_tables([table], file, context)


def source_of_tables(tables: Sequence[Table], file: IO[Any], context: ReadContext) -> Source:
    """Return the items of tables as a source, which closes the file at the end.

    If Dragoman exported the tables, their rows are read as exported records.
    """

    def values(read: Callable[[Table, ReadContext], Iterator[Any]]) -> Iterator[Any]:
        with file:
            for table in tables:
                yield from read(table, context)

    if all(table.is_own(context) for table in tables):
        return source_of_records(values(Table.records), context)
    return Source(context.name, values(Table.items))


def _rows(file: io.TextIOWrapper, dialect: Dialect, context: ReadContext) -> Iterator[Row]:
    of_row: list[str] = []
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_LENGTH))  # process-wide: cells may be long
    lines = _lines(file, context, of_row)
    for _ in range(dialect.skip):
        next(lines, "")
    rows = csv.reader(lines, **dialect.format)
    while True:
        first = dialect.skip + rows.line_num + 1
        of_row.clear()
        try:
            cells = next(rows, None)
        except csv.Error:
            cells = None if of_row[-1:] == [_END] else []
            too_long = message("skip.long_cell", most=MAX_LINE_LENGTH)
            context.skip(first, message("skip.long_cell_or_quotation", cell=too_long))
        else:
            if cells is not None and of_row[-1:] == [_END]:
                context.skip(first, message("skip.open_quotation"), field=True)
                yield from _read_without_quotes(of_row[:-1], first, dialect)
                return
        if cells is None:
            return
        if any(cells):
            yield Row(first, dialect.skip + rows.line_num, cells)


def _read_without_quotes(lines: list[str], first: int, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows of a table, reading quotation marks as ordinary characters."""
    settings = {**dialect.format, "quoting": csv.QUOTE_NONE}
    for number, cells in enumerate(csv.reader(lines, **settings), first):
        if any(cells):
            yield Row(number, number, cells)


def _lines(file: io.TextIOWrapper, context: ReadContext, of_row: list[str]) -> Iterator[str]:
    """Yield the lines of a table, each of at most MAX_LINE_LENGTH characters.

    Args:
        file: The file of the table.
        context: The name and options of the source.
        of_row: A list to which the lines of the current row are added. ``_END`` is added if the input ends
            within the row.
    """
    for number, line in enumerate(iter(partial(file.readline, MAX_LINE_LENGTH), ""), start=1):
        if len(line) >= MAX_LINE_LENGTH and not line.endswith(("\n", "\r")):
            while (rest := file.readline(_PASSED_AT_ONCE)) and not rest.endswith(("\n", "\r")):
                pass
            context.skip(number, message("skip.long_line", most=MAX_LINE_LENGTH))
            of_row.append("\n")
        elif not line.isascii() or "\0" in line:
            of_row.append(repair(line.lstrip("\ufeff") if number == 1 else line).replace("\0", ""))
        else:
            of_row.append(line)
        yield of_row[-1]
    of_row += [_END] if of_row else []
