"""A page saved as text: its lines become items, newest first as the page has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from indexer.dates.folding import plain_words
from indexer.errors import SourceError
from indexer.item import RawItem, SourceLines
from indexer.sources.encoding import decode
from indexer.sources.limits import LARGEST_PAGE, MOST_PAGE_LINES, too_long
from indexer.sources.page.boundaries import Boundaries, OpenItem
from indexer.sources.page.closing import is_closing, own_words
from indexer.sources.page.headlines import are_headlines, is_label, may_be_headlines
from indexer.sources.page.lines import PageLine, is_signature, read_page_lines
from indexer.sources.page.titles import read_dated_line, split_title, title_and_paragraphs
from indexer.sources.source import OnSkip, Skipped, Source

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from indexer.dates.dateline import DateLine
    from indexer.sources.source import ReadOptions


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, options: ReadOptions) -> Source:
    """Read a page.

    Args:
        stream: The bytes, from the first on; read to their end at once.
        name: The source's name.
        on_skip: Called with each line that belongs to no item.
        options: Whether it is read as headlines.

    Returns:
        The source; its items are in the order of the page.

    Raises:
        SourceError: It is too large for a page.
    """
    with stream:
        data = stream.read(LARGEST_PAGE + 1)
    advice = "split it into several files, or export records as JSON lines (.jsonl)"
    if len(data) > LARGEST_PAGE:
        raise SourceError(f"{name} is larger than {LARGEST_PAGE >> 20} MB, the most of a page; {advice}")
    text = decode(data)
    del data
    if (lines := text.count("\n") or text.count("\r")) > MOST_PAGE_LINES:
        raise SourceError(
            f"{name} has {lines:,} lines, and {MOST_PAGE_LINES:,} are the most of a page; {advice}"
        )
    headlines = None if options.kind is None else options.kind == "headlines"
    return Source(name, ordered=True, items=split_page(text, name, on_skip, headlines=headlines))


def split_page(text: str, name: str, on_skip: OnSkip, *, headlines: bool | None = None) -> Iterator[RawItem]:
    """Split the text of a page into items.

    An item starts at a date line; where there is none, after the closing of the item before, or where a title
    stands above a paragraph, or where a paragraph shares no rare word with the item above it. The lines
    from its first to its last, closings included, are its span. Closings with words that the text above them
    does not have ("Download the tide tables") are its last paragraphs; all others are told of together.

    Args:
        text: The whole page.
        name: The source's name.
        on_skip: Called with each line that belongs to no item.
        headlines: Whether each line is a headline; None where only the text shows it.

    Yields:
        The items, in the order of the page.
    """
    lines = read_page_lines(text, name, on_skip)
    shown = [line.body for line in lines if line.body]
    if headlines or (headlines is None and are_headlines(shown)):
        yield from _headlines(lines, name, on_skip, with_labels=headlines is True)
        return
    items = 0
    for item in _items(lines, name, on_skip):
        items += 1
        yield item
    if headlines is None and items == 1 and item.date_text is None and may_be_headlines(shown):
        reason = (
            f"{len(shown):,} short lines are one item; if each is a headline, read them with --as headlines"
        )
        on_skip(Skipped(name, 0, reason))


def _headlines(
    lines: Sequence[PageLine], name: str, on_skip: OnSkip, *, with_labels: bool
) -> Iterator[RawItem]:
    """Make an item of each line that is no closing line.

    Names of sections are told and left out, unless all lines are said to be headlines. A headline may look
    like an invitation ("Visit the harbour"): only links, and what the page repeats, are closing lines here.
    """
    left_out: list[str] = []
    item: OpenItem | None = None
    for line in lines:
        closing = line.closing if line.body or line.refrain or is_closing(line.text) else ""
        text = line.body or ("" if closing else line.text)
        if text and not with_labels and is_label(text):
            on_skip(Skipped(name, line.number, "a label among headlines"))
            continue
        if text:
            yield from _headline(item, name, left_out)
            dated = read_dated_line(text, after_title=False)
            title, date_text = (dated.rest, dated.text) if dated and dated.rest else (text, None)
            item = OpenItem(line.number, line.number, date_text, [title])
        elif item is None:
            on_skip(Skipped(name, line.number, "a closing line with no item above it"))
        if item and closing:
            item.last = line.number
            (left_out if line.refrain else item.links).append(closing)
    yield from _headline(item, name, left_out)
    _tell_left_out(name, left_out, on_skip)


def _headline(item: OpenItem | None, name: str, left_out: list[str]) -> Iterator[RawItem]:
    if item:
        links = _links_that_say_more(item, left_out)
        yield RawItem(SourceLines(name, item.first, item.last), item.texts[0], links, item.date_text)


def _items(lines: Sequence[PageLine], name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    """Make items of the lines of a page that is no list of headlines."""
    boundaries = Boundaries(lines)
    item: OpenItem | None = None
    left_out: list[str] = []
    for index, line in enumerate(lines):
        dated = read_dated_line(
            line.body,
            after_title=item is not None and item.awaits_text(),
            day_first=boundaries.day_first,
        )
        if dated and item and boundaries.titles_first and item.awaits_text():
            item.date_text = item.date_text or dated.text
            item.add(line)
        elif not dated and (reason := _stray(line, item)):
            on_skip(Skipped(name, line.number, reason))
        elif dated or item is None or boundaries.starts_item(index, item):
            if item and (dated or boundaries.titles_first) and _is_head(item, lines):
                on_skip(_skipped(name, item, "the head of the page"))
            else:
                yield from _finish(item, name, on_skip, left_out)
            item = _open(line, dated)
        else:
            item.add(line, line.body)
        if item and line.closing and line.number == item.last:
            (left_out if line.refrain else item.links).append(line.closing)
    yield from _finish(item, name, on_skip, left_out)
    _tell_left_out(name, left_out, on_skip)


def _tell_left_out(name: str, left_out: Sequence[str], on_skip: OnSkip) -> None:
    if left_out:
        lines_left = "1 closing line" if len(left_out) == 1 else f"{len(left_out):,} closing lines"
        example = Counter(left_out).most_common(1)[0][0]
        on_skip(Skipped(name, 0, f"{lines_left} such as “{example}” left out"))


def _is_head(item: OpenItem, lines: Sequence[PageLine]) -> bool:
    """Check whether an item is no more than the page's own name, above its first story."""
    return item.first == lines[0].number and item.date_text is None and item.awaits_text()


