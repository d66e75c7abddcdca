"""JSON for programs: one object, an array or one object a line, every character as the archive has it."""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING, Any

from searcher.present.stream import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TextIO

# What JSON allows raw but a terminal obeys, a line reader splits at or no encoding can write.
_TO_ESCAPE = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


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
    plain = not encoding.lower().startswith("utf")
    if indent:
        text = _indented(record, encode_basestring_ascii if plain else encode_basestring, "\n")
    else:
        text = json.dumps(record, ensure_ascii=plain, default=str)
    if all(map(str.isprintable, text.split("\n"))):
        return text  # nothing to escape: compiling the pattern would take longer than all the rest here
    return re.sub(_TO_ESCAPE, lambda found: f"\\u{ord(found[0]):04x}", text)


def _indented(value: object, quoted: Callable[[str], str], line: str) -> str:
    """Return a value as ``json.dumps`` with an indent of one does, which takes several times as long.

    Args:
        value: The value.
        quoted: Gives a string as JSON writes it.
        line: What begins a new line at the value's own depth.
    """
    if isinstance(value, str):
        return quoted(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    deeper = line + " "
    if isinstance(value, dict) and value:
        cells = [f"{quoted(str(key))}: {_indented(part, quoted, deeper)}" for key, part in value.items()]
        return f"{{{deeper}{f',{deeper}'.join(cells)}{line}}}"
    if isinstance(value, (list, tuple)) and value:
        parts = [_indented(part, quoted, deeper) for part in value]
        return f"[{deeper}{f',{deeper}'.join(parts)}{line}]"
    return json.dumps(value, default=str)
