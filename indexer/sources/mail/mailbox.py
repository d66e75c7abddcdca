"""Mailboxes (mbox): one message after the other, of which one is held at a time."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError
from indexer.item import SourceLines
from indexer.sources.limits import LARGEST_MESSAGE, MOST_MESSAGE_LINES
from indexer.sources.mail.message import TOO_LARGE, MessageReader
from indexer.sources.mail.recognise import HEADER, SEPARATOR
from indexer.sources.source import Skipped, Source

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import OnSkip, ReadOptions

_LONGEST_LINE: Final = 1 << 16  # bytes that are read at once


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Open a mailbox.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each message that is left out, and with what is left out of messages.

    Raises:
        SourceError: No message in it has a text.
    """
    items = _items(stream, name, on_skip)
    first = next(items, None)
    if first is None:
        raise SourceError(f"{name} is a mailbox without messages that have a text")
    return Source(name, ordered=False, items=chain((first,), items))


def _items(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    reader = MessageReader(name, on_skip)
    with stream:
        for separator, message, first, last in _messages(stream, name, on_skip):
            if (item := reader.read(message, SourceLines(name, first, last), separator)) is not None:
                yield item


def _messages(
    stream: io.BufferedReader, name: str, on_skip: OnSkip
) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield the messages: the line before each, its bytes, and where it begins and ends."""
    parts: list[bytes] = []
    separator, first, size = b"", 1, 0
    may_begin = b""  # a line that parts messages, if a header follows it
    was_blank, begins_line, number = True, True, 0
    for line in iter(lambda: stream.readline(_LONGEST_LINE), b""):
        number += begins_line
        if may_begin:
            if HEADER.match(line):
                if parts:
                    yield separator, b"".join(parts), first, number - 2
                parts, separator, first, size = [], may_begin, number - 1, 0
            else:
                parts.append(may_begin)
            may_begin = b""
        if begins_line and was_blank and SEPARATOR.match(line):
            may_begin = line
        elif size <= LARGEST_MESSAGE and len(parts) <= MOST_MESSAGE_LINES:
            parts.append(line[1:] if begins_line and _is_quoted(line) else line)
            size += len(line)
            if size > LARGEST_MESSAGE or len(parts) > MOST_MESSAGE_LINES:
                on_skip(Skipped(name, first, TOO_LARGE))
        was_blank = not line.strip() and (begins_line or was_blank)
        begins_line = line.endswith(b"\n")
    if parts:
        yield separator, b"".join(parts), first, number


def _is_quoted(line: bytes) -> bool:
    """Tell whether a > was put before a line that would else have parted messages."""
    return line.startswith(b">") and line.lstrip(b">").startswith(b"From ")
