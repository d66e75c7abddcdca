"""JSON lines: an export of records, one object a line, read as a stream."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from indexer.errors import SourceError
from indexer.item import RawItem, SourceLines
from indexer.sources.encoding import repair, wide_encoding
from indexer.sources.limits import LONGEST_LINE
from indexer.sources.record import BadRecordError, read_record
from indexer.sources.source import JsonLine, OnSkip, Skipped, Source

if TYPE_CHECKING:
    from indexer.sources.source import ReadOptions

_DECODE = json.JSONDecoder().raw_decode
_SKIPPED_AT_ONCE = 1 << 16  # characters of an overlong line that are read at once


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Open a stream of records, of which one line is held at a time.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each record that is left out.

    Returns:
        The source; it raises SourceError where there is nothing but blank lines.
    """
    lines = parse_lines(stream, name, on_skip)
    return Source(name, ordered=False, items=_items(lines, name, on_skip), lines=lines)


def read_line(line: JsonLine, name: str, on_skip: OnSkip) -> RawItem | None:
    """Read a record, whose span is its line; None, after a call of ``on_skip``, for one that is left out."""
    try:
        return read_record(line.value, SourceLines(name, line.number, line.number))
    except BadRecordError as error:
        on_skip(Skipped(name, line.number, str(error)))
        return None


def _items(lines: Iterator[JsonLine], name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    for line in lines:
        if (item := read_line(line, name, on_skip)) is not None:
            yield item


def parse_lines(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[JsonLine]:
    """Parse the lines of a stream one by one; no more than LONGEST_LINE characters are held.

    Args:
        stream: The bytes, from the first on; closed at the end.
        name: The source's name.
        on_skip: Called with each line that is no JSON, or too long.

    Yields:
        Each line but blank ones.

    Raises:
        SourceError: There is nothing but blank lines.
    """
    encoding = wide_encoding(stream.peek()) or "utf-8"
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    blank = True
    # Universal newlines break lines at \n, \r\n and \r only, as an editor does.
    with io.TextIOWrapper(stream, encoding, errors) as lines:
        pieces = iter(partial(lines.readline, LONGEST_LINE), "")
        for number, line in enumerate(pieces, start=1):
            if line.isspace() and len(line) < LONGEST_LINE:
                continue
            blank = False
            if len(line) >= LONGEST_LINE and not line.endswith("\n"):
                while (rest := lines.readline(_SKIPPED_AT_ONCE)) and not rest.endswith("\n"):
                    pass
                on_skip(Skipped(name, number, f"a line of more than {LONGEST_LINE:,} characters"))
                continue
            line = repair(line)  # noqa: PLW2901 - the line as it should have been
            try:
                record = _parse(line)
            except BadRecordError as error:
                on_skip(Skipped(name, number, str(error)))
                continue
            yield JsonLine(number, record, line)
    if blank:
        raise SourceError(f"{name} is empty; give a file with records in it")


def _parse(line: str) -> Any:
    try:
        # What json.loads comes down to for a line that is an object and nothing else, a fifth faster.
        record, end = _DECODE(line)
        if end == len(line) or (end == len(line) - 1 and line[end] == "\n"):
            return record
    except (ValueError, RecursionError):
        pass  # described below, in the same words for any line
    try:
        return json.loads(line.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise BadRecordError(f"not valid JSON at column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise BadRecordError("not valid JSON: too deep, or a number too long") from None
