"""The records of a web archive, one after the other, of which no more than one page is held."""

from __future__ import annotations

from http.client import HTTPException, parse_headers
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

VERSION: Final = b"WARC/"
_LONGEST_LINE: Final = 1 << 16
_AT_ONCE: Final = 1 << 20  # bytes of what is passed over


class Record(NamedTuple):
    """A record.

    Attributes:
        number: Its number in the archive, 1-based.
        kind: Its ``WARC-Type``, in lower case; empty for what is no whole record.
        url: What it is a record of; empty for none.
        type: The type of its content.
        date: When it was made, as written.
        block: Its content, as far as it is wanted.
        is_cut: Whether the archive ends within it.
    """

    number: int
    kind: str
    url: str
    type: str
    date: str
    block: bytes
    is_cut: bool


def records(stream: io.BufferedReader, wanted: frozenset[str], largest: int) -> Iterator[Record]:
    """Yield the records of an archive; damage costs those up to the next line that begins one.

    Args:
        stream: The archive, unpacked.
        wanted: The kinds whose content is read; others are passed over.
        largest: How many bytes of a content are read.
    """
    number = 0
    while line := stream.readline(_LONGEST_LINE):
        if not line.startswith(VERSION):
            continue  # the blank lines between records, or what a wrong length left over
        number += 1
        try:
            headers = parse_headers(stream)
            length = int(headers.get("Content-Length", ""))
        except (HTTPException, ValueError):
            yield Record(number, "", "", "", "", b"", is_cut=False)
            continue
        kind = headers.get("WARC-Type", "").strip().lower()
        block = stream.read(min(max(length, 0), largest)) if kind in wanted else b""
        passed = len(block)
        while passed < length and (part := stream.read(min(_AT_ONCE, length - passed))):
            passed += len(part)
        url = headers.get("WARC-Target-URI", "").strip().strip("<>")
        yield Record(
            number,
            kind,
            url.encode("latin-1", "replace").decode("utf-8", "replace"),  # as addresses are meant
            headers.get("Content-Type", "").strip().lower(),
            headers.get("WARC-Date", "").strip(),
            block,
            is_cut=passed < length,
        )
