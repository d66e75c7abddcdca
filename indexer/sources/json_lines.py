"""Read JSON lines as a stream: an export of records, one object per line."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from itertools import chain
from json.scanner import make_scanner
from typing import TYPE_CHECKING, Any, cast

from indexer.errors import SourceError, message, message_of
from indexer.sources.encoding import open_text, repair
from indexer.sources.export_record import BadRecordError, is_own, read_record
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.source import MAX_LINE_LENGTH, JsonLine, Source, take_sample

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext

_DECODE = make_scanner(cast("Any", json.JSONDecoder()))  # typeshed names another argument
_new_tuple = tuple.__new__  # faster than the named tuple's constructor
_SAMPLE = 200  # lines whose numeric dates show the order of day and month
_SAMPLE_CHARACTERS = 1 << 17
_SKIPPED_AT_ONCE = 1 << 16  # characters of an overlong line that are read at a time


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the items of a stream of JSON lines, one at a time.

    Raises:
        SourceError: All lines are blank.
    """
    lines = parse_lines(stream, context)
    reader = RecordReader(context)
    lines = chain(reader.peek(lines), lines)
    source = _source_of_lines(context, lines, reader)
    return replace(source, lines=None) if context.options.columns else source


def source_of_records(records: Iterable[tuple[int, Any]], context: ReadContext) -> Source:
    """Read the items of records that do not come from JSON lines.

    Args:
        records: The records, each with its line or number for messages.
        context: The source.
    """
    lines = (JsonLine(number, record, json.dumps(record)) for number, record in records)
    return _source_of_lines(context, lines, RecordReader(context))


def _source_of_lines(context: ReadContext, lines: Iterator[JsonLine], reader: RecordReader) -> Source:
    items = (item for line in lines if (item := reader.read(line)) is not None)
    return Source(context.name, items, lines=lines, read_line=reader.read)


class RecordReader:
    """Reads records one by one: those of an export, and those with other names.

    Args:
        context: The source; if its options map any name, no record is read as one of an export.
    """

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._mapped = bool(context.options.columns)
        self._foreign = ForeignReader(context)

    def peek(self, lines: Iterator[JsonLine]) -> list[JsonLine]:
        """Return the first lines, after detecting the order of day and month in records with other names."""
        taken = list(take_sample(lines, lambda line: len(line.text), _SAMPLE, _SAMPLE_CHARACTERS))
        self._foreign.learn(line.value for line in taken if self._is_foreign(line.value))
        return taken

    def read(self, line: JsonLine) -> RawItem | None:
        """Read the record of a line; return None if it is skipped, after reporting it."""
        if self._is_foreign(line.value):
            return self._foreign.read(line.value, line.number)
        try:
            notify = partial(self._context.skip, line.number, field=True)
            return read_record(line.value, self._context.lines(line.number), notify)
        except BadRecordError as error:
            self._context.skip(line.number, message_of(error))
            return None

    def _is_foreign(self, record: Any) -> bool:
        return isinstance(record, dict) and (self._mapped or not is_own(record))


def parse_lines(stream: io.BufferedReader, context: ReadContext) -> Iterator[JsonLine]:
    """Parse the lines of a stream one by one, of up to MAX_LINE_LENGTH characters.

    Args:
        stream: The bytes, from the first on; closed at the end.
        context: The source.

    Yields:
        Each line that is not blank.

    Raises:
        SourceError: All lines are blank.
    """
    blank = True
    # Universal newlines break lines only at \n, \r\n and \r, like an editor.
    with open_text(stream) as lines:
        pieces = iter(partial(lines.readline, MAX_LINE_LENGTH), "")
        for number, line in enumerate(pieces, start=1):
            if line.isspace() and len(line) < MAX_LINE_LENGTH:
                continue
            blank = False
            if len(line) >= MAX_LINE_LENGTH and not line.endswith("\n"):
                while (rest := lines.readline(_SKIPPED_AT_ONCE)) and not rest.endswith("\n"):
                    pass
                context.skip(number, message("skip.long_line", most=MAX_LINE_LENGTH))
                continue
            line = repair(line)  # noqa: PLW2901 - the same line, decoded
            try:
                record = _parse(line)
            except BadRecordError as error:
                context.skip(number, message_of(error))
                continue
            yield _new_tuple(JsonLine, (number, record, line))
    if blank:
        raise SourceError(message("sources.no_records", name=context.name))


def _parse(line: str) -> Any:
    try:
        # Equivalent to json.loads for a line with only an object, in two thirds of the time.
        record, end = _DECODE(line, 0)
        if end == len(line) or (end == len(line) - 1 and line[end] == "\n"):
            return record
    except (ValueError, RecursionError, StopIteration):
        pass  # reported below, with the same message for any line
    try:
        return json.loads(line.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise BadRecordError(
            message("json.invalid_line", column=str(error.colno), reason=error.msg)
        ) from None
    except (ValueError, RecursionError):
        raise BadRecordError(message("json.too_deep_line")) from None
