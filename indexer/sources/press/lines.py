"""Define the line, to which every format of an export is reduced, and reduce plain text to lines."""

from __future__ import annotations

import codecs
import re
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.runtime import NamedTuple
from indexer.sources.encoding import one_byte_encoding, repair, wide_encoding

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

BREAK: Final = "break"
"""The style of an empty line at a page break, or where the markup begins an article."""

CUT: Final = "cut"
"""The style of an empty line at the end of a document that lacks its ending."""

CELL: Final = "cell"
"""The style of a line that is a cell of a table."""

BOLD: Final = "bold"
"""The style of a line that begins in bold."""

_BLOCK_SIZE: Final = 1 << 20
_LONGEST: Final = 1 << 22  # characters of a line: a longer one is split
_LABEL: Final = re.compile(r"[^\W\d_a-zà-ÿ][^\W\d_a-zà-ÿ -]{2,30}: \S")  # its value ends at a blank line
_NARROWEST: Final = 66  # width of wrapped text
_WIDEST: Final = 100


class Line(NamedTuple):
    """A line or a paragraph of an export.

    Attributes:
        text: Its text; empty for a break.
        style: The field that its markup names, or one of the styles above; empty for none.
    """

    text: str
    style: str = ""


def decoded_blocks(stream: io.BufferedReader, head: bytes) -> Iterator[str]:
    """Decode a stream of text in blocks.

    Args:
        stream: The bytes after the first ones.
        head: The first bytes, which decide the encoding; lines that are not in UTF-8 are repaired.
    """
    encoding = wide_encoding(head) or one_byte_encoding(head) or "utf-8"
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for block in chain((head,), iter(partial(stream.read, _BLOCK_SIZE), b""), (b"",)):
        text = decoder.decode(block, final=not block)
        yield text if text.isascii() else "\n".join(map(repair, text.split("\n")))


def text_lines(blocks: Iterable[str], *, wrapped: bool) -> Iterator[Line]:
    """Reduce plain text to its lines with text; a form feed is a page break.

    Args:
        blocks: The text.
        wrapped: Whether to join lines that end where the next word would not have fitted.
    """
    waiting: list[str] = []  # lines of a paragraph
    for raw in _raw_lines(blocks):
        text = raw.strip()
        if wrapped and waiting and text and (_is_full(waiting[-1], text) or _LABEL.match(waiting[0])):
            waiting.append(text)
            continue
        if waiting:
            yield Line(" ".join(waiting))
        if "\f" in raw:
            yield Line("", BREAK)
        waiting = [text] if text else []
    if waiting:
        yield Line(" ".join(waiting))


def _is_full(line: str, following: str) -> bool:
    """Return whether the first word of the following line would not have fitted."""
    return len(line) <= _WIDEST and len(line) + 1 + len(following.split(None, 1)[0]) >= _NARROWEST


def _raw_lines(blocks: Iterable[str]) -> Iterator[str]:
    rest = ""
    for block in blocks:
        lines = (rest + block).replace("\r\n", "\n").split("\n")
        rest = lines.pop()
        if len(rest) > _LONGEST:
            lines, rest = [*lines, rest], ""
        yield from lines
    yield rest
