"""Read the text that describes an archive, and convert it to HTML.

Of Markdown only headings, paragraphs, lists, code, emphasis and links are read. Everything else, HTML
included, is text: a library reads more than an operator needs and the page should show.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer.errors import DragomanError, message, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 1 << 16
_SCHEMES: Final = ("http://", "https://", "mailto:")
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_ITEM: Final = re.compile(r"(?:([-*+])|\d{1,9}[.)])\s+(.*)")
_FENCE: Final = "```"
_INLINE: Final = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\[(?P<text>[^\[\]]+)\]\((?P<link>[^\s()<>]+)\)|<(?P<bare>[a-z]+:[^\s<>]+)>"
    r"|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*|(?<!\w)_(?P<em_>[^_\s][^_]*)_(?!\w)"
)


def read_about(file: str) -> str:
    """Return the text of a file that describes an archive.

    Raises:
        DragomanError: It cannot be read, is too large, or is not UTF-8.
    """
    try:
        with Path(file).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise DragomanError(message("web.about_too_large", file=file, most=MAX_BYTES >> 10))
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DragomanError(message("web.cannot_read", file=file, reason=reason(error))) from None


@lru_cache(1)  # one server has one text
def to_html(text: str) -> Markup:
    """Convert a text to HTML; headings begin at the second level."""
    return Markup("\n").join(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    """Yield the headings, lists, blocks of code and paragraphs of a text."""
    at = 0
    while at < len(lines):
        line, start = lines[at].strip(), at
        at += 1
        if line.startswith(_FENCE):
            while at < len(lines) and not lines[at].strip().startswith(_FENCE):
                at += 1
            yield Markup("<pre>{}</pre>").format("\n".join(lines[start + 1 : at]))
            at += 1
        elif heading := _HEADING.fullmatch(line):
            level = min(len(heading[1]) + 1, 4)
            yield Markup(f"<h{level}>{{}}</h{level}>").format(_inline(heading[2]))  # noqa: S704 - a number
        elif item := _ITEM.fullmatch(line):
            items = [item[2]]
            while at < len(lines) and (line := lines[at].strip()):
                if following := _ITEM.fullmatch(line):
                    items.append(following[2])
                else:
                    items[-1] += f" {line}"
                at += 1
            rows = Markup("").join([Markup("<li>{}</li>").format(_inline(one)) for one in items])
            kind = Markup("ul" if item[1] else "ol")
            yield Markup("<{}>{}</{}>").format(kind, rows, kind)
        elif line:
            while at < len(lines) and lines[at].strip() and not _starts_block(lines[at].strip()):
                at += 1
            yield Markup("<p>{}</p>").format(_inline(" ".join(map(str.strip, lines[start:at]))))


def _starts_block(line: str) -> bool:
    return line.startswith(_FENCE) or bool(_HEADING.fullmatch(line) or _ITEM.fullmatch(line))


def _inline(text: str) -> Markup:
    """Return a line with its code, links and emphasis as HTML, and all else escaped."""
    parts, reached = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[reached : found.start()]), _element(found)]
        reached = found.end()
    return Markup("").join([*parts, escape(text[reached:])])


def _element(found: re.Match[str]) -> Markup:
    if code := found["code"]:
        return Markup("<code>{}</code>").format(code)
    if address := found["link"] or found["bare"]:
        if not address.lower().startswith(_SCHEMES) or not address.isprintable():
            return escape(found[0])
        shown = _inline(found["text"]) if found["text"] else escape(address.removeprefix("mailto:"))
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, shown)
    if strong := found["strong"]:
        return Markup("<strong>{}</strong>").format(_inline(strong))
    return Markup("<em>{}</em>").format(_inline(found["em"] or found["em_"] or ""))
