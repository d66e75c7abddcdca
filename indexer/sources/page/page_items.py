"""Read a web page saved as text: split its lines into items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from indexer.data_tables import rows
from indexer.dates.date_grammar import plain_words
from indexer.errors import SourceError, message
from indexer.item import RawItem
from indexer.sources.encoding import decode
from indexer.sources.page import line_kinds
from indexer.sources.page.item_boundaries import (
    Boundaries,
    OpenItem,
    read_dated_line,
    split_title,
    title_and_paragraphs,
)
from indexer.sources.source import MAX_PAGE_LINES, MAX_PAGE_SIZE, ReadContext, Source, too_long
from indexer.sources.stream import read_all

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.dates.dateline import DateLine
    from indexer.sources.page.line_kinds import PageLine


_MIN_LINES: Final = 20
_MIN_DOUBTFUL_LINES: Final = 8  # lines that may be headlines
_MAX_OTHER_SHARE: Final = 0.1  # the share of lines that may have another form
_MIN_WORDS, _MAX_LENGTH = 4, 200  # words, and characters, of a headline
_MEAN_LENGTH: Final = 40  # characters: names and labels are shorter
_MAX_PROSE_SHARE: Final = 0.02
# The minimum share of lines that name a person, a place or a number, as lines of a poem rarely do.
_NAMING: Final = 0.6
# The maximum share of lines that have two commas or begin with a digit. Entries of a list do ("Ana Prieto,
# harbour master, Porto"; "200 g of rice from Valencia"), headlines rarely.
_MAX_ENTRY_SHARE: Final = 0.3
_VERBS: Final = 0.2  # minimum share of lines with a verb, which agendas and bibliographies hardly have
_DIFFERENT_BEGINNINGS: Final = 0.6  # minimum share of different beginnings; a transcript repeats speakers
_VERSE_ENDS: Final = (",", ";", ":", ".", "…")
_LABEL_WORDS: Final = 2


def are_headlines(lines: Sequence[str]) -> bool:
    """Return whether a text is clearly a list of headlines."""
    if len(lines) < _MIN_LINES or not _are_short(lines) or lines[0].endswith(":"):
        return False
    alike = [line for line in lines if line_kinds.is_heading(line) and len(line.split()) >= _MIN_WORDS]
    entries = sum(line.count(",") > 1 or line[0].isdigit() for line in lines)
    return (
        len(alike) >= (1 - _MAX_OTHER_SHARE) * len(lines)
        and len(set(lines)) >= (1 - _MAX_OTHER_SHARE) * len(lines)
        and sum(map(_names_something, alike)) >= _NAMING * len(lines)
        and sum(map(_has_verb, alike)) >= _VERBS * len(lines)
        and len(set(map(_beginning, lines))) >= _DIFFERENT_BEGINNINGS * len(lines)
        and entries <= _MAX_ENTRY_SHARE * len(lines)
        and sum(map(len, lines)) >= _MEAN_LENGTH * len(lines)
    )


def may_be_headlines(lines: Sequence[str]) -> bool:
    """Return whether a text may be a list of headlines: short lines, few of which are sentences."""
    if len(lines) < _MIN_DOUBTFUL_LINES or not _are_short(lines):
        return False
    others = sum(line.endswith(_VERSE_ENDS) or not line_kinds.starts_with_capital(line) for line in lines)
    words = sum(len(line.split()) for line in lines)
    return others <= 2 * _MAX_OTHER_SHARE * len(lines) and words >= _MIN_WORDS * len(lines)


def is_label(line: str) -> bool:
    """Return whether a line in a list of headlines names a section or the page."""
    return len(line.split()) <= _LABEL_WORDS


def _are_short(lines: Sequence[str]) -> bool:
    """Return whether all lines are short enough for headlines, and hardly any is prose."""
    if max(map(len, lines)) > _MAX_LENGTH:
        return False
    prose = sum(line_kinds.is_prose(line) and not line.endswith(("?", "!")) for line in lines)
    return prose <= _MAX_PROSE_SHARE * len(lines)


def _names_something(line: str) -> bool:
    """Return whether a word after the first begins with a capital or a digit."""
    return any(word[:1].isupper() or word[:1].isdigit() for word in line.split()[1:] if word != "I")


def _has_verb(line: str) -> bool:
    return not _finite_verbs().isdisjoint(plain_words(line).split())


def _beginning(line: str) -> tuple[str, ...]:
    """Return the first two words of a line, or the words before a colon."""
    return tuple(line.partition(":")[0].split()[:2])


@cache
def _finite_verbs() -> frozenset[str]:
    return frozenset(verb for _, verbs in rows(__file__, "verbs.tsv") for verb in verbs.split())


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the items of a page.

    Args:
        stream: The bytes from the start, which are read all at once.
        context: The name and options of the source.

    Returns:
        The source, with its items in page order.

    Raises:
        SourceError: The page is too large.
    """
    advice = message("page.advice")
    text = decode(read_all(stream, context.name, MAX_PAGE_SIZE, message("page.page", advice=advice)))
    if (lines := text.count("\n") or text.count("\r")) > MAX_PAGE_LINES:
        counts = {"lines": lines, "max_page_lines": MAX_PAGE_LINES}
        raise SourceError(message("page.too_many_lines", name=context.name, advice=advice, **counts))
    headlines = None if context.options.kind is None else context.options.kind == "headlines"
    return Source(context.name, split_page(text, context, headlines=headlines), ordered=True)


