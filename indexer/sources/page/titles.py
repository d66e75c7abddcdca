"""The head of an item: its date line and its title, also where they and the text have run together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.dates.dateline import DateLine, match_date_line
from indexer.sources.page import headings

_SHORTEST_WRAPPED = 60  # characters: a shorter line was not broken for lack of room
# "by Anna Miller", "por la redacción": who wrote or filed it, behind the date
_BYLINE = re.compile(r"(?:by|por|par) [^.:;!?]{2,40}", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—]\s+|\s*[|]\s*")
_LONGEST_TITLE = 200
_FEWEST_WORDS = 4

# A capital where only a new sentence has one, and no full stop: "... in Three Ports A survey of ..."
_NEW_SENTENCE = re.compile(
    r"(?<=[\w’')\"])\s+(?=(?:A|An|The|This|These|In|On|At|From|During|With|As|For|El|La|Los|Las|Un|Una|En|Le|"
    r"Les|Une|Des|Dans|Pour)\s[a-zà-öø-ÿ0-9])"
)
# A name said before, now the subject of a verb: "... help for Malta Malta has ..."
_SUBJECT = re.compile(
    r"(?<=[\w’')\"])\s+(?=([A-ZÀ-ÖØ-Þ][\w’'-]+)\s(?:has|have|is|are|was|were|will|ha|han|es|son|fue|a|ont|est|sont)\s)"
)
_JOINING = "of in the to for by with from and at on de del la el los las en y a le les du des et à au"
_JOINTS = frozenset(_JOINING.split())


def read_dated_line(text: str, *, after_title: bool, day_first: bool | None = None) -> DateLine | None:
    """Read a line as the date line of an item.

    A sentence that merely begins with a date ("3 May marks the day ...") is none, nor is the date line that a
    report opens with under its title ("3 May - The council ..."). A by-line behind the date is no text.

    Args:
        text: A line.
        after_title: Whether the line above is a title that has no text yet.
        day_first: The order of day and month in figures on this page, or None.

    Returns:
        The date, its ``rest`` the text behind it; None where the line begins no item.
    """
    day = match_date_line(text, day_first=day_first)
    if day is None:
        return None
    if not day.rest or (day.year is not None and _BYLINE.fullmatch(day.rest)):
        return replace(day, rest="")
    if after_title or day.year is None or not headings.starts_high(day.rest):
        return None
    return day


def split_title(text: str, *, dated: bool) -> tuple[str | None, str]:
    """Split a title from the text that follows it on the same line.

    Args:
        text: The line.
        dated: Whether a date stood before it on the line, so that a title may be looked for more boldly.

    Returns:
        The title, or None where the line shows none, and the rest of the line.
    """
    head = text[: _LONGEST_TITLE + 40]
    seams = list(_NEW_SENTENCE.finditer(head))
    for seam in seams:
        title = text[: seam.start()]
        if _is_capitalised(title) and headings.is_prose(text[seam.end() :]):
            return title, text[seam.end() :]
    if not dated:
        return None, text
    for seam in _SUBJECT.finditer(head):
        title = text[: seam.start()]
        said_before = re.search(rf"\b{re.escape(seam[1])}\b", title) is not None
        if said_before and title.split()[-1].lower() not in _JOINTS and len(title) <= _LONGEST_TITLE:
            return title, text[seam.end() :]
    for seam in _DASH.finditer(head):
        title, rest = text[: seam.start()], text[seam.end() :]
        if len(title) <= _LONGEST_TITLE and headings.starts_high(rest) and headings.is_prose(rest):
            return title, rest
    return None, text


def _is_capitalised(title: str) -> bool:
    """Check whether most longer words of a title have capitals, as English ones often do."""
    words = [word for word in title.split() if len(word) > 3]
    high = sum(headings.starts_high(word) for word in words)
    return len(words) >= _FEWEST_WORDS and len(title) <= _LONGEST_TITLE and high >= 0.7 * len(words)


def title_and_paragraphs(texts: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Split an item's lines into its title and its paragraphs.

    Args:
        texts: The lines of text, at least one; date and closings are no part of them.

    Returns:
        The title, or None, and the paragraphs. The name of a location above a title is the first paragraph.
    """
    title, lines = _title_and_lines(texts)
    paragraphs: list[list[str]] = []  # each the lines into which it was broken
    length = 0
    for line in lines:
        if paragraphs and _continues(length, paragraphs[-1][-1], line):
            paragraphs[-1].append(line)
            length += 1 + len(line)
        else:
            paragraphs.append([line])
            length = len(line)
    return title, tuple(map(" ".join, paragraphs))


def _title_and_lines(texts: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    first, rest = texts[0], texts[1:]
    following = rest[0] if rest else None
    if following is not None and headings.is_heading(following):
        if first.endswith((":", ",")) and headings.is_heading(first.rstrip(",")):
            return f"{first} {following}", rest[1:]  # a title on two lines
        if headings.is_location(first):
            return following, [first, *rest[1:]]
    if following is not None and headings.is_location(first) and headings.opens_scene(following):
        return None, texts
    if headings.is_title(first, following):
        return first, rest
    title, text = split_title(first, dated=False)
    return title, [text, *rest]


def _continues(length: int, above: str, line: str) -> bool:
    """Check whether a line is the rest of a paragraph that was broken in the middle of a sentence.

    Args:
        length: The characters of the paragraph so far.
        above: Its last line.
        line: The line under it.
    """
    wrapped = length >= _SHORTEST_WRAPPED and (above[-1].isalnum() or above.endswith(","))
    return wrapped and not headings.starts_high(line) and not headings.is_list_entry(line)
