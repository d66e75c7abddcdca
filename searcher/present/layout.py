"""Layout of text on a terminal: style marks, widths in cells, wrapped lines on a page.

Emphasis is a one-character style mark while a text is laid out, and a colour code or nothing when it is
written. Legible text holds no control characters, so that control characters can serve as the marks: a mark
takes no room, cannot be cut in two, and no text of an archive can forge one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from searcher.legible import TolerantStream
from searcher.results import MATCH_MARK

_CODES = {1: "\x1b[1m", 2: "\x1b[2m", 3: "\x1b[1;31m", 4: "\x1b[36m", 5: "\x1b[0m"}
_BOLD, _DIM, _MATCH, _BAR, _END = map(chr, _CODES)
_NO_CODES = dict.fromkeys(_CODES)
# Latin letters, punctuation and the blocks of bars: one cell each.
_BLOCKS = ((0x20, 0x7F), (0xA0, 0xAD), (0xAE, 0x300), (0x2010, 0x2028), (0x2580, 0x25A0))
_NARROW = frozenset({*(chr(code) for block in _BLOCKS for code in range(*block)), "≈"})
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_NARROWEST, _WIDEST = 30, 100


def bold(text: str) -> str:
    """Mark as important."""
    return f"{_BOLD}{text}{_END}"


def dim(text: str) -> str:
    """Mark as secondary."""
    return f"{_DIM}{text}{_END}"


def bar(text: str) -> str:
    """Mark as a bar of a chart."""
    return f"{_BAR}{text}{_END}"


def matches(snippet: str, *, color: bool) -> str:
    """Turn the ``**`` around matching words into style marks, or leave them where there is no colour.

    Args:
        snippet: Legible text with ``**`` before and after each match.
        color: Whether colours will be written.

    Returns:
        The snippet; a ``**`` without a partner stays.
    """
    if not color:
        return snippet
    marked = re.escape(MATCH_MARK) + "(.*?)" + re.escape(MATCH_MARK)
    return re.sub(marked, lambda match: f"{_MATCH}{match[1]}{_END}" if match[1] else "", snippet)


def render(text: str, *, color: bool) -> str:
    """Replace the style marks by terminal codes, or by nothing."""
    return text if text.isprintable() else text.translate(_CODES if color else _NO_CODES)


def cells(text: str) -> int:
    """Count the cells of a text: two for a wide character, none for an accent on its own or a style mark.

    Args:
        text: Legible text, perhaps with style marks.

    Returns:
        The width in terminal cells.
    """
    text = render(text, color=False)
    if _is_narrow(text):
        return len(text)
    from rich.cells import cell_len  # Latin text never pays for loading the tables of widths

    return cell_len(text)


def _is_narrow(text: str) -> bool:
    """Tell whether each character of a text takes one cell; a pattern would take 0.3 ms to make."""
    return text.isprintable() if text.isascii() else _NARROW.issuperset(text)


def pad(text: str, width: int) -> str:
    """Fill up with spaces to ``width`` cells; a wider text stays as it is."""
    return text + " " * (width - cells(text))


def clip(text: str, width: int) -> str:
    """Shorten to ``width`` cells, the last of them an ellipsis, never cutting through a visible character.

    Args:
        text: Legible text without style marks.
        width: Cells, at least 1.

    Returns:
        The text itself where it fits.
    """
    if cells(text) <= width:
        return text
    return next(_break(text, width - 1), "").rstrip() + "…" if width > 1 else "…"


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines between words, and inside a word only where it is wider than a line.

    Args:
        text: Legible text, perhaps with style marks; its white space is not kept.
        width: The longest line, in cells, at least 2.

    Returns:
        The lines, none for a blank text.
    """
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        for piece in _break(word, width) if cells(word) > width else (word,):
            size = cells(piece)
            if line and used + 1 + size > width:
                lines.append(line)
                line, used = piece, size
            else:
                line, used = (f"{line} {piece}", used + 1 + size) if line else (piece, size)
    return [*lines, line] if line else lines


class Page:
    """Writes lines no wider than the page, with or without colour.

    Attributes:
        color: Whether terminal codes are written.
        width: The longest line, in cells: as asked for, within what can be laid out and what reads well.
    """

    def __init__(self, stream: TextIO, *, color: bool, width: int) -> None:
        self._stream = TolerantStream(stream)
        self.color = color
        self.width = min(max(width, _NARROWEST), _WIDEST)

    def line(self, text: str = "") -> None:
        """Write one line, which the caller has made to fit."""
        self._stream.write(render(text, color=self.color) + "\n")

    def paragraph(self, text: str, *, lead: str = "", indent: int = 0) -> None:
        """Write text over as many lines as it needs, nothing where it is blank.

        Args:
            text: Legible text, perhaps with style marks.
            lead: What stands before the first line, no wider than ``indent``.
            indent: Cells left free before every line.
        """
        for number, line in enumerate(wrap(text, self.width - indent)):
            self.line((lead if number == 0 else "").ljust(indent) + line)


def _break(text: str, width: int) -> Iterator[str]:
    """Yield pieces of at most ``width`` cells (a single character may be wider)."""
    if _is_narrow(text):
        # A line of megabytes without a space is cut by arithmetic.
        yield from (text[start : start + width] for start in range(0, len(text), width))
        return
    piece, used = "", 0
    for cluster in _clusters(text):
        size = cells(cluster)
        if piece and used + size > width:
            yield piece
            piece, used = "", 0
        piece += cluster
        used += size
    if piece:
        yield piece


def _clusters(text: str) -> Iterator[str]:
    """Yield what a reader sees as one character: a letter and its accents, an emoji of several parts."""
    cluster = ""
    for character in text:
        joined = cluster.endswith(_ZERO_WIDTH_JOINER) or ord(character) in _SKIN_TONES or not cells(character)
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster
