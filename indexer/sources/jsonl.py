"""JSON lines: an export of records, one object a line, read as a stream."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.item import RawItem, SourceLines
from indexer.sources.encoding import repair, wide_encoding
from indexer.sources.record import BadRecordError, read_record
from indexer.sources.source import OnSkip, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator


def looks_like_records(head: bytes) -> bool:
    """Return whether the first line with anything on it is, as far as it goes, a JSON object.

    Args:
        head: The first bytes of the source.
    """
    text = head.decode(wide_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")
    first = text.splitlines()[0] if text else ""
    if not first.startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        # A first record longer than what was looked at, or a broken one: a quoted name follows the brace.
        return first[1:].lstrip().startswith('"')


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    """Read records as a stream, holding one line at a time.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Told of each record that is left out, and why.

    Yields:
        An item for each good record; its span is the record's line.

    Raises:
        SourceError: There is nothing but blank lines.
    """
    encoding = wide_encoding(stream.peek()) or "utf-8"
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    blank = True
    # Universal newlines break lines at \n, \r\n and \r only, as an editor does.
    with io.TextIOWrapper(stream, encoding, errors) as lines:
        for number, line in enumerate(lines, start=1):
            if line.isspace():
                continue
            blank = False
            try:
                yield read_record(_parse(repair(line)), SourceLines(name, number, number))
            except BadRecordError as error:
                on_skip(Skipped(name, number, str(error)))
    if blank:
        raise SourceError(f"{name} is empty; give a file with records in it")


def _parse(line: str) -> object:
    """Parse one line."""
    try:
        return json.loads(line.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise BadRecordError(f"not valid JSON at column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise BadRecordError("not valid JSON: too deep, or a number too long") from None
