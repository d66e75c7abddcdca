"""Read web archives (WARC): each web page is an item."""

from __future__ import annotations

import io
import zlib
from collections import Counter
from contextlib import suppress
from http.client import HTTPException, parse_headers
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.errors import message
from indexer.sources.encoding import convert_to_utf8, stated_charset
from indexer.sources.html.page import read_page
from indexer.sources.html.tree import LARGEST
from indexer.sources.recognition import is_html
from indexer.sources.source import nonempty
from indexer.sources.stated_values import StatedIds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext


_MAX_LINE_LENGTH: Final = 1 << 16
_PACKED: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # and the window parameter of zlib


def _read_answer(block: bytes) -> tuple[bytes, str, str]:
    """Parse an HTTP response, even if its transfer or content encoding is declared wrongly.

    Returns:
        The decompressed body, its content type in lower case, and an empty text. If there is no readable
        page, the body and the type are empty, and the last value is a message with the reason.
    """
    stream = io.BytesIO(block)
    status = stream.readline(_MAX_LINE_LENGTH).split()
    number = 0
    with suppress(HTTPException, ValueError):
        headers = parse_headers(stream)
        number = int(status[1]) if len(status) > 1 and status[0].startswith(b"HTTP/") else 0
    if not 200 <= number < 300:
        return b"", "", message("skip.redirections") if number else message("skip.damaged_records")
    body = block[stream.tell() :]
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body = _decode_chunks(body)
    packing = headers.get("Content-Encoding", "").strip().lower()
    if packing in _PACKED:
        body = _unpack(body, _PACKED[packing], LARGEST)
    elif packing not in {"", "identity", "none", "utf-8"}:
        return b"", "", message("skip.packed_pages")
    return body, headers.get("Content-Type", "").strip().lower(), ""


def _decode_chunks(body: bytes) -> bytes:
    """Concatenate the chunks of a body, up to the first invalid chunk."""
    parts: list[bytes] = []
    at = 0
    while (end := body.find(b"\n", at, at + _MAX_LINE_LENGTH)) >= 0:
        try:
            size = int(body[at:end].partition(b";")[0], 16)
        except ValueError:
            size = -1
        if size <= 0:
            break
        parts.append(body[end + 1 : end + 1 + size])
        at = end + 1 + size
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return b"".join(parts) if parts else body


def _unpack(body: bytes, window: int, largest: int) -> bytes:
    """Decompress a body as far as possible.

    A body that is not compressed is returned unchanged. ``window`` is zlib's window size, which selects the
    format; ``largest`` is the maximum number of bytes.
    """
    # Some servers send deflate data without the zlib header.
    for bits in (window, -15) if window == 15 else (window,):
        try:
            return zlib.decompressobj(bits).decompress(body, largest) or body
        except zlib.error:
            continue
    return body


VERSION: Final = b"WARC/"
_CHUNK_SIZE: Final = 1 << 20  # bytes of skipped content


class Record(NamedTuple):
    """A record of a web archive.

    Attributes:
        number: The number of the record in the archive, 1-based.
        kind: The ``WARC-Type``, in lower case; empty for an invalid record.
        url: The recorded URL; empty if there is none.
        type: The content type of the record's content.
        date: The time of recording, as written.
        block: The part of the content that was read.
        is_cut: Whether the archive ends inside the record.
    """

    number: int
    kind: str
    url: str
    type: str
    date: str
    block: bytes
    is_cut: bool


def records(stream: io.BufferedReader, wanted: frozenset[str], largest: int) -> Iterator[Record]:
    """Yield the records of an archive.

    After damage, reading continues with the next record.

    Args:
        stream: The decompressed archive.
        wanted: The kinds of records whose content is read; other content is skipped.
        largest: The maximum number of bytes of content to read from a record.
    """
    number = 0
    while line := stream.readline(_MAX_LINE_LENGTH):
        if not line.startswith(VERSION):
            continue  # a blank line between records, or content after a record with a wrong length
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
        while passed < length and (part := stream.read(min(_CHUNK_SIZE, length - passed))):
            passed += len(part)
        url = headers.get("WARC-Target-URI", "").strip().strip("<>")
        yield Record(
            number,
            kind,
            url.encode("latin-1", "replace").decode("utf-8", "replace"),  # addresses are in UTF-8
            headers.get("Content-Type", "").strip().lower(),
            headers.get("WARC-Date", "").strip(),
            block,
            is_cut=passed < length,
        )


_KINDS: Final = frozenset({"response", "resource"})
_SKIPPED_TYPES: Final = frozenset("warcinfo request metadata revisit conversion continuation".split())
_LOOKED_AT: Final = 1 << 16


@nonempty(message("sources.empty_warc"))
def read(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the web pages of an archive one by one, and count other records."""
    passed: Counter[str] = Counter()
    ids = StatedIds()
    seen: set[int] = set()
    for record in records(stream, _KINDS, LARGEST + _LOOKED_AT):
        if record.is_cut:
            context.skip(record.number, message("skip.cut_archive"), unread=True)
        page, reason = _page_of(record)
        if reason:
            passed[reason] += 1
            continue
        item = read_page(page, record.url or None, record.number, context)
        if item is None:
            continue
        if (digest := hash((item.url, item.title, item.paragraphs))) in seen:
            passed[message("skip.kept_before")] += 1
            continue
        seen.add(digest)
        kept = (("captured", record.date),) if record.date else ()
        key = ids.of(item.url, item.title, item.paragraphs)
        yield item._replace(id=key, fields=(*item.fields, *kept))
    for reason, count in sorted(passed.items()):
        context.skip_count(reason, count)


def _page_of(record: Record) -> tuple[bytes, str]:
    """Return the web page in a record, or the reason why there is none."""
    if record.kind not in _KINDS:
        known = record.kind in _SKIPPED_TYPES
        return b"", message("skip.record_kind", kind=record.kind) if known else message(
            "skip.damaged_records"
        )
    body, kind = record.block, record.type
    if record.kind == "response":
        if not record.url.lower().startswith(("http:", "https:")):
            return b"", message("skip.not_http")
        body, kind, reason = _read_answer(body)
        if reason:
            return b"", reason
    if not (("html" in kind) if kind else is_html(body[:_LOOKED_AT], "")):
        return b"", message("skip.no_web_page")
    return convert_to_utf8(body, stated_charset(kind)), "" if body.strip() else message("skip.empty_pages")