def _stray(line: PageLine, item: OpenItem | None) -> str | None:
    """Find the reason why a line belongs to no item; None for a line of an item."""
    if not line.body:
        if item is None:
            return "a closing line with no item above it"
        return "a closing line said twice" if item.closing == line.closing else None
    between = item is None or item.closing
    return "the signature of a quotation" if between and is_signature(line.text) else None


def _skipped(name: str, item: OpenItem, reason: str, more: str = "") -> Skipped:
    """Report the lines of what is no item as skipped; only the first of them is counted."""
    if item.last > item.first:
        reason += f"{more}, to line {item.last}"
    return Skipped(name, item.first, reason)


def _open(line: PageLine, dated: DateLine | None) -> OpenItem:
    item = OpenItem(line.number, line.number, dated.text if dated else None)
    title, text = split_title(dated.rest, dated=True) if dated else (None, line.body)
    item.add(line, title or "", text)
    return item


def _finish(item: OpenItem | None, name: str, on_skip: OnSkip, left_out: list[str]) -> Iterator[RawItem]:
    """Make an item of the lines that were read, or report a date with nothing under it."""
    if item is None:
        return
    if not item.texts:
        on_skip(_skipped(name, item, "a date line with nothing under it", " but closing lines"))
        return
    title, paragraphs = title_and_paragraphs(item.texts)
    paragraphs = (*paragraphs, *_links_that_say_more(item, left_out))
    if reason := too_long(title, paragraphs):
        on_skip(Skipped(name, item.first, reason))
        return
    yield RawItem(SourceLines(name, item.first, item.last), title, paragraphs, item.date_text)


def _links_that_say_more(item: OpenItem, left_out: list[str]) -> tuple[str, ...]:
    """Part the closings of an item: those with words that it does not have are given, all others left out."""
    said = set(plain_words(" ".join(item.texts)).split())
    links = tuple(link for link in item.links if own_words(link) - said)
    left_out += [link for link in item.links if link not in links]
    return links