def split_page(text: str, context: ReadContext, *, headlines: bool | None = None) -> Iterator[RawItem]:
    """Split the text of a page into items.

    An item starts at a date line. Without one, it starts after the closing line of the previous item, at a
    title above a paragraph, or at a paragraph that shares no rare word with the item above. The item ends
    with its closing lines. A closing line with words that are not in the item's text ("Download the tide
    tables") becomes the item's last paragraph. All other closing lines are reported together.

    Args:
        text: The whole page.
        context: The name and options of the source.
        headlines: Whether each line is a headline; ``None`` to detect this from the text.

    Yields:
        The items, in page order.
    """
    lines = line_kinds.read_page_lines(text, context)
    shown = [line.body for line in lines if line.body]
    if headlines or (headlines is None and are_headlines(shown)):
        yield from _headlines(lines, context, with_labels=headlines is True)
        return
    items = 0
    for item in _items(lines, context):
        items += 1
        yield item
    if headlines is None and items == 1 and item.date_text is None and may_be_headlines(shown):
        context.skip(0, message("skip.maybe_headlines", count=len(shown)))


def _headlines(lines: Sequence[PageLine], context: ReadContext, *, with_labels: bool) -> Iterator[RawItem]:
    """Yield each line as an item, except closing lines such as "Read more here".

    If ``with_labels`` is false, names of sections are reported and skipped. An imperative such as "Visit the
    harbour", which is a closing line on other pages, is a headline here, unless the page repeats it.
    """
    left_out: list[str] = []
    item: OpenItem | None = None
    for line in lines:
        closing = line.closing if line.body or line.refrain or line_kinds.is_closing(line.text) else ""
        text = line.body or ("" if closing else line.text)
        if text and not with_labels and is_label(text):
            context.skip(line.number, message("skip.label"))
            continue
        if text:
            yield from _headline(item, context, left_out)
            dated = read_dated_line(text, after_title=False)
            title, date_text = (dated.rest, dated.text) if dated and dated.rest else (text, None)
            item = OpenItem(line.number, line.number, date_text, [title])
        elif item is None:
            context.skip(line.number, message("skip.orphan_closing"))
        if item and closing:
            item.last = line.number
            (left_out if line.refrain else item.links).append(closing)
    yield from _headline(item, context, left_out)
    _report_left_out(left_out, context)


