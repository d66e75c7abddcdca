"""A table in text: CSV, TSV, and what spreadsheets make of them, row by row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from indexer.item import SourceLines
from indexer.sources.csv_dialect import find_dialect
from indexer.sources.encoding import one_byte_encoding, repair, wide_encoding
from indexer.sources.field_names import no_item
from indexer.sources.foreign import ForeignReader
from indexer.sources.jsonl import source_of_records
from indexer.sources.limits import LONGEST_LINE
from indexer.sources.source import Skipped, Source
from indexer.sources.stream import HEAD_BYTES, put_back
from indexer.sources.table import Row, Table
from indexer.sources.written import is_our_csv, record_of_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.csv_dialect import Dialect
    from indexer.sources.source import OnSkip, ReadOptions

_PASSED_AT_ONCE: Final = 1 << 16  # characters of an overlong line that are read at once


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, options: ReadOptions) -> Source:
    """Open a table in text.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each row or cell that is left out.
        options: Which columns stand for which fields.

    Raises:
        SourceError: No row names its columns so that a title or a text is known.
    """
    head = stream.read(HEAD_BYTES)
    encoding = wide_encoding(head) or one_byte_encoding(head) or "utf-8"
    reader = ForeignReader(name, on_skip, options)
    whole = len(head) < HEAD_BYTES
    text = head.decode(encoding, "replace" if encoding != "utf-8" else "surrogateescape").lstrip("\ufeff")
    dialect = find_dialect(text, whole=whole, meaning=reader.meaning)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    file = io.TextIOWrapper(put_back(head, stream, name), encoding, errors, newline="")
    table = Table(_rows(file, dialect, name, on_skip), reader)
    if not table.is_understood:
        raise no_item(name, "columns", table.names)
    if is_our_csv(table.names) and not options.columns:
        return source_of_records(_records(table, name, on_skip), name, on_skip)
    return Source(name, ordered=False, items=table.items(name, on_skip))


def _records(table: Table, name: str, on_skip: OnSkip) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a table that a command of ours wrote as records of an export, each with its line."""
    for row, cells in table.values(name, on_skip):
        yield row.first, record_of_row(cells, table.names, SourceLines(name, row.first, row.last))


def _rows(file: io.TextIOWrapper, dialect: Dialect, name: str, on_skip: OnSkip) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))  # of the process: cells may be articles
    with file:
        lines = _Lines(file, name, on_skip)
        for _ in range(dialect.skip):
            next(lines, "")
        rows = csv.reader(lines, **dialect.format)
        while True:
            first = lines.number + 1
            lines.of_row.clear()
            try:
                cells = next(rows, None)
            except csv.Error:
                cells = None if lines.ended else []
                reason = (
                    f"a cell of more than {LONGEST_LINE:,} characters, or a quotation mark that is not closed"
                )
                on_skip(Skipped(name, first, reason))
            else:
                if cells is not None and lines.ended:
                    reason = "a quotation mark that is not closed; all below is read as if there were none"
                    on_skip(Skipped(name, first, reason, field=True))
                    yield from _unquoted(lines.of_row, first, dialect)
                    return
            if cells is None:
                return
            if any(cells):
                yield Row(first, lines.number, cells)


def _unquoted(lines: list[str], first: int, dialect: Dialect) -> Iterator[Row]:
    """Read lines whose quotation marks mean nothing."""
    settings = {**dialect.format, "quoting": csv.QUOTE_NONE}
    for number, cells in enumerate(csv.reader(lines, **settings), first):
        if any(cells):
            yield Row(number, number, cells)


class _Lines:
    """The lines of a table, with their ends, none of them longer than LONGEST_LINE.

    Attributes:
        number: How many were given.
        of_row: Those of the row that is being read.
        ended: Whether one more was asked for than there are: within a row that has no end.
    """

    def __init__(self, file: io.TextIOWrapper, name: str, on_skip: OnSkip) -> None:
        self._file = file
        self._name = name
        self._on_skip = on_skip
        self.number = 0
        self.of_row: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            self.ended = bool(self.of_row)
            raise StopIteration
        self.number += 1
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            while (rest := self._file.readline(_PASSED_AT_ONCE)) and not rest.endswith(("\n", "\r")):
                pass
            self._on_skip(
                Skipped(self._name, self.number, f"a line of more than {LONGEST_LINE:,} characters")
            )
            line = "\n"
        elif not line.isascii() or "\0" in line:
            line = repair(line.lstrip("\ufeff") if self.number == 1 else line).replace("\0", "")
        self.of_row.append(line)
        return line
