"""JSON of many lines, as ``json.dumps`` lays it out with an indent of 1, in a fraction of its time.

The standard library encodes in C what has no indent alone; a server writes thousands of such answers. Beside
that, what JSON allows raw but a terminal obeys is escaped.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Encode = Callable[[str], str]

# What JSON allows raw but a terminal obeys, a line reader splits at or no encoding can write.
_TO_ESCAPE: Final = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_NAMES: Final = {str}
_LISTS: Final = {list, tuple}
_CONSTANTS: Final = {None: "null", True: "true", False: "false"}


def indented(value: Any, *, ascii_only: bool = False, depth: int = 0) -> str:
    """Write a value as JSON.

    Args:
        value: What JSON has: mappings of strings, lists, strings, numbers; anything else as its ``str``.
        ascii_only: Whether all other characters are escaped.
        depth: How many levels stand around it.
    """
    return _text(value, "\n" + " " * depth, encode_ascii if ascii_only else encode_text)


def encode_text(text: str) -> str:
    """Write a string as JSON, with what has to be escaped as such."""
    written = encode_basestring(text)
    if written.isascii() and "\x7f" not in written:
        return written
    return written if written.isprintable() else escaped(written)  # looking for each takes longer


def encode_ascii(text: str) -> str:
    """Write a string as JSON, with all characters beyond ASCII escaped."""
    return escaped(encode_basestring_ascii(text))


def escaped(text: str) -> str:
    """Escape in JSON what JSON allows raw."""
    if text.isascii() and "\x7f" not in text:
        return text
    return re.sub(_TO_ESCAPE, lambda found: f"\\u{ord(found[0]):04x}", text)


def _text(value: Any, line: str, encode: Encode) -> str:
    kind = type(value)
    if kind is str:
        return encode(value)
    if value is None or kind is bool:
        return _CONSTANTS[value]
    if kind is int or (kind is float and isfinite(value)):
        return repr(value)
    inner = line + " "
    if kind is dict and (not value or set(map(type, value)) == _NAMES):
        # Most values are strings: a call for each would be half of the time.
        fields = [
            f"{encode(name)}: {encode(one) if type(one) is str else _text(one, inner, encode)}"
            for name, one in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(fields)}{line}}}" if fields else "{}"
    if kind in _LISTS:
        found = [encode(one) if type(one) is str else _text(one, inner, encode) for one in value]
        return f"[{inner}{f',{inner}'.join(found)}{line}]" if found else "[]"
    written = json.dumps(value, ensure_ascii=encode is encode_ascii, indent=1, default=str)
    return escaped(written).replace("\n", line)
