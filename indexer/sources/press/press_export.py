"""Recognise exports from press databases, and read them in any file format."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError, message
from indexer.item import RawItem
from indexer.runtime import NamedTuple, late_pattern
from indexer.sources.article import read_head, source_of_head
from indexer.sources.encoding import clean, open_text, text_encoding, text_of
from indexer.sources.html_text import normalise_space
from indexer.sources.press import layouts
from indexer.sources.press.layouts import LEFT_OUT, remove_by, styles_of
from indexer.sources.press.lines import BREAK, CUT, Line, decode_blocks, markup_lines, text_lines
from indexer.sources.press.rtf import rtf_lines
from indexer.sources.source import (
    MAX_FIELD_LENGTH,
    MAX_TEXT_LENGTH,
    Source,
    nonempty_source,
    take_sample,
    why_no_item,
)
from indexer.sources.stated_date import read_date
from indexer.sources.stated_values import StatedIds, read_countries, read_language_name
from indexer.sources.stream import HEAD_BYTES, put_back

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.item import SourceLines
    from indexer.sources.press.layouts import Fields
    from indexer.sources.source import ReadContext

_NEVER: Final = late_pattern(r"(?!)")


class System(NamedTuple):
    """The layout of the exports of a press database.

    Attributes:
        name: The name of the database for users.
        in_text: Patterns that identify its plain text, all of which must match.
        in_markup: A pattern that identifies its markup.
        read: Assigns the lines of an article to fields.
        begins: Matches a line before an article, which is removed.
        ends: Matches the last line of an article.
        splits_at_break: Whether a page break ends an article. If false, the lines before the first match of
            ``begins`` are not an article.
        starts: Matches the start of an article in markup.
        styles: The name of the table of styles.
        wrapped: Whether plain text is hard-wrapped.
    """

    name: str
    in_text: tuple[re.Pattern[str], ...]
    in_markup: re.Pattern[str]
    read: Callable[[Sequence[Line]], Fields]
    begins: re.Pattern[str] | None = None
    ends: re.Pattern[str] | None = None
    splits_at_break: bool = True
    starts: re.Pattern[str] = _NEVER
    styles: str = ""
    wrapped: bool = False


def _line(pattern: str) -> re.Pattern[str]:
    return late_pattern(rf"(?mi)^[ \t\ufeff]*(?:{pattern})[ \t]*\r?$")


def _label(labels: str) -> re.Pattern[str]:
    return late_pattern(rf"(?mi)^(?:{labels})[ \u00a0]?:")


_MAX_MARK_LENGTH: Final = 100  # characters of a line between articles
_OF: Final = r"(?:of|de|sur|von)"
_COUNTED: Final = (
    rf"(?:FOCUS[ -]{{0,4}})?\d{{1,6}} {_OF} \d{{1,6}} (?:DOCUMENTS?|DOCUMENTOS?)"
    rf"|(?:Document|Documento|Dokument) \d{{1,6}} {_OF} \d{{1,6}}"
)
_NUMBERED: Final = rf"(?:AN\s{{1,9}})?{layouts.NUMBERED}"  # the last line of an article of Factiva
_AT_LINE: Final = r"(?:[ \t]{2}|\t|[ \t]?\r?$)"
_ENDED: Final = r"End of Document|Fin del documento|Fin (?:du|de) document"
_LABELS: Final = "LENGTH|LOAD-DATE|LONGITUD|FECHA-CARGA|LONGUEUR|DATE-CHARGEMENT|LÄNGE"
_FACTIVA_DIV: Final = r"<div[^<>]{0,300}\bclass=[\"']?article [a-z]{2}Article"
_TITLES: Final = r"Publication title|Título de (?:la )?publicación|Titre de (?:la )?publication"
_IDS: Final = r"ProQuest document ID|(?:ID|Número) del? documento de ProQuest|ID d[ue] document ProQuest"
_RECORD: Final = (
    r"Full text|Texto completo|Texte (?:intégral|complet)|Source type|T(?:ipo|ype) de (?:fuente|source)"
)

# The first database that matches is used: text of ProQuest also has Nexis's pattern (a number of documents).
SYSTEMS: Final = (
    System(
        "Factiva",
        (
            late_pattern(rf"(?m)^[ \t]*(?:{_NUMBERED}[ \t]*\r?$|HD{_AT_LINE})"),
            late_pattern(rf"(?m)^[ \t]*(?:{_NUMBERED}[ \t]*\r?$|(?:PD|SN|LP|TD){_AT_LINE})"),
        ),
        late_pattern(rf"<title>(?:Dow Jones )?Factiva</title>|{_FACTIVA_DIV}"),
        layouts.read_factiva,
        ends=late_pattern(_NUMBERED),
        starts=late_pattern(_FACTIVA_DIV),
        styles="factiva",
    ),
    System(
        "Factiva",
        (_NEVER,),
        late_pattern(r"<ppsarticle\b|global\.factiva\.com"),
        layouts.read_factiva,
        starts=late_pattern(r"<article\b"),
        styles="factiva-xml",
    ),
    System(
        "Europresse",
        (late_pattern(r"news·\d{8}·[A-Za-z]"),),
        late_pattern(r"DocPublicationName\b"),
        layouts.read_europresse,
        starts=late_pattern(
            r'<article\b|(?<!<div class="rdp__DocPublicationName">)<span class="DocPublicationName"'
        ),
        styles="europresse",
    ),
    System(
        "ProQuest",
        (_label(f"{_TITLES}|{_IDS}"), _label(f"{_RECORD}|{_IDS}")),
        late_pattern(rf'<a\s[^<>]{{0,100}}name="DocID_|<(?:strong|b)>(?:{_IDS}) ?:\s*</'),
        layouts.read_proquest,
        begins=late_pattern(rf"_{{20,}}|{_COUNTED}"),
        starts=late_pattern(r'<a\s[^<>]{0,100}name="DocID_'),
        styles="proquest",
    ),
    System(
        "Nexis",
        (_line(_COUNTED), late_pattern(rf"(?m)^[ \t]*(?:{_LABELS})[ \u00a0]?:")),
        late_pattern(r'(?i)<!-- LXNComment|<DOCFULL>|name="DOC_ID_\d'),
        layouts.read_nexis,
        begins=late_pattern(_COUNTED),
        splits_at_break=False,
        starts=late_pattern(r'(?i)<a\s+name="?DOC_ID_\d'),
        styles="nexis",
        wrapped=True,
    ),
    System(
        "Nexis Uni",
        (
            _line("Body|Cuerpo|Corps"),
            late_pattern(rf"(?m)^(?:(?:{_ENDED})[ \t]*\r?$|(?:Length|Longitud|Longueur)[ \u00a0]?:)"),
        ),
        _NEVER,
        layouts.read_lexis,
        ends=late_pattern(_ENDED),
        splits_at_break=False,
    ),
)


def system_of_text(text: str) -> System | None:
    """Return the press database that exported a plain text, or None if unknown."""
    return next((system for system in SYSTEMS if all(one.search(text) for one in system.in_text)), None)


def system_of_markup(text: str) -> System | None:
    """Return the press database that exported HTML or XML, or None if unknown."""
    return next((system for system in SYSTEMS if system.in_markup.search(text)), None)


def articles(lines: Iterable[Line], system: System) -> Iterator[list[Line]]:
    """Split lines into articles and other parts, such as a cover page.

    The part of an article that exceeds the maximum length of an item is removed.
    """
    article: list[Line] = []
    size = 0
    begins, ends = system.begins, system.ends
    begun = system.splits_at_break or system.begins is None
    for line in lines:
        text = line.text
        mark = text.strip() if len(text) < _MAX_MARK_LENGTH else ""
        ended = line.style == BREAK and system.splits_at_break
        ended = ended or bool(mark and begins and begins.fullmatch(mark))
        if not ended:
            size += len(text)
            if size <= 2 * MAX_TEXT_LENGTH:
                article.append(line)
            ended = bool(mark and ends and ends.fullmatch(mark))
        if ended and size and begun:
            yield article
        if ended:
            begun, article, size = True, [], 0
    if size and begun:
        yield article


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
    """Read an export in text, HTML or XML.

    Raises:
        SourceError: The system is unknown, or the export has no article.
    """
    head = stream.read(HEAD_BYTES)
    text = text_of(head)
    file = open_text(put_back(head, stream, context.name), text_encoding(head), newline="")
    blocks = map(clean, decode_blocks(file))
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
    """Read an RTF document.

    Each article of an export of a press database is an item; any other document is one item.

    Raises:
        SourceError: The document has no text or no article.
    """
    system, lines = _recognise_system(rtf_lines(stream, context.name))
    if system:
        return source_of_lines(lines, system, "RTF", context)
    paragraphs, left = [], MAX_TEXT_LENGTH
    for line in lines:
        if (shown := normalise_space(line.text)) and left >= 0:
            paragraphs.append(shown)
            left -= len(shown)
    head = read_head(paragraphs)
    if reason := why_no_item(head.title, head.paragraphs):
        raise SourceError(message("press.invalid_rtf", name=context.name, reason=reason))
    return source_of_head(head, context, id=StatedIds().of(None, head.title, head.paragraphs))


def read_export(lines: Iterable[Line], form: str, context: ReadContext) -> Source | None:
    """Return a source for the lines of a press export, or ``None`` if the lines are not an export.

    Args:
        lines: The lines of a document.
        form: The name of the file format, as shown in messages.
        context: The name and options of the source.

    Raises:
        SourceError: The export contains no article.
    """
    system, lines = _recognise_system(lines)
    return source_of_lines(lines, system, form, context) if system else None


def _recognise_system(lines: Iterable[Line]) -> tuple[System | None, Iterator[Line]]:
    """Recognise the press database by the first lines.

    Returns:
        The database (``None`` if unknown), and an iterator over all lines, including the first.
    """
    rest = iter(lines)
    first = list(take_sample(rest, lambda line: len(line.text), _SAMPLE_LINES, _SAMPLE_CHARACTERS))
    return system_of_text("\n".join([line.text for line in first])), chain(first, rest)


def refuse_several(lines: Iterable[str], form: str, name: str) -> None:
    """Check that a text, in a format that cannot be split, is not an export with several articles.

    Raises:
        SourceError: The text is an export with several articles.
    """
    text = "\n".join(lines)
    system = system_of_text(text[:_SAMPLE_CHARACTERS])
    if system and sum(1 for _ in islice(articles(map(Line, text.split("\n")), system), 2)) > 1:
        raise SourceError(message("press.several_articles", name=name, system=system.name, form=form))


def items_of_markup(text: str, context: ReadContext, place: SourceLines) -> Iterator[RawItem]:
    """Yield the articles of an export that was sent by email.

    Other messages have no articles.
    """
    if system := system_of_markup(text):
        lines = markup_lines([text], system.starts, styles_of(system.styles))
        yield from (item._replace(source=place) for item in _items(lines, system, "mail", context))


def source_of_lines(lines: Iterable[Line], system: System, form: str, context: ReadContext) -> Source:
    """Return a source for the lines of an export.

    Raises:
        SourceError: The export contains no article.
    """
    fault = message("press.no_article", name=context.name, system=system.name, form=form)
    return nonempty_source(_items(lines, system, form, context), context, fault)


def _items(lines: Iterable[Line], system: System, form: str, context: ReadContext) -> Iterator[RawItem]:
    ids = StatedIds()
    count = 0
    for article in articles(_report_truncation(lines, context), system):
        fields = system.read(article)
        if not _is_article(fields):
            continue
        count += 1
        if item := _read_article(fields, count, ids, context):
            yield item
    if count and context.options.recognised:
        context.options.recognised(context.name, f"{system.name} ({form})", count)


def _report_truncation(lines: Iterable[Line], context: ReadContext) -> Iterator[Line]:
    """Yield lines, and report an export whose end is missing."""
    for line in lines:
        if line.style == CUT:
            context.skip(0, message("skip.cut_export"), unread=True)
        else:
            yield line


def _is_article(fields: dict[str, list[str]]) -> bool:
    """Return whether fields are an article: a title or a text, and a date, a source or an id."""
    return any(map(fields.get, ("title", "body", "lead"))) and any(map(fields.get, ("date", "source", "id")))


def _read_article(
    fields: dict[str, list[str]], number: int, ids: StatedIds, context: ReadContext
) -> RawItem | None:
    """Make an item from the fields of an article.

    Args:
        fields: The lines of each field.
        number: The number of the article in the export.
        ids: Assigns ids to the items of the export.
        context: The name and options of the source.

    Returns:
        The item; ``None`` if the article has no text or too much text, which is reported as skipped.

    Raises:
        SourceError: The labels of the fields are in a language that cannot be read.
    """
    if label := fields.get("unread"):
        raise SourceError(message("press.other_language", name=context.name, label=label[0]))
    for name in _LISTED.intersection(fields):
        fields[name] = _split_terms(fields[name])
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
        author="; ".join(filter(None, map(remove_by, fields.get("author", ())))) or None,
        section=" ".join(fields.get("section", ())) or None,
        countries=tuple(read_countries(fields.get("countries", []))[0]) or None,
        likely_language=read_language_name(language),
        fields=tuple(_custom_fields(fields)),
    )


def _split_terms(texts: list[str]) -> list[str]:
    """Split lists of terms, and remove codes and relevance figures from the terms."""
    terms = [term for text in texts for term in re.split("[;|]", _RELEVANCE.sub("", text))]
    return list(dict.fromkeys(shown for term in terms if (shown := _CODE.sub("", term.strip()))))


def _custom_fields(fields: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name, texts in fields.items():
        value = "; ".join(filter(None, texts)) if name in _LISTED else " ".join(texts).strip()
        if value and name not in _OF_ITEM and len(value) <= MAX_FIELD_LENGTH:
            yield _NAMES.get(name, name), value
