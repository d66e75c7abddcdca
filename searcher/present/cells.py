"""Measuring, wrapping and clipping text by the cells that it takes on a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from searcher.present.paint import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

# Latin letters, punctuation and the blocks of bars: one cell each.
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2248\u2580-\u259f]*")
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def cells(text: str) -> int:
    """Count the cells of a text: two for a wide character, none for an accent on its own or a style mark.

    Args:
        text: Legible text, perhaps with style marks.

    Returns:
        The width in terminal cells.
    """
    text = bare(text)
    if _NARROW.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # Latin text never pays for loading the tables of widths

    return cell_len(text)


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
            wide = cells(piece)
            if line and used + 1 + wide > width:
                lines.append(line)
                line, used = piece, wide
            else:
                line, used = (f"{line} {piece}", used + 1 + wide) if line else (piece, wide)
    return [*lines, line] if line else lines


def _break(text: str, width: int) -> Iterator[str]:
    """Yield pieces of at most ``width`` cells (a single character may be wider)."""
    if _NARROW.fullmatch(text):
        # A line of megabytes without a space is cut by arithmetic.
        yield from (text[start : start + width] for start in range(0, len(text), width))
        return
    piece, used = "", 0
    for cluster in _clusters(text):
        wide = cells(cluster)
        if piece and used + wide > width:
            yield piece
            piece, used = "", 0
        piece += cluster
        used += wide
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
