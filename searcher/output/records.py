"""JSON for programs: one object, an array or one object a line, every character as the archive has it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from searcher.output.stream import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

# What JSON allows raw but a terminal obeys, a line reader splits at or no encoding can write.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def write_object(record: Mapping[str, Any], stream: TextIO) -> None:
    """Write one indented JSON object."""
    TolerantStream(stream).write(_json(record, stream, indent=1) + "\n")


def write_array(records: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """Write an indented JSON array, each record as it comes."""
    out = TolerantStream(stream)
    empty = True
    for record in records:
        # Line breaks inside a JSON string are escaped: every newline here is one of the layout.
        out.write(("[\n " if empty else ",\n ") + _json(record, stream, indent=1).replace("\n", "\n "))
        empty = False
    out.write("[]\n" if empty else "\n]\n")


def write_lines(records: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """Write one JSON object a line, each as it comes."""
    out = TolerantStream(stream)
    for record in records:
        out.write(_json(record, stream, indent=None) + "\n")


def _json(record: Mapping[str, Any], stream: TextIO, *, indent: int | None) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = json.dumps(record, ensure_ascii=not encoding.lower().startswith("utf"), indent=indent, default=str)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
