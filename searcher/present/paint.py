"""Emphasis: one-character style marks while a text is laid out, colour codes or nothing when it is written.

Legible text holds no control characters, so that control characters can serve as the marks: a mark takes no
room, cannot be cut in two, and no text of an archive can forge one.
"""

from __future__ import annotations

_BOLD, _DIM, _MATCH, _BAR, _END = "\x01", "\x02", "\x03", "\x04", "\x05"
_CODES = {
    ord(_BOLD): "\x1b[1m",
    ord(_DIM): "\x1b[2m",
    ord(_MATCH): "\x1b[1;31m",
    ord(_BAR): "\x1b[36m",
    ord(_END): "\x1b[0m",
}
_NOTHING = dict.fromkeys(_CODES)
MARK = "**"


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
    pieces = snippet.split(MARK)
    if len(pieces) % 2 == 0:
        pieces[-2:] = [MARK.join(pieces[-2:])]
    return "".join(
        f"{_MATCH}{piece}{_END}" if number % 2 and piece else piece for number, piece in enumerate(pieces)
    )


def bare(text: str) -> str:
    """Remove the style marks."""
    return text if text.isprintable() else text.translate(_NOTHING)


def painted(text: str, *, color: bool) -> str:
    """Replace the style marks by terminal codes, or by nothing."""
    return text.translate(_CODES) if color else bare(text)
