"""Reading a source into documents: dates, languages, countries and ids worked out where it gives none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any

from indexer.documents.document import Document, make_document
from indexer.documents.exported import read_exported
from indexer.documents.plain_records import UNDECIDED, Outcome, PlainRecord, read_plain
from indexer.item import CountryMention, NewsItem
from indexer.sources import AS_THEY_ARE, open_sources
from indexer.sources.codes import read_language
from indexer.sources.jsonl import RecordReader
from indexer.sources.source import JsonLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from indexer.item import ItemDate, RawItem
    from indexer.sources import OnSkip, ReadOptions, Source

BATCH = 1 << 17
"""Characters of records whose languages and countries are told together; fewer are not worth the tables."""


def read_documents(
    path: str | Path, on_skip: OnSkip, options: ReadOptions = AS_THEY_ARE
) -> Iterator[Document]:
    """Read a source into documents, with whatever it does not give worked out.

    Args:
        path: A file, a folder, or ``-`` for standard input.
        on_skip: Called with every record, line or file that is left out.
        options: How to read it.

    Yields:
        The documents in the order of the source.

    Raises:
        SourceError: The source cannot be read at all.
    """
    for source in open_sources(path, on_skip, options):
        if source.ordered:
            yield from _read_page(list(source.items))
        elif source.lines is not None:
            yield from _read_records(source)
        else:
            yield from map(_read_alone, source.items)


def read_items(
    path: str | Path, on_skip: OnSkip | None = None, options: ReadOptions = AS_THEY_ARE
) -> Iterator[NewsItem]:
    """Read a source into items, as ``dragoman items`` prints them.

    Raises:
        SourceError: The source cannot be read at all.
    """
    return (document.item for document in read_documents(path, on_skip or (lambda _: None), options))


def read_records(
    records: Iterable[Mapping[str, Any] | NewsItem], name: str, on_skip: OnSkip
) -> Iterator[Document]:
    """Read items that a program has at hand into documents; what is no item is left out.

    Args:
        records: Mappings as lines of JSON have them, or news items.
        name: The name of the source that they are of.
        on_skip: Called with every record that is left out, whose line is its number.
    """
    reader = RecordReader(name, on_skip)
    for number, record in enumerate(records, 1):
        line = JsonLine(number, _as_json(record), "")
        if (raw := reader.read(line)) is not None:
            yield _read_alone(raw)


def _as_json(record: Mapping[str, Any] | NewsItem) -> Any:
    """Give a record as JSON would: days as text, years as text, tuples as lists."""
    if isinstance(record, NewsItem):
        return record.to_record()
    if not isinstance(record, Mapping):
        return record
    return {name: _json_value(value) for name, value in record.items()}


def _json_value(value: Any) -> Any:
    match value:
        case dt.date():
            return value.isoformat()[: len("2018-03-05")]
        case tuple() | set() | frozenset():
            return [*map(_json_value, value)]
        case Mapping():
            return {name: _json_value(inner) for name, inner in value.items()}
    return value


def _read_page(items: list[RawItem]) -> Iterator[Document]:
    """Read the items of a page, all of them at once: a date is judged by its neighbours, above and below."""
    from indexer.dates import resolve_dates  # plain records need neither
    from indexer.documents.identity import page_ids

    for raw, item_date, item_id in zip(items, resolve_dates(items), page_ids(items), strict=True):
        yield _document(raw, item_date, item_id)


def _read_records(source: Source) -> Iterator[Document]:
    """Read records in their order; those that something has to be worked out for wait for each other."""
    waiting: list[Document | PlainRecord] = []
    characters = 0
    for line in source.lines or ():
        record = read_plain(line)
        if record is None:
            found: Document | PlainRecord | None = read_exported(line, source) or _read_line(line, source)
        elif (record.language is None or record.countries is None) and len(line.text) < BATCH:
            found = record
            characters += len(line.text)
        else:
            found = record.document(source.name) or _read_line(line, source)
        if found is not None:
            waiting.append(found)
        if characters >= BATCH or not characters:
            yield from _label(waiting, source, together=characters > 0)
            waiting, characters = [], 0
    yield from _label(waiting, source, together=False)


def _label(waiting: list[Document | PlainRecord], source: Source, *, together: bool) -> Iterator[Document]:
    """Yield the documents of a batch, their languages and countries told together as far as words tell."""
    outcomes: Iterator[Outcome] = repeat(UNDECIDED)
    if together:
        from indexer.documents.labelling import label_batch  # records that give both need no numpy

        texts = [(found.title, found.body) for found in waiting if isinstance(found, PlainRecord)]
        outcomes = label_batch(texts)
    for found in waiting:
        if isinstance(found, Document):
            yield found
        elif document := found.document(source.name, next(outcomes)) or _read_line(found.line, source):
            yield document


def _read_line(line: JsonLine, source: Source) -> Document | None:
    """Read a record as a raw item."""
    raw = source.read_line(line) if source.read_line else None
    return None if raw is None else _read_alone(raw)


def _read_alone(raw: RawItem) -> Document:
    """Read an item of a source whose order says nothing."""
    from indexer.dates import resolve_alone
    from indexer.documents.identity import item_digest

    return _document(raw, resolve_alone(raw), raw.id or item_digest(raw))


def _document(raw: RawItem, item_date: ItemDate | None, item_id: str) -> Document:
    if raw.language is not None:
        languages: tuple[str, ...] = (raw.language,)
        title_language: str | None = raw.language
        paragraph_languages = (raw.language,) * len(raw.paragraphs)
    else:
        from indexer.languages import split_by_language  # records that give theirs need none of it

        likely = read_language(raw.likely_language) if raw.likely_language else None
        labels = split_by_language(raw.paragraphs, raw.title, likely)
        languages, title_language, paragraph_languages = labels.languages, labels.title, labels.paragraphs
    if raw.countries is not None:
        countries = tuple(CountryMention(code, "given", "") for code in dict.fromkeys(raw.countries))
    else:
        from indexer.countries.mentions import find_countries  # likewise

        countries = find_countries(raw.paragraphs, raw.title)
    item = NewsItem(
        id=item_id,
        title=raw.title,
        body="\n".join(raw.paragraphs),
        url=raw.url,
        date=item_date,
        language=languages[0],
        languages=languages,
        countries=countries,
        source=raw.source,
        author=raw.author,
        section=raw.section,
        fields=raw.fields,
    )
    return make_document(item, title_language, paragraph_languages or (languages[0],))
