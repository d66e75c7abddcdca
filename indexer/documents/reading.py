"""Read sources as documents, and determine missing dates, languages, countries and ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING, Any, TypeGuard

from indexer.documents.document import Document, item_digest, make_document
from indexer.documents.round_trip import (
    UNDECIDED,
    Outcome,
    PlainRecord,
    has_dateline,
    read_exported,
    read_plain,
)
from indexer.item import CountryMention, NewsItem, RawItem
from indexer.runtime import NamedTuple
from indexer.sources import AS_THEY_ARE, open_sources
from indexer.sources.json_source import RecordReader
from indexer.sources.source import JsonLine, ReadContext
from indexer.sources.stated_values import read_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from indexer.item import ItemDate
    from indexer.sources import OnSkip, ReadOptions, Source
    from indexer.sources.stream import Blob

ReadItem = Document | PlainRecord | RawItem  # an item of a source: finished, plain, or raw
BATCH = 1 << 17
"""The number of characters of items that are labelled together; smaller batches are not worth the tables."""
_PAGE_PART = 64  # items of a page that are converted together


class SourcePart(NamedTuple):
    """A part of the items of a source, not yet converted to documents.

    Attributes:
        documents: Converts the items. It must be called once, before the next part is read.
        independent: Whether another process may do the conversion, because it does not need the source.
    """

    documents: Callable[[], Iterable[Document]]
    independent: bool


def read_documents(
    path: str | Path, on_skip: OnSkip, options: ReadOptions = AS_THEY_ARE
) -> Iterator[Document]:
    """Read a source as documents, in source order.

    Args:
        path: A file, a folder, or ``-`` for standard input.
        on_skip: Called with every skipped record, line or file.
        options: The options for reading.

    Raises:
        SourceError: The source cannot be read at all.
    """
    for part in read_parts(path, on_skip, options):
        yield from part.documents()
        del part  # frees its items, which may be large, before the next part is read


def read_parts(
    path: str | Path | Blob, on_skip: OnSkip, options: ReadOptions = AS_THEY_ARE
) -> Iterator[SourcePart]:
    """Read a source, or a file of a folder, in parts that are converted later.

    Raises:
        SourceError: The source cannot be read at all.
    """
    for source in open_sources(path, on_skip, options):
        yield from _parts_of_page(list(source.items)) if source.ordered else _unordered_parts(source)


def read_items(
    path: str | Path, on_skip: OnSkip | None = None, options: ReadOptions = AS_THEY_ARE
) -> Iterator[NewsItem]:
    """Read a source as items, for ``dragoman items``.

    Raises:
        SourceError: The source cannot be read at all.
    """
    return (document.item for document in read_documents(path, on_skip or (lambda _: None), options))


def read_records(
    records: Iterable[Mapping[str, Any] | NewsItem],
    name: str,
    on_skip: OnSkip,
    options: ReadOptions = AS_THEY_ARE,
) -> Iterator[Document]:
    """Convert items given in memory to documents.

    Args:
        records: Mappings with the keys of JSON lines, or news items.
        name: The name of their common source.
        on_skip: Called with every invalid item, which is skipped. Its line is its number in ``records``.
        options: The options for reading, of which only the mapping of field names applies.
    """
    reader = RecordReader(ReadContext(name, on_skip, options))
    for number, record in enumerate(records, 1):
        line = JsonLine(number, _as_json(record), "")
        if (raw := reader.read(line)) is not None:
            yield _read_alone(raw)


def _as_json(value: Any) -> Any:
    """Convert a value to JSON types: keys and days become strings, tuples and sets become lists."""
    match value:
        case NewsItem():
            return value._replace(tags=(), collections=(), note="").to_record()  # the index has annotations
        case dt.date():
            return value.isoformat()[: len("2018-03-05")]
        case tuple() | set() | frozenset():
            return [*map(_as_json, value)]
        case Mapping():
            return {str(name): _as_json(inner) for name, inner in value.items()}
    return value


def _parts_of_page(items: list[RawItem]) -> Iterator[SourcePart]:
    """Divide the items of a page into parts that can be converted separately.

    The dates of all items are determined first, because the date of an item depends on its neighbours.
    """
    from indexer.dates.resolution import resolve_dates  # plain records need neither
    from indexer.documents.document import page_ids

    known = [*zip(items, resolve_dates(items), page_ids(items), strict=True)]
    for first in range(0, len(known), _PAGE_PART):
        yield SourcePart(partial(starmap, _document, known[first : first + _PAGE_PART]), independent=True)


def _unordered_parts(source: Source) -> Iterator[SourcePart]:
    """Divide a source whose items are not in order of date into parts of about ``BATCH`` characters."""
    waiting: list[ReadItem] = []
    characters = 0
    requested = source if source.read_line else None  # only for plain records
    whole = requested is None
    for found in _items_of(source):
        size = _size(found)
        waiting.append(found)
        characters += size
        if characters >= BATCH:
            yield SourcePart(partial(_label if size < BATCH else _finish, waiting, requested), whole)
            waiting, characters = [], 0
    if waiting:
        yield SourcePart(partial(_finish, waiting, requested), whole)


def _items_of(source: Source) -> Iterator[ReadItem]:
    """Yield the items of a source; plain records and records of Dragoman's exports are converted directly."""
    if source.lines is None or source.read_line is None:
        yield from source.items
        return
    for line in source.lines:
        found = read_plain(line) or read_exported(line, source) or source.read_line(line)
        if found is not None:
            yield found


