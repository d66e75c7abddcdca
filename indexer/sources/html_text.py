"""Extract the text of HTML in a field of a feed, export or table.

Python's own ``html.parser`` takes minutes for a few hundred kilobytes of unclosed comments. Here, each
character is read a bounded number of times, and nesting is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, pairwise
from typing import Final

from indexer.data_tables import rows
from indexer.errors import message
from indexer.runtime import late_pattern

MAX_MARKUP_LENGTH: Final = 1 << 24
"""The maximum number of characters of markup in one field."""

ELEMENTS: Final = {kind: frozenset(names.split()) for kind, names in rows(__file__, "elements.tsv")}
"""The names of elements by kind."""

_BLOCKS: Final = ELEMENTS["block"]
_CELLS: Final = frozenset({"td", "th"})
_DROPPED: Final = frozenset({"script", "style", "template", "title", "iframe", "svg", "select", "object"})
_PROGRAMS: Final = frozenset({"script", "style"})  # if the end tag is missing, the rest is not text
_INLINE: Final = ELEMENTS["inline"]
_TAGS: Final = _BLOCKS | _CELLS | _DROPPED | _INLINE

_TAG_NAME: Final = late_pattern(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)(?=[\s>]|/(?!/))")
# An equals sign may be followed by a value in quotes, with any characters.
_ATTRIBUTES: Final = late_pattern(r"""(?>[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_TAG: Final = late_pattern(rf"</?(?:{'|'.join(sorted(_TAGS))})\b[^<>]*+>", re.IGNORECASE)
_MARKUP: Final = late_pattern(
    rf"</?(?:{'|'.join(sorted(_TAGS))})\b[^<>]*+>|<!--|&(?:[a-zA-Z]{{2,8}}|#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}});",
    re.IGNORECASE,
)
_ESCAPED_BLOCK: Final = late_pattern(r"</(?:p|div|li|span|a|h[1-6]|strong|em)>|<br ?/?>|<p>", re.IGNORECASE)
_HUGE_NUMBER: Final = late_pattern(r"&#[xX]?[0-9a-fA-F]{8,}+;?")
_INVISIBLE: Final = late_pattern("[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]")
_END: Final = "\0"  # marks the end of a paragraph; no text contains it
_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*\n")


def paragraphs_of(markup: str) -> list[str]:
    """Convert HTML to the paragraphs of its text.

    Block elements and ``br`` separate paragraphs; so do blank lines if there is no ``p``, as in WordPress
    exports. Scripts, styles and comments are dropped. Entities are decoded, even if everything was escaped
    twice. White space is collapsed; soft hyphens and zero-width characters are removed.

    Raises:
        ValueError: The markup is longer than MAX_MARKUP_LENGTH characters.
    """
    paragraphs = _paragraphs(markup)
    if any(_ESCAPED_BLOCK.search(text) for text in paragraphs):
        return [part for text in paragraphs for part in _paragraphs(text)]
    return paragraphs


def line_of(markup: str) -> str:
    """Convert a text, perhaps HTML, to a single line.

    Entities may be escaped twice.
    """
    text = markup
    for _ in range(3):
        if "&" not in text:
            break
        text = decode_html(text)
    if "<" in text:
        text = _TAG.sub(" " if "<br" in text else "", text)
    return normalise_space(text)


def is_markup(text: str) -> bool:
    """Return whether a text contains HTML elements or entities."""
    return ("<" in text or "&" in text) and _MARKUP.search(text) is not None


def normalise_space(text: str) -> str:
    """Collapse white space, and remove invisible characters such as soft hyphens."""
    if text.isprintable():  # no invisible characters, and no white space but spaces
        return " ".join(text.split()) if "  " in text else text.strip()
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


_WRAPPED: Final = 100  # maximum length of lines in a hard-wrapped text


def paragraphs_of_lines(lines: Iterable[str]) -> list[str]:
    """Convert the lines of a plain text to paragraphs."""
    blocks = [[*group] for filled, group in groupby(map(str.strip, lines), bool) if filled]
    return blocks[0] if len(blocks) == 1 else [*chain.from_iterable(map(unwrap_lines, blocks))]


def unwrap_lines(lines: list[str]) -> list[str]:
    """Merge hard-wrapped lines.

    A line is hard-wrapped if it ends where the next word would not fit.
    """
    width = max(map(len, lines))
    wrapped = _WRAPPED // 2 <= width <= _WRAPPED and all(
        len(line) + len(following.split()[0]) >= width for line, following in pairwise(lines)
    )
    return [" ".join(lines)] if wrapped else lines


def _paragraphs(markup: str) -> list[str]:
    if len(markup) > MAX_MARKUP_LENGTH:
        raise ValueError(message("skip.large_markup", count=len(markup), most=MAX_MARKUP_LENGTH))
    blank_lines_part = "<p" not in markup and "<P" not in markup
    pieces = [
        _END if piece is None else _BLANK_LINE.sub(_END, piece) if blank_lines_part else piece
        for piece in _pieces(markup)
    ]
    return [
        text for paragraph in "".join(pieces).split(_END) if (text := normalise_space(decode_html(paragraph)))
    ]


def decode_html(text: str) -> str:
    """Decode the HTML entities in a text."""
    if "&" not in text:
        return text
    from html import unescape  # its table of entities takes a millisecond to load, and is rarely needed

    return unescape(_HUGE_NUMBER.sub("\ufffd", text))  # Python rejects numbers of thousands of digits


def _pieces(markup: str) -> Iterator[str | None]:
    """Yield the texts between tags, and ``None`` at the end of each paragraph."""
    endless: set[str] = set()  # missing end tags are searched for only once
    at = 0
    while (start := markup.find("<", at)) >= 0:
        yield markup[at:start]
        if markup.startswith(("<!", "<?"), start):
            at = _after_declaration(markup, start, endless)
        elif (opening := _TAG_NAME.match(markup, start)) is None:
            yield "<"
            at = start + 1
        elif (at := _after_tag(markup, opening.end(), endless)) < 0:
            return  # truncated inside a tag
        else:
            name = opening[2].lower()
            if name in _BLOCKS:
                yield None
            elif name in _CELLS:
                yield " "
            elif name in _DROPPED and not opening[1] and markup[at - 2] != "/":
                at = _after_dropped(markup, name, at, endless)
    yield markup[at:]


def _after_tag(markup: str, at: int, endless: set[str]) -> int:
    """Return the end of a tag, or -1 if it has none.

    Args:
        markup: The markup.
        at: The end of the tag's name.
        endless: The kinds of markup whose end was not found, which are not searched again. A kind is added if
            its end is missing.
    """
    if "tag" not in endless:
        if tag := _ATTRIBUTES.match(markup, at):
            return tag.end()
        endless.add("tag")  # the remaining > are in quotes, as far as quotes can be detected here
    return markup.find(">", at) + 1 or -1


def _after_declaration(markup: str, start: int, endless: set[str]) -> int:
    """Return the end of a comment or another declaration."""
    ending = "-->" if markup.startswith("<!--", start) else ">"
    for sign in (ending, ">"):
        if sign not in endless:
            if (end := markup.find(sign, start + 2)) >= 0:
                return end + len(sign)
            endless.add(sign)
    return len(markup)


def _after_dropped(markup: str, name: str, at: int, endless: set[str]) -> int:
    """Return the end of an element whose content is dropped, such as a script.

    If the end tag is missing, a script or style ends at the end of the markup, and any other element directly
    after its start tag.

    Args:
        markup: The markup.
        name: The name of the element.
        at: The end of the start tag.
        endless: The kinds of markup whose end was not found, which are not searched again. A kind is added if
            its end is missing.
    """
    if name not in endless:
        if end := re.compile(rf"</{name}\b[^>]*+(?:>|\Z)", re.IGNORECASE).search(markup, at):
            return end.end()
        endless.add(name)
    return len(markup) if name in _PROGRAMS else at