def _headline(item: OpenItem | None, context: ReadContext, left_out: list[str]) -> Iterator[RawItem]:
    if item:
        links = _distinct_links(item, left_out)
        yield RawItem(context.lines(item.first, item.last), item.texts[0], links, item.date_text)


def _items(lines: Sequence[PageLine], context: ReadContext) -> Iterator[RawItem]:
    """Yield the items of a page that is not a list of headlines."""
    boundaries = Boundaries(lines)
    item: OpenItem | None = None
    left_out: list[str] = []
    for index, line in enumerate(lines):
        awaits_text = item is not None and item.awaits_text()
        dated = read_dated_line(line.body, after_title=awaits_text, day_first=boundaries.day_first)
        if dated and item and boundaries.titles_first and awaits_text:
            item.date_text = item.date_text or dated.text
            item.add(line)
        elif not dated and (reason := _reason_to_skip(line, item)):
            context.skip(line.number, reason)
        elif dated or item is None or boundaries.starts_item(index, item):
            if item and (dated or boundaries.titles_first) and _is_head(item, lines):
                _skip(context, item, message("skip.page_head"))
            else:
                yield from _finish(item, context, left_out)
            item = _begin_item(line, dated)
        else:
            item.add(line, line.body)
        if item and line.closing and line.number == item.last:
            (left_out if line.refrain else item.links).append(line.closing)
    yield from _finish(item, context, left_out)
    _report_left_out(left_out, context)


def _report_left_out(left_out: Sequence[str], context: ReadContext) -> None:
    if left_out:
        example = Counter(left_out).most_common(1)[0][0]
        context.skip(0, message("skip.closing_lines", n=len(left_out), example=example))


def _is_head(item: OpenItem, lines: Sequence[PageLine]) -> bool:
    """Return whether the first item is only the name of the page."""
    return item.first == lines[0].number and item.date_text is None and item.awaits_text()


def _reason_to_skip(line: PageLine, item: OpenItem | None) -> str | None:
    """Return why a line does not belong to any item, or ``None`` if it may belong to one."""
    if not line.body:
        if item is None:
            return message("skip.orphan_closing")
        return message("skip.repeated_closing") if item.closing == line.closing else None
    between = item is None or item.closing
    return message("skip.signature") if between and line_kinds.is_signature(line.text) else None


def _skip(context: ReadContext, item: OpenItem, reason: str, more: str = "") -> None:
    """Report lines that belong to no item as one skipped part."""
    if item.last > item.first:
        reason = message("skip.lines_to", reason=reason, more=more, last=str(item.last))
    context.skip(item.first, reason)


def _begin_item(line: PageLine, dated: DateLine | None) -> OpenItem:
    item = OpenItem(line.number, line.number, dated.text if dated else None)
    title, text = split_title(dated.rest, dated=True) if dated else (None, line.body)
    item.add(line, title or "", text)
    return item


def _finish(item: OpenItem | None, context: ReadContext, left_out: list[str]) -> Iterator[RawItem]:
    """Yield the item that was read, or report a date without text."""
    if item is None:
        return
    if not item.texts:
        _skip(context, item, message("skip.date_alone"), message("skip.but_closing_lines"))
        return
    title, paragraphs = title_and_paragraphs(item.texts)
    paragraphs = (*paragraphs, *_distinct_links(item, left_out))
    if reason := too_long(title, paragraphs):
        context.skip(item.first, reason)
        return
    yield RawItem(context.lines(item.first, item.last), title, paragraphs, item.date_text)


def _distinct_links(item: OpenItem, left_out: list[str]) -> tuple[str, ...]:
    """Return the closing lines with words that the item's text lacks, and add the others to ``left_out``."""
    declared = set(plain_words(" ".join(item.texts)).split())
    links = tuple(link for link in item.links if line_kinds.significant_words(link) - declared)
    left_out += [link for link in item.links if link not in links]
    return links
