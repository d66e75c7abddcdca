"""Find where the items of a page without date lines begin.

Lexical cohesion decides whether a paragraph continues the story above it: on a page without dates and
closing lines (links to full texts), the first paragraph of an untitled item shares no rare word with the
text above.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from indexer.dates.date_grammar import plain_words
from indexer.dates.dateline import DateLine, day_comes_first, match_date_line
from indexer.sources.page import line_kinds
from indexer.sources.page.line_kinds import PageLine, is_list_entry, is_prose, starts_with_capital

_MIN_PARAGRAPHS = 100  # with fewer paragraphs on a page, word frequencies mean little
_SHORTEST = 120  # minimum characters of a paragraph that is judged
_MAX_LENGTH = 4000  # characters that are read
_STEM = 6  # letters: enough to distinguish words, few enough to match their forms
_RAREST_WORDS = 3
# The minimum total rarity of shared words. The rarity is 1 for a word in a single paragraph of the page, and
# 0 for a word in every paragraph.
_MIN_COHESION = 0.6

# References to the text above. A paragraph that starts with one does not begin a story.
_POINTS_BACK = re.compile(rf"(?:{line_kinds.wording('points back')})\b")


class Cohesion:
    """The frequencies of words on a page, with which to find rare words that two texts share."""

    def __init__(self, paragraphs: Iterable[str]) -> None:
        self._frequency: Counter[str] = Counter()
        self._paragraphs = 0
        self._above: tuple[Sequence[str], int, set[str]] = ((), 0, set())
        for paragraph in paragraphs:
            self._frequency.update(_stems(paragraph))
            self._paragraphs += 1

    def begins_story(self, paragraph: str, above: Sequence[str]) -> bool:
        """Return whether a paragraph has no rare word in common with the item before it.

        Args:
            paragraph: A paragraph of the page.
            above: The title and the paragraphs of the item to which it would belong.
        """
        if self._paragraphs < _MIN_PARAGRAPHS or len(paragraph) < _SHORTEST or not is_prose(paragraph):
            return False
        if is_list_entry(paragraph) or not starts_with_capital(paragraph) or not paragraph[0].isalnum():
            return False
        if _POINTS_BACK.match(plain_words(paragraph[:40])):
            return False
        shared = _stems(paragraph) & self._stems_above(above)
        rarest = sorted((self._rarity(stem) for stem in shared), reverse=True)[:_RAREST_WORDS]
        return sum(rarest) < _MIN_COHESION

    def _stems_above(self, above: Sequence[str]) -> set[str]:
        """Return the stems in the texts of an item, reading only texts added since the last call."""
        same, known, stems = self._above
        if same is not above or known > len(above):
            known, stems = 0, set()
        stems |= _stems(*above[known:])
        self._above = (above, len(above), stems)
        return stems

    def _rarity(self, stem: str) -> float:
        return 1 - math.log(self._frequency[stem] or 1) / math.log(self._paragraphs)


def _stems(*texts: str) -> set[str]:
    words = (word for text in texts for word in plain_words(text[:_MAX_LENGTH]).split())
    return {word[:_STEM] for word in words if len(word) > 3 or word.isdigit()}


_MIN_WRAPPED_LENGTH = 60  # characters: shorter lines are not hard-wrapped
# "by Anna Miller", "por la redacción": the author, after the date
_BYLINE = re.compile(r"(?:by|por|par) [^.:;!?]{2,40}", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—]\s+|\s*[|]\s*")
_MAX_TITLE_LENGTH = 200
_MIN_WORDS = 4

# A capital that only a new sentence has, and no full stop: "... in Three Ports A survey of ..."
_NEW_SENTENCE = re.compile(
    r"(?<=[\w’')\"])\s+(?=(?:A|An|The|This|These|In|On|At|From|During|With|As|For|El|La|Los|Las|Un|Una|En|Le|"
    r"Les|Une|Des|Dans|Pour)\s[a-zà-öø-ÿ0-9])"
)
# A repeated name, now the subject of a verb: "... help for Malta Malta has ..."
_SUBJECT = re.compile(
    r"(?<=[\w’')\"])\s+(?=([A-ZÀ-ÖØ-Þ][\w’'-]+)\s(?:has|have|is|are|was|were|will|ha|han|es|son|fue|a|ont|est|sont)\s)"
)
_JOINING = "of in the to for by with from and at on de del la el los las en y a le les du des et à au"
_JOINTS = frozenset(_JOINING.split())


def read_dated_line(text: str, *, after_title: bool, day_first: bool | None = None) -> DateLine | None:
    """Parse a line as the date line of an item.

    A sentence that begins with a date ("3 May marks the day ...") is not a date line, nor is the start of a
    report under its title ("3 May - The council ..."). A by-line after the date is removed.

    Args:
        text: A line.
        after_title: Whether the line above is a title that has no text yet.
        day_first: Whether the day precedes the month in numeric dates of this page; None if unknown.

    Returns:
        The date, with the text after it as ``rest``; ``None`` if the line is not a date line.
    """
    day = match_date_line(text, day_first=day_first)
    if day is None:
        return None
    if not day.rest or (day.year is not None and _BYLINE.fullmatch(day.rest)):
        return replace(day, rest="")
    if after_title or day.year is None or not line_kinds.starts_with_capital(day.rest):
        return None
    return day


def split_title(text: str, *, dated: bool) -> tuple[str | None, str]:
    """Split a title from text on the same line.

    Args:
        text: The line.
        dated: Whether a date precedes the text on the line. Then fewer signs of a title suffice.

    Returns:
        The title (``None`` if there is none), and the rest of the line.
    """
    head = text[: _MAX_TITLE_LENGTH + 40]
    seams = list(_NEW_SENTENCE.finditer(head))
    for seam in seams:
        title = text[: seam.start()]
        if _is_capitalised(title) and line_kinds.is_prose(text[seam.end() :]):
            return title, text[seam.end() :]
    if not dated:
        return None, text
    for seam in _SUBJECT.finditer(head):
        title = text[: seam.start()]
        stated_before = re.search(rf"\b{re.escape(seam[1])}\b", title) is not None
        if stated_before and title.split()[-1].lower() not in _JOINTS and len(title) <= _MAX_TITLE_LENGTH:
            return title, text[seam.end() :]
    for seam in _DASH.finditer(head):
        title, rest = text[: seam.start()], text[seam.end() :]
        if (
            len(title) <= _MAX_TITLE_LENGTH
            and line_kinds.starts_with_capital(rest)
            and line_kinds.is_prose(rest)
        ):
            return title, rest
    return None, text


def _is_capitalised(title: str) -> bool:
    """Return whether most longer words of a title are capitalised, as in English."""
    words = [word for word in title.split() if len(word) > 3]
    high = sum(line_kinds.starts_with_capital(word) for word in words)
    return len(words) >= _MIN_WORDS and len(title) <= _MAX_TITLE_LENGTH and high >= 0.7 * len(words)


def title_and_paragraphs(texts: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Split the lines of an item into a title and paragraphs.

    Args:
        texts: The lines of text, at least one, without the date and the closing lines.

    Returns:
        The title (``None`` if there is none), and the paragraphs. A location above the title becomes the
        first paragraph.
    """
    title, lines = _title_and_lines(texts)
    paragraphs: list[list[str]] = []  # the lines of each paragraph
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
    if following is not None and line_kinds.is_heading(following):
        if first.endswith((":", ",")) and line_kinds.is_heading(first.rstrip(",")):
            return f"{first} {following}", rest[1:]  # the title is on two lines
        if line_kinds.is_location(first):
            return following, [first, *rest[1:]]
    if following is not None and line_kinds.is_location(first) and line_kinds.begins_like_report(following):
        return None, texts
    if line_kinds.is_title(first, following):
        return first, rest
    title, text = split_title(first, dated=False)
    return title, [text, *rest]


