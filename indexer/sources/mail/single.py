"""Single messages: eml, and emlx of Apple Mail, which has its length before it and notes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.item import SourceLines
from indexer.sources.limits import LARGEST_MESSAGE, MOST_MESSAGE_LINES
from indexer.sources.mail.message import TOO_LARGE, MessageReader
from indexer.sources.source import Skipped, Source

if TYPE_CHECKING:
    import io

    from indexer.sources.source import OnSkip, ReadOptions


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Open a message.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with what is left out of it.

    Raises:
        SourceError: It has no text.
    """
    with stream:
        data = stream.read(LARGEST_MESSAGE + 1)
    if len(data) > LARGEST_MESSAGE or data.count(b"\n") > MOST_MESSAGE_LINES:
        on_skip(Skipped(name, 1, TOO_LARGE))
        data = b"\n".join(data.split(b"\n", MOST_MESSAGE_LINES)[:MOST_MESSAGE_LINES])
    length, _, rest = data.lstrip().partition(b"\n")
    message = rest[: int(length)] if length.strip().isdigit() and len(length) < 12 else data
    lines = SourceLines(name, 1, max(1, data.count(b"\n")))
    item = MessageReader(name, on_skip).read(message.lstrip(b"\r\n\xef\xbb\xbf"), lines)
    if item is None:
        raise SourceError(f"{name} is a message without a text")
    return Source(name, ordered=False, items=iter((item,)))
