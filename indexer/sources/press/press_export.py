"""Read an export of a press database, in any of its formats, as one item per article."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError, message
from indexer.item import RawItem
from indexer.sources.article import read_head
from indexer.sources.encoding import clean
from indexer.sources.html_text import visible
from indexer.sources.press.layouts import LEFT_OUT, styles_of, without_by
from indexer.sources.press.lines import CUT, Line, decoded_blocks, markup_lines, text_lines
from indexer.sources.press.rtf import rtf_lines
from indexer.sources.press.systems import articles, system_of_markup, system_of_text
from indexer.sources.recognition import text_of
from indexer.sources.source import MAX_FIELD_LENGTH, MAX_TEXT_LENGTH, Source, take_sample, why_no_item
from indexer.sources.stated_date import read_date
from indexer.sources.stated_values import StatedIds, read_countries, read_language_name
from indexer.sources.stream import HEAD_BYTES

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from indexer.item import SourceLines
    from indexer.sources.press.systems import System
    from indexer.sources.source import ReadContext

_OF_ITEM: Final = frozenset(
    {"title", "date", "author", "section", "language", "url", "id", "lead", "body", LEFT_OUT}
)
_RELEVANCE: Final = re.compile(r"\s*\(\d{1,3}%\)|--[A-Z]{2}\b")
_CODE: Final = re.compile(r"^(?:\w{2,8} : |(?:Name|Nombre|Nom): |(?:NAICS|SCIAN): .*)")
_LISTED: Final = frozenset(
    "countries subjects companies industries people organizations codes keywords ticker".split()
)
_GAP: Final = re.compile(r"(?<=\d) (?=\d)")  # in a number that was wrapped by mail
_NAMES: Final = {"source": "publication", "countries": "places"}  # of custom fields
_MAX_ID: Final = 100
_SAMPLE_LINES: Final = 3000  # to recognise the system
_SAMPLE_CHARACTERS: Final = 1 << 19


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read an export in text, HTML or XML as a stream.

    Raises:
        SourceError: The system is unknown, or the export has no article.
    """
    head = stream.read(HEAD_BYTES)
    text = text_of(head)
    blocks = map(clean, decoded_blocks(stream, head))
    if text.startswith("<"):
        system, form = system_of_markup(text), "XML" if "<?xml" in text[:100] else "HTML"
    else:
        system, form = system_of_text(text), "text"
    if system is None:
        raise SourceError(message("press.not_an_export", name=context.name))
    if form == "text":
        lines = text_lines(blocks, wrapped=system.wrapped)
    else:
        lines = markup_lines(blocks, system.starts, styles_of(system.styles))
    return source_of_lines(lines, system, form, context)


