"""The answer of a server, as a crawler kept it: its status, and what it sent, unpacked."""

from __future__ import annotations

import io
import zlib
from http.client import HTTPException, parse_headers
from typing import Final, NamedTuple

_LONGEST_LINE: Final = 1 << 16
_PACKED: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # and the window that zlib knows each by


class Answer(NamedTuple):
    """An answer.

    Attributes:
        status: Its status; 0 where what it says of itself cannot be read.
        type: The type of what was sent, in lower case.
        body: What was sent, unpacked.
        packing: How it is packed where that is not known; empty for any that is.
    """

    status: int
    type: str
    body: bytes
    packing: str = ""


def read_answer(block: bytes, largest: int) -> Answer:
    """Read an answer; what is said to be in chunks or packed and is not is taken as it is.

    Args:
        block: What the record holds.
        largest: How many bytes of what was sent are unpacked.
    """
    stream = io.BytesIO(block)
    status = stream.readline(_LONGEST_LINE).split()
    try:
        headers = parse_headers(stream)
        number = int(status[1]) if len(status) > 1 and status[0].startswith(b"HTTP/") else 0
    except (HTTPException, ValueError):
        return Answer(0, "", b"")
    body = block[stream.tell() :]
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body = _joined(body)
    packing = headers.get("Content-Encoding", "").strip().lower()
    kind = headers.get("Content-Type", "").strip().lower()
    if packing in _PACKED:
        body, packing = _unpacked(body, _PACKED[packing], largest), ""
    elif packing in {"identity", "none", "utf-8"}:
        packing = ""
    return Answer(number, kind, body, packing)


def _joined(body: bytes) -> bytes:
    """Join the chunks of a body, as far as they are any."""
    parts: list[bytes] = []
    at = 0
    while (end := body.find(b"\n", at, at + _LONGEST_LINE)) >= 0:
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


def _unpacked(body: bytes, window: int, largest: int) -> bytes:
    """Unpack a body as far as it goes; one that is not packed is given as it is."""
    for bits in (
        (window, -15) if window == 15 else (window,)
    ):  # some servers leave out what says it is deflate
        try:
            return zlib.decompressobj(bits).decompress(body, largest) or body
        except zlib.error:
            continue
    return body
