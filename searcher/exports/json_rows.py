"""Items as JSON lines: the stored records as they stand, which a build reads back to the same items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searcher.exports.rows import Row

# What JSON allows raw but a terminal obeys or a line reader splits at.
_TO_ESCAPE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def write(rows: Iterable[Row], stream: BinaryIO) -> list[str]:
    """Write one JSON object a line."""
    for row in rows:
        line = row.line()
        if not line.isascii() and not (text := line.decode()).isprintable():
            line = escaped(text).encode()
        stream.write(line)
        stream.write(b"\n")
    return []


def escaped(text: str) -> str:
    """Write characters that steer a terminal, or break a line, as escapes of JSON."""
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
