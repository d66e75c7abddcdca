"""The lines of a page: furniture left out, closings parted from the text that they stand under."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.dates.folding import plain_words
from indexer.sources.closing import is_invitation, split_closing
from indexer.sources.furniture import furniture_reason
from indexer.sources.headings import is_prose
from indexer.sources.refrain import LONGEST_REFRAIN, refrains
from indexer.sources.source import OnSkip, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_EDGES = " \t\u00a0|"


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line with something on it.

    Attributes:
        number: Its number, 1-based, as an editor shows it.
        text: The line without spaces and bars at its ends.
        body: The text without the closing at its end; empty for a closing line.
        closing: That closing, or an empty text.
    """

    number: int
    text: str
    body: str
    closing: str


def read_page_lines(text: str, name: str, on_skip: OnSkip) -> list[PageLine]:
    r"""Part a page into the lines that may belong to items.

    Args:
        text: The whole page; lines end at \n, \r\n and \r only.
        name: The source's name.
        on_skip: Told of each line of furniture.

    Returns:
        The lines that are neither blank nor furniture.
    """
    written = [
        (number, line)
        for number, raw in enumerate(_LINE_BREAK.split(text), start=1)
        if (line := raw.strip(_EDGES).strip())
    ]
    said_often = refrains([line for _, line in written])
    lines: list[PageLine] = []
    for number, line in written:
        reason = furniture_reason(line)
        if reason is not None:
            on_skip(Skipped(name, number, reason))
        elif len(line) <= LONGEST_REFRAIN and plain_words(line) in said_often:
            lines.append(PageLine(number, line, "", line))
        else:
            lines.append(PageLine(number, line, *split_closing(line)))
    for index in range(len(lines)):  # from the top: a closing may follow an invitation that proved to be one
        lines[index] = _judge_invitation(lines, index)
    return lines


def _judge_invitation(lines: Sequence[PageLine], index: int) -> PageLine:
    """Take an imperative ("Download the report") for a closing, unless it heads a paragraph as titles do."""
    line = lines[index]
    if line.closing or index == 0 or not is_invitation(line.text):
        return line
    before = lines[index - 1]
    ended = bool(before.closing) and line.text.endswith(".")
    after_text = bool(before.closing) or is_prose(before.body)
    after = lines[index + 1].body if index + 1 < len(lines) else ""
    if after_text and (ended or not is_prose(after)):
        return PageLine(line.number, line.text, "", line.text)
    return line