def read_rtf(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read an RTF document: an export of a press database as articles, any other as one item.

    Raises:
        SourceError: The document has no text or no article.
    """
    system, lines = _recognised(rtf_lines(stream, context.name))
    if system:
        return source_of_lines(lines, system, "RTF", context)
    paragraphs, left = [], MAX_TEXT_LENGTH
    for line in lines:
        if (shown := visible(line.text)) and left >= 0:
            paragraphs.append(shown)
            left -= len(shown)
    head = read_head(paragraphs)
    if reason := why_no_item(head.title, head.paragraphs):
        raise SourceError(message("press.invalid_rtf", name=context.name, reason=reason))
    key = StatedIds().of(None, head.title, head.paragraphs)
    item = RawItem(context.lines(1), head.title, head.paragraphs, id=key, date=head.date, author=head.author)
    return Source(context.name, iter([item]))


def read_export(lines: Iterable[Line], form: str, context: ReadContext) -> Source | None:
    """Return the source of an export's lines; None if they are not those of an export.

    Args:
        lines: The lines of a document.
        form: The format of the document, for users.
        context: The source.

    Raises:
        SourceError: There is no article.
    """
    system, lines = _recognised(lines)
    return source_of_lines(lines, system, form, context) if system else None


def _recognised(lines: Iterable[Line]) -> tuple[System | None, Iterator[Line]]:
    """Return the system that the first lines indicate, or None, and all lines."""
    rest = iter(lines)
    first = list(take_sample(rest, lambda line: len(line.text), _SAMPLE_LINES, _SAMPLE_CHARACTERS))
    return system_of_text("\n".join([line.text for line in first])), chain(first, rest)


def refuse_several(lines: Iterable[str], form: str, name: str) -> None:
    """Refuse an export with several articles in a format that cannot be split into articles.

    Raises:
        SourceError: The text is an export with several articles.
    """
    text = "\n".join(lines)
    system = system_of_text(text[:_SAMPLE_CHARACTERS])
    if system and sum(1 for _ in islice(articles(map(Line, text.split("\n")), system), 2)) > 1:
        raise SourceError(message("press.several_articles", name=name, system=system.name, form=form))


def items_of_markup(text: str, context: ReadContext, place: SourceLines) -> Iterator[RawItem]:
    """Yield the articles of an export received by mail; none if it is not an export."""
    if system := system_of_markup(text):
        lines = markup_lines([text], system.starts, styles_of(system.styles))
        yield from (item._replace(source=place) for item in _items(lines, system, "mail", context))


def source_of_lines(lines: Iterable[Line], system: System, form: str, context: ReadContext) -> Source:
    """Return the source of an export's lines.

    Raises:
        SourceError: There is no article.
    """
    items = _items(lines, system, form, context)
    first = next(items, None)
    if first is None:
        raise SourceError(message("press.no_article", name=context.name, system=system.name, form=form))
    return Source(context.name, chain((first,), items))


def _items(lines: Iterable[Line], system: System, form: str, context: ReadContext) -> Iterator[RawItem]:
    ids = StatedIds()
    count = 0
    for article in articles(_to_end(lines, context), system):
        fields = system.read(article)
        if not _is_article(fields):
            continue
        count += 1
        if item := _read_article(fields, count, ids, context):
            yield item
    if count and context.options.recognised:
        context.options.recognised(context.name, f"{system.name} ({form})", count)


def _to_end(lines: Iterable[Line], context: ReadContext) -> Iterator[Line]:
    """Yield lines; report a document that lacks its ending."""
    for line in lines:
        if line.style == CUT:
            context.skip(0, message("skip.cut_export"), unread=True)
        else:
            yield line


def _is_article(fields: dict[str, list[str]]) -> bool:
    """Return whether fields make an article: a title or text, with a date, source or id."""
    return any(map(fields.get, ("title", "body", "lead"))) and any(map(fields.get, ("date", "source", "id")))


def _read_article(
    fields: dict[str, list[str]], number: int, ids: StatedIds, context: ReadContext
) -> RawItem | None:
    """Make an item from the fields of an article.

    Args:
        fields: The lines of each field.
        number: The number of the article in the export.
        ids: Assigns ids to the items of the export.
        context: The source.

    Returns:
        The item; None, after calling ``on_skip``, if it has too much text.
    """
    if label := fields.get("unread"):
        raise SourceError(message("press.other_language", name=context.name, label=label[0]))
    for name in _LISTED.intersection(fields):
        fields[name] = _listed(fields[name])
    title = " ".join(fields.get("title", ())) or None
    paragraphs = (*fields.get("lead", ()), *fields.get("body", ()))
    if reason := why_no_item(title, paragraphs):
        context.skip(number, reason)
        return None
    stated = " ".join(fields.get("date", ()))
    day = read_date(stated) or read_date(_GAP.sub("", stated))
    if day is None and stated:
        context.skip(number, message("skip.no_date", date=stated[:40]), field=True)
    key = " ".join(fields.get("id", ()))[:_MAX_ID]
    language = next(iter(fields.get("language", ())), "").partition(";")[0]
    url = next(iter(fields.get("url", ())), "")
    return RawItem(
        source=context.lines(number),
        title=title,
        paragraphs=paragraphs,
        id=ids.of(key, title, paragraphs),
        stated=bool(key),
        url=url.partition("?accountid=")[0] if url.startswith(("http://", "https://")) else None,
        date=day,
        author="; ".join(filter(None, map(without_by, fields.get("author", ())))) or None,
        section=" ".join(fields.get("section", ())) or None,
        countries=tuple(read_countries(fields.get("countries", []))[0]) or None,
        likely_language=read_language_name(language),
        fields=tuple(_others(fields)),
    )


def _listed(texts: list[str]) -> list[str]:
    """Split lists of terms, without the codes before them and the relevance figures after them."""
    terms = [term for text in texts for term in re.split("[;|]", _RELEVANCE.sub("", text))]
    return list(dict.fromkeys(shown for term in terms if (shown := _CODE.sub("", term.strip()))))


def _others(fields: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name, texts in fields.items():
        value = "; ".join(filter(None, texts)) if name in _LISTED else " ".join(texts).strip()
        if value and name not in _OF_ITEM and len(value) <= MAX_FIELD_LENGTH:
            yield _NAMES.get(name, name), value
