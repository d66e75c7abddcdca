"""Mailboxes (mbox) and single messages, held one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.item import RawItem
from indexer.sources.mail_parts import Headers, Parts, UnreadableMessageError, parse
from indexer.sources.recognition import HEADER, SEPARATOR
from indexer.sources.source import MAX_MESSAGE_LINES, MAX_MESSAGE_SIZE, nonempty, why_no_item
from indexer.sources.stated_values import StatedIds

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import SourceLines
    from indexer.sources.source import ReadContext


_FIELDS: Final = ("to", "cc", "newsgroups", "organization", "list-id", "keywords")
TOO_LARGE: Final = f"what a message holds behind {MAX_MESSAGE_SIZE >> 20} MiB, or {MAX_MESSAGE_LINES:,} lines"
_NAMED: Final = 5  # attachments that are named


class MessageReader:
    """Reads the messages of one source.

    Args:
        context: The source.
    """

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._ids = StatedIds()

    def read(self, data: bytes, lines: SourceLines, separator: bytes = b"") -> RawItem | None:
        """Read a message.

        Args:
            data: Its bytes.
            lines: Where it stands.
            separator: The line before it in a mailbox.

        Returns:
            The item; None, after a call of ``on_skip``, for one that has no text, or too much.
        """
        skip = partial(self._context.skip, lines.first)
        try:
            message = parse(data)
            parts = Parts(message)
        except (ValueError, LookupError) as error:
            known = isinstance(error, UnreadableMessageError)
            skip(str(error) if known else "a message whose parts cannot be read")
            return None
        headers = Headers(message)
        title = headers.text("subject") or None
        paragraphs = parts.paragraphs
        if reason := why_no_item(title, paragraphs, "subject"):
            skip(reason)
            return None
        if attached := parts.attached:
            more = ["…"] if len(attached) > _NAMED else []
            named = ", ".join([*(name[:80] for name in attached[:_NAMED]), *more])
            skip(f"{len(attached):,} attached, left out: {named}")
        day, none = headers.date(separator.decode("latin-1"))
        if none:
            instead = "when it was received is taken" if day else "left out"
            skip(f"the date “{none[:40]}” is none; {instead}", field=True)
        author = headers.name_of("from") or headers.name_of("sender")
        fields = {name.replace("-", "_"): headers.text(name) for name in _FIELDS}
        if (address := headers.text("from")) != author:
            fields = {"from": address, **fields}
        key = headers.text("message-id").strip("<> ")
        return RawItem(
            source=lines,
            title=title,
            paragraphs=paragraphs,
            id=self._ids.of(key, title, paragraphs),
            stated=bool(key),
            url=_address(headers.text("archived-at")),
            date=day,
            author=author or None,
            fields=tuple((name, value) for name, value in fields.items() if value),
            likely_language=headers.text("content-language").partition(",")[0] or None,
        )


def _address(text: str) -> str | None:
    text = text.strip("<> ")
    return text if text.startswith(("http://", "https://")) else None


_MAX_LINE_LENGTH: Final = 1 << 16  # bytes that are read at once


@nonempty("is a mailbox without messages that have a text")
def read_mailbox(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the messages of a mailbox."""
    reader = MessageReader(context)
    with stream:
        for separator, message, first, last in _messages(stream, context):
            if (item := reader.read(message, context.lines(first, last), separator)) is not None:
                yield item


def _messages(stream: io.BufferedReader, context: ReadContext) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield the messages: the line before each, its bytes, and where it begins and ends."""
    parts: list[bytes] = []
    separator, first, size = b"", 1, 0
    may_begin = b""  # a line that parts messages, if a header follows it
    was_blank, begins_line, number = True, True, 0
    for line in iter(lambda: stream.readline(_MAX_LINE_LENGTH), b""):
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
        elif size <= MAX_MESSAGE_SIZE and len(parts) <= MAX_MESSAGE_LINES:
            parts.append(line[1:] if begins_line and _is_quoted(line) else line)
            size += len(line)
            if size > MAX_MESSAGE_SIZE or len(parts) > MAX_MESSAGE_LINES:
                context.skip(first, TOO_LARGE)
        was_blank = not line.strip() and (begins_line or was_blank)
        begins_line = line.endswith(b"\n")
    if parts:
        yield separator, b"".join(parts), first, number


def _is_quoted(line: bytes) -> bool:
    """Tell whether a > was put before a line that would else have parted messages."""
    return line.startswith(b">") and line.lstrip(b">").startswith(b"From ")


@nonempty("is a message without a text")
def read_message(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read a message."""
    with stream:
        data = stream.read(MAX_MESSAGE_SIZE + 1)
    if len(data) > MAX_MESSAGE_SIZE or data.count(b"\n") > MAX_MESSAGE_LINES:
        context.skip(1, TOO_LARGE)
        data = b"\n".join(data.split(b"\n", MAX_MESSAGE_LINES)[:MAX_MESSAGE_LINES])
    length, _, rest = data.lstrip().partition(b"\n")
    message = rest[: int(length)] if length.strip().isdigit() and len(length) < 12 else data
    lines = context.lines(1, data.count(b"\n"))
    if item := MessageReader(context).read(message.lstrip(b"\r\n\xef\xbb\xbf"), lines):
        yield item
