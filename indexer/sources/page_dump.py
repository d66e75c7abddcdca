"""A page saved as text: its lines become items, newest first as the page has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from indexer.item import RawItem, SourceLines
from indexer.sources.cohesion import Cohesion
from indexer.sources.encoding import decode
from indexer.sources.furniture import is_signature
from indexer.sources.headings import (
    has_kicker,
    is_heading,
    is_inner_title,
    is_list_entry,
    is_place,
    is_prose,
    same_but_numbers,
    starts_high,
)
from indexer.sources.page_lines import PageLine, body_after, read_page_lines
from indexer.sources.run_in import DatedLine, read_dated_line, split_title
from indexer.sources.source import OnSkip, Skipped
from indexer.sources.titles import title_and_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(slots=True)
class _OpenItem:
    """An item that is being read.

    Attributes:
        first, last: Its lines so far.
        date_text: Its printed date, or None.
        texts: Its lines of text, closings cut off.
        closing: The closing at the end of its last line, or an empty text.
    """

    first: int
    last: int
    date_text: str | None = None
    texts: list[str] = field(default_factory=list)
    closing: str = ""

    def add(self, line: PageLine, *texts: str) -> None:
        """Take a line in, as these texts."""
        self.texts.extend(text for text in texts if text)
        self.last = line.number
        self.closing = line.closing

    def awaits_text(self) -> bool:
        """Return whether there is a title, or something like one, and no text under it yet."""
        return bool(self.texts) and not self.closing and not any(is_prose(text) for text in self.texts)


def read(stream: BinaryIO, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    """Read a page.

    Args:
        stream: The bytes, from the first on; read to their end at once.
        name: The source's name.
        on_skip: Told of each line that belongs to no item.

    Returns:
        The items, in the order of the page.
    """
    with stream:
        text = decode(stream.read())
    return split_page(text, name, on_skip)


def split_page(text: str, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    """Part the text of a page into items.

    An item starts at a date line; where there is none, after the closing of the item before, or where a title
    stands above a paragraph, or where a paragraph shares no telling word with the item above it. The lines from
    its first to its last, closings included, are its span; the closings themselves are navigation and no part
    of its text.

    Args:
        text: The whole page.
        name: The source's name.
        on_skip: Told of each line that belongs to no item.

    Yields:
        The items, in the order of the page.
    """
    lines = read_page_lines(text, name, on_skip)
    cohesion = Cohesion(line.body for line in lines if line.body)
    item: _OpenItem | None = None
    for index, line in enumerate(lines):
        dated = read_dated_line(line.body, after_title=item is not None and item.awaits_text())
        if dated is not None:
            yield from _finish(item, name, on_skip)
            item = _open_dated(line, dated)
        elif (reason := _stray(line, item)) is not None:
            on_skip(Skipped(name, line.number, reason))
        elif item is None or _starts(lines, index, item, cohesion):
            yield from _finish(item, name, on_skip)
            item = _OpenItem(line.number, line.number)
            item.add(line, line.body)
        else:
            item.add(line, line.body)
    yield from _finish(item, name, on_skip)


def _stray(line: PageLine, item: _OpenItem | None) -> str | None:
    """Say why a line belongs to no item, or return None."""
    if not line.body:
        if item is None:
            return "a closing line with no item above it"
        return "a closing line said twice" if item.closing == line.closing else None
    between = item is None or item.closing
    return "the signature of a quotation" if between and is_signature(line.text) else None


def _starts(lines: Sequence[PageLine], index: int, item: _OpenItem, cohesion: Cohesion) -> bool:
    """Return whether a line without a date starts a new item."""
    text, following = lines[index].body, body_after(lines, index)
    if item.closing:
        return bool(text) and not _goes_on(text, following, item)
    # Under a date all is one item up to its closing, also what begins with a second title in another language.
    next_entry = bool(item.texts) and same_but_numbers(text, item.texts[-1])
    if not text or item.date_text is not None or next_entry:
        return False
    if item.awaits_text():
        # Two titles in a row are a title and what explains it, unless the second has a kicker of its own.
        first_alone = len(item.texts) == 1 and is_heading(item.texts[0])
        return first_alone and has_kicker(text) and is_inner_title(text, following)
    if is_place(text) and is_inner_title(following, body_after(lines, index + 1)):
        return True
    return is_inner_title(text, following) or cohesion.begins_story(text, item.texts)


def _goes_on(text: str, following: str, item: _OpenItem) -> bool:
    """Return whether a line after a closing still belongs to the item: a list, or the rest of a sentence."""
    return is_list_entry(text) or same_but_numbers(text, following) or not starts_high(text) or not item.texts


def _open_dated(line: PageLine, dated: DatedLine) -> _OpenItem:
    item = _OpenItem(line.number, line.number, date_text=dated.date_text)
    title, text = split_title(dated.rest, dated=True)
    item.add(line, title or "", text)
    return item


def _finish(item: _OpenItem | None, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    """Turn what was read into an item, or report a date with nothing under it."""
    if item is None:
        return
    if not item.texts:
        on_skip(Skipped(name, item.first, "a date line with nothing under it"))
        return
    title, paragraphs = title_and_paragraphs(item.texts)
    yield RawItem(SourceLines(name, item.first, item.last), title, paragraphs, item.date_text)
