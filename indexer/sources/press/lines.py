"""Convert exports of press databases (text, HTML or XML) to lines, which all parsers of exports read.

As exports have thousands of articles, markup is tokenized as a stream, without a tree. The lines of an
element whose name, class or id denotes a field have this field as their style. Each character is read a
bounded number of times.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Final

from indexer.runtime import NamedTuple
from indexer.sources.encoding import repair
from indexer.sources.html_text import ELEMENTS, decode_html, normalise_space

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
_LABEL: Final = re.compile(r"[^\W\d_a-zà-ÿ][^\W\d_a-zà-ÿ -]{2,30}: \S")  # the value ends at a blank line
_NARROWEST: Final = 66  # minimum width of wrapped text, in characters
_WIDEST: Final = 100


class Line(NamedTuple):
    """A line or a paragraph of an export, with its style.

    Attributes:
        text: The text; empty for a break.
        style: The field that the markup names, or one of this module's constants such as ``CELL``; empty if
            there is none.
    """

    text: str
    style: str = ""


def decode_blocks(file: io.TextIOWrapper) -> Iterator[str]:
    """Yield a text in blocks, decoding lines that are not UTF-8 as Windows-1252."""
    for text in iter(partial(file.read, _BLOCK_SIZE), ""):
        yield text if text.isascii() else "\n".join(map(repair, text.split("\n")))


def text_lines(blocks: Iterable[str], *, wrapped: bool) -> Iterator[Line]:
    """Convert plain text to its non-blank lines, and form feeds to page breaks.

    Args:
        blocks: The text in blocks of any size.
        wrapped: Whether to join lines that end where the next word would not have fitted.
    """
    waiting: list[str] = []  # the lines of a paragraph that is not yet complete
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
    """Return whether the first word of the next line would not fit on this line."""
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


_ROOT: Final = re.compile(r"<([a-zA-Z][\w:.-]*)")
_LONGEST_ENDING: Final = 5000  # characters with the end of the first element
_MAX_CHUNK: Final = 1 << 23  # characters; a longer article is cut
_CACHE_SIZE: Final = 1 << 10
_LONGEST_CLASSES: Final = 500  # characters of attributes
TOKEN: Final = re.compile(r"<[!?][^<>]*>|<(/?)([a-zA-Z][\w:.-]*)([^<>]*)>|([^<]+|<)")
"""Finds a declaration; a tag, as its slash, name and attributes; or a text."""
_CLASS: Final = re.compile(r"""(?i)\b(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
HIDDEN: Final = re.compile(
    r"(?is)<(?:!--.*?(?:-->|\Z)|(script|style)\b.*?(?:</\1[^<>]*>|\Z)|!\[CDATA\[(.*?)(?:\]\]>|\Z))"
)
"""Finds comments, scripts, styles, and CDATA sections, whose text is the second group."""
_BLOCKS: Final = ELEMENTS["block of an export"]


def markup_lines(blocks: Iterable[str], starts: re.Pattern[str], styles: Mapping[str, str]) -> Iterator[Line]:
    """Convert HTML or XML to lines.

    Args:
        blocks: The markup in blocks of any size.
        starts: Matches the start of an article, before which a page break is inserted.
        styles: The style for the class, id or name of an element, in which ``*`` means any language code.
    """
    root = None
    style_of = lru_cache(_CACHE_SIZE)(partial(_style, styles))
    for number, chunk in enumerate(_chunks(blocks, starts)):
        if number:
            yield Line("", BREAK)
        yield from _lines(HIDDEN.sub(r"\2", chunk), style_of)  # the text of CDATA sections stays
        root = root or _ROOT.search(chunk)
    if root and f"</{root[1].lower()}" not in chunk[-_LONGEST_ENDING:].lower():
        yield Line("", CUT)


def _chunks(blocks: Iterable[str], starts: re.Pattern[str]) -> Iterator[str]:
    """Yield the text before the first article, then the text of each article."""
    rest = ""
    for block in blocks:
        rest += block
        first = 0
        for start in starts.finditer(rest, 1):
            yield rest[first : start.start()]
            first = start.start()
        rest = rest[first:]
        if len(rest) > _MAX_CHUNK:
            yield rest
            rest = ""
    yield rest


def _lines(markup: str, style_of: Callable[[str, str], str]) -> Iterator[Line]:
    parts: list[str] = []
    around: list[tuple[str, str]] = []  # the open elements with a style
    inner = 0  # the number of open elements inside the last one with the same name
    for closing, name, attributes, text in TOKEN.findall(markup):
        if text:
            parts.append(text)
        if not name:
            continue
        name = name.lower()  # noqa: PLW2901 - the same name, in one spelling
        style = "" if closing else style_of(name, attributes[:_LONGEST_CLASSES])
        ends = around and name == around[-1][0] and not style
        if parts and (style or name in _BLOCKS or (ends and closing and not inner)):
            yield from _line(parts, around[-1][1] if around else "")
        if style:
            around.append((name, style))
            inner = 0
        elif ends and closing and not inner:
            around.pop()
        elif ends and not attributes.endswith("/"):
            inner += -1 if closing else 1
    yield from _line(parts, around[-1][1] if around else "")


def _line(parts: list[str], style: str) -> Iterator[Line]:
    text = normalise_space(decode_html("".join(parts)))
    parts.clear()
    if text:
        yield Line(text, style)


def _style(styles: Mapping[str, str], name: str, attributes: str) -> str:
    for value in " ".join(map("".join, _CLASS.findall(attributes))).split():
        if style := styles.get(value) or styles.get(f"*{value[2:]}"):
            return style
    return "" if attributes.endswith("/") else styles.get(f"<{name}>", "")