def _size(found: ReadItem) -> int:
    """Return the approximate number of characters of an item."""
    if isinstance(found, PlainRecord):
        return len(found.line.text)
    if isinstance(found, Document):
        return len(found.record)
    values = [value for _, value in found.fields]
    return len(found.title or "") + sum(map(len, (*found.paragraphs, *values)))


def _needs_labels(found: ReadItem) -> TypeGuard[PlainRecord | RawItem]:
    """Return whether the language or the countries of an item must be detected."""
    return not isinstance(found, Document) and (found.language is None or found.countries is None)


def _label(waiting: Sequence[ReadItem], source: Source | None) -> Iterator[Document]:
    """Yield the documents of a batch of items, with detected languages and countries."""
    texts = [
        (found.title, found.body if isinstance(found, PlainRecord) else "\n".join(found.paragraphs))
        for found in waiting
        if _needs_labels(found)
    ]
    if not texts:
        return _finish(waiting, source)
    from indexer.documents.labelling import label_batch  # items that state both do not need numpy

    return _finish(waiting, source, label_batch(texts))


def _finish(
    waiting: Iterable[ReadItem], source: Source | None, outcomes: Iterator[Outcome] | None = None
) -> Iterator[Document]:
    """Convert items to documents.

    Args:
        waiting: The items.
        source: The source of the items, which is needed for plain records only.
        outcomes: For each item that does not state both its language and its countries, the result of
            :func:`~indexer.documents.labelling.label_batch`; ``None`` to determine them one by one.
    """
    for found in waiting:
        outcome = next(outcomes) if outcomes and _needs_labels(found) else UNDECIDED
        if isinstance(found, PlainRecord):
            assert source is not None
            if document := found.document(source.name, outcome):
                yield document
            elif source.read_line and (raw := source.read_line(found.line)):
                yield _read_alone(raw)
        elif isinstance(found, RawItem):
            yield _read_alone(found, outcome)
        else:
            yield found


def _read_alone(raw: RawItem, outcome: Outcome = UNDECIDED) -> Document:
    """Convert one item of an unordered source to a document.

    ``outcome`` has its language and whether it may name a country, as far as single words decide this.
    """
    day = raw.date
    if day is None:
        from indexer.dates.resolution import resolve_alone  # not needed for sources that state dates

        day = resolve_alone(raw)
    return _document(raw, day, raw.id or item_digest(raw), outcome)


def _document(raw: RawItem, day: ItemDate | None, item_id: str, outcome: Outcome = UNDECIDED) -> Document:
    language = outcome.language if raw.language is None else raw.language
    if language is not None:
        languages: tuple[str, ...] = (language,)
        title_language: str | None = language
        paragraph_languages = (language,) * len(raw.paragraphs)
    else:
        from indexer.languages import split_by_language  # not needed for records that state their language

        likely = read_language(raw.likely_language) if raw.likely_language else None
        labels = split_by_language(raw.paragraphs, raw.title, likely)
        languages, title_language, paragraph_languages = labels.languages, labels.title, labels.paragraphs
    if raw.countries is not None:
        countries = tuple(CountryMention(code, "given", "") for code in dict.fromkeys(raw.countries))
    elif not (outcome.named or has_dateline(raw.paragraphs[0] if raw.paragraphs else "")):
        countries = ()
    else:
        from indexer.countries.country_mentions import find_countries  # rarely needed

        countries = find_countries(raw.paragraphs, raw.title)
    item = NewsItem(
        id=item_id,
        title=raw.title,
        body="\n".join(raw.paragraphs),
        url=raw.url,
        date=day,
        language=languages[0],
        languages=languages,
        countries=countries,
        source=raw.source,
        author=raw.author,
        section=raw.section,
        fields=raw.fields,
    )
    return make_document(item, title_language, paragraph_languages or (languages[0],), stated=raw.stated)
