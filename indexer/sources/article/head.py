"""The head of an article: its title, its day and its author, as the first lines of a text print them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.dates.dateline import match_date_line
from indexer.item import ItemDate
from indexer.sources.page.headings import ends_sentence, is_heading, is_title

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINES: Final = 6  # in which the head stands
_LONGEST: Final = 120  # characters of a line of it that is no title
_BYLINE: Final = re.compile(
    r"(?:(?:written\s+)?by|por|par|author|autora?|auteure?|texte?|texto)\s*(?::\s*)?(?P<name>[^\W\d_][^:;!?|]{2,80})",
    re.IGNORECASE,
)
_PARTED: Final = re.compile(r"\s*[|·•]\s*|\s+[-–—]\s+|,\s+(?=\d|(?:on|el|le)\b)")
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_STOPS: Final = "。！？।"  # end sentences of scripts that have no full stop of ours
_MOST_NAMES: Final = 12  # words of a by-line
_SMALL: Final = frozenset("and y et e de del la las los le les du des von van da dos with con avec".split())


class Head(NamedTuple):
    """What the head of a text says, and the rest of it.

    Attributes:
        title: The title, or None.
        date: The printed day, or None.
        author: Who wrote it, or None.
        paragraphs: The text without them.
    """

    title: str | None
    date: ItemDate | None
    author: str | None
    paragraphs: tuple[str, ...]


def read_head(paragraphs: Sequence[str], title: str | None = None) -> Head:
    """Read the head of a text.

    Args:
        paragraphs: The text.
        title: Its title where that is known already; None to look for one.
    """
    day: ItemDate | None = None
    author: str | None = None
    known = title is not None
    taken: set[int] = set()
    for index, text in enumerate(paragraphs[:_LINES]):
        found_day, found_author = _read_line(text)
        if (found_day and day is None) or (found_author and author is None):
            day, author = day or found_day, author or found_author
            taken.add(index)
            continue
        following = next(
            (other for other in paragraphs[index + 1 :] if _read_line(other) == (None, None)), None
        )
        if title is None and following is not None and is_title(text, following) and text[-1] not in _STOPS:
            title = text
            taken.add(index)
        elif known and text == title:
            taken.add(index)
        elif len(text) > _LONGEST or ends_sentence(text) or not is_heading(text):
            break
    rest = tuple(text for index, text in enumerate(paragraphs) if index not in taken)
    return Head(title, day, author, rest)


def _read_line(text: str) -> tuple[ItemDate | None, str | None]:
    """Read a line that is a day, a by-line, or both; else give nothing."""
    if len(text) > _LONGEST:
        return None, None
    day: ItemDate | None = None
    author: str | None = None
    for part in filter(None, _PARTED.split(text)):
        if day is None and (found := _day(part)):
            day = found
        elif author is None and (name := _name(part)):
            author = name
        else:
            whole = _day(text)
            return whole, None
    return day, author


def _day(text: str) -> ItemDate | None:
    line = match_date_line(text)
    if line is None or line.rest or (days := line.in_year(line.year)) is None:
        return None
    return ItemDate(date.fromordinal(days[0]), date.fromordinal(days[1]), "printed")


def _name(text: str) -> str | None:
    match = _BYLINE.fullmatch(text.strip(" *_."))
    if match is None:
        return None
    name = match["name"].strip(" ,")
    words = name.replace(",", " ").split()
    named = all(word[0].isupper() or word.lower() in _SMALL for word in words)
    return name if named and len(words) <= _MOST_NAMES else None


def day_in_name(name: str) -> ItemDate | None:
    """Read the day that a file's name, or a title, has in figures, the year first: ``2018-03-05-quay.md``."""
    for match in _IN_NAME.finditer(name):
        try:
            day = date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
        return ItemDate(day, day, "printed")
    return None