def _continues(length: int, above: str, line: str) -> bool:
    """Return whether a line continues a paragraph that was broken within a sentence."""
    wrapped = length >= _MIN_WRAPPED_LENGTH and (above[-1].isalnum() or above.endswith(","))
    return wrapped and not line_kinds.starts_with_capital(line) and not line_kinds.is_list_entry(line)


_MIN_DATES = 2
_UNDER_TITLES = 0.8  # minimum share of date lines with a title above and no title below


@dataclass(slots=True)
class OpenItem:
    """An item of a page while its lines are being read.

    Attributes:
        first, last: The numbers of its first and last line so far.
        date_text: The printed date; ``None`` if there is none so far.
        texts: The lines of text, without closing lines.
        closing: The link to the full text at the end of the last line; empty if there is none.
        links: The closing lines, except those that the page repeats after its stories.
    """

    first: int
    last: int
    date_text: str | None = None
    texts: list[str] = field(default_factory=list)
    closing: str = ""
    links: list[str] = field(default_factory=list)
    _has_prose: bool = False

    def add(self, line: PageLine, *texts: str) -> None:
        """Add a line, which was split into ``texts``."""
        self.texts += filter(None, texts)
        self._has_prose = self._has_prose or any(map(line_kinds.is_prose, texts))
        self.last = line.number
        self.closing = line.closing

    def awaits_text(self) -> bool:
        """Return whether the item has a title but no text yet."""
        return bool(self.texts) and not self.closing and not self._has_prose


