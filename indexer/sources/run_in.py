"""Lines in which a date, a title and a text have run together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.dates.dateline import match_date_line
from indexer.sources.headings import has_inner_end, is_prose, starts_high

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


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A line that begins an item with its date.

    Attributes:
        date_text: The date as written.
        rest: What follows it on the line, or an empty text.
    """

    date_text: str
    rest: str


def read_dated_line(text: str, *, after_title: bool, day_first: bool | None = None) -> DatedLine | None:
    """Read a line as the date line of an item.

    A sentence that merely begins with a date ("3 May marks the day ...") is none, nor is the date line that a
    report opens with under its title ("3 May - The council ..."). A by-line behind the date is no text.

    Args:
        text: A line.
        after_title: Whether the line above is a title that has no text yet.
        day_first: The order of dates in figures on this page, or None.
    """
    day = match_date_line(text, day_first=day_first)
    if day is None:
        return None
    if not day.rest or (day.year is not None and _BYLINE.fullmatch(day.rest)):
        return DatedLine(day.text, "")
    if after_title or day.year is None or not starts_high(day.rest):
        return None
    return DatedLine(day.text, day.rest)


def split_title(text: str, *, dated: bool) -> tuple[str | None, str]:
    """Part a title from the text that follows it on the same line.

    Args:
        text: The line.
        dated: Whether a date stood before it on the line, so that a title may be looked for more boldly.

    Returns:
        The title, or None where the line has none that can be told apart, and the rest of the line.
    """
    head = text[: _LONGEST_TITLE + 40]
    seams = list(_NEW_SENTENCE.finditer(head))
    for seam in seams:
        title = text[: seam.start()]
        if _is_capitalised(title) and is_prose(text[seam.end() :]):
            return title, text[seam.end() :]
    if not dated:
        return None, text
    for seam in _SUBJECT.finditer(head):
        title = text[: seam.start()]
        said_before = re.search(rf"\b{re.escape(seam[1])}\b", title) is not None
        if said_before and title.split()[-1].lower() not in _JOINTS and _fits(title):
            return title, text[seam.end() :]
    for seam in _DASH.finditer(head):
        title, rest = text[: seam.start()], text[seam.end() :]
        if _fits(title) and starts_high(rest) and is_prose(rest):
            return title, rest
    return None, text


def _fits(title: str) -> bool:
    return len(title) <= _LONGEST_TITLE and not has_inner_end(title + " X")


def _is_capitalised(title: str) -> bool:
    """Return whether most longer words of a title have capitals, as English ones often do."""
    words = [word for word in title.split() if len(word) > 3]
    high = sum(starts_high(word) for word in words)
    return len(words) >= _FEWEST_WORDS and _fits(title) and high >= 0.7 * len(words)