class Boundaries:
    """Finds where items begin, using properties of the whole page.

    Attributes:
        day_first: Whether the day precedes the month in numeric dates of the page; None if unknown.
        titles_first: Whether items begin with their titles, followed by their dates.
    """

    def __init__(self, lines: Sequence[PageLine]) -> None:
        self._lines = lines
        self._cohesion = Cohesion(line.body for line in lines if line.body)
        self.day_first = day_comes_first(line.text for line in lines)
        self.titles_first = self._has_dates_under_titles()

    def starts_item(self, index: int, item: OpenItem) -> bool:
        """Return whether a line without a date begins an item.

        Args:
            index: The position of the line on the page.
            item: The item to which it would belong otherwise.
        """
        text, following = self._lines[index].body, self._body(index + 1)
        if self.titles_first and line_kinds.is_heading(text) and self._is_date(index + 1):
            return True
        if item.closing:
            return bool(text) and not _continues_item(text, following, item)
        # After a date, everything up to the closing line is one item, even a title in a second language.
        next_entry = bool(item.texts) and line_kinds.differs_only_in_numbers(text, item.texts[-1])
        if not text or item.date_text is not None or next_entry:
            return False
        if item.awaits_text():
            # Two titles in a row belong to one item, unless the second begins like "Lisbon: ...".
            first_alone = len(item.texts) == 1 and line_kinds.is_heading(item.texts[0])
            return first_alone and line_kinds.has_kicker(text) and line_kinds.is_inner_title(text, following)
        if line_kinds.is_location(text) and line_kinds.is_inner_title(following, self._body(index + 2)):
            return True
        return line_kinds.is_inner_title(text, following) or self._cohesion.begins_story(text, item.texts)

    def _has_dates_under_titles(self) -> bool:
        dates = [index for index in range(1, len(self._lines) - 1) if self._is_date(index)]
        under = sum(map(self._is_under_title, dates))
        return under >= _MIN_DATES and not self._is_date(0) and under >= _UNDER_TITLES * len(dates)

    def _is_under_title(self, index: int) -> bool:
        before = self._lines[index - 1]
        titled = line_kinds.is_heading(before.body) and not before.closing and not self._is_date(index - 1)
        return titled and not line_kinds.is_heading(self._body(index + 1))

    def _body(self, index: int) -> str:
        return self._lines[index].body if index < len(self._lines) else ""

    def _is_date(self, index: int) -> bool:
        """Return whether a line consists of a date."""
        if index >= len(self._lines):
            return False
        dated = read_dated_line(self._lines[index].text, after_title=True, day_first=self.day_first)
        return dated is not None and not dated.rest


def _continues_item(text: str, following: str, item: OpenItem) -> bool:
    """Return whether a line after a closing line still belongs to the item."""
    if line_kinds.is_list_entry(text) or line_kinds.differs_only_in_numbers(text, following):
        return True
    return not line_kinds.starts_with_capital(text) or not item.texts
