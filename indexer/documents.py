"""From a source to documents: dates, languages, countries and ids worked out where the source gives none."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from indexer.countries.mentions import find_countries
from indexer.dates import resolve_dates
from indexer.document import Document
from indexer.identity import assign_ids
from indexer.item import CountryMention, NewsItem
from indexer.languages import split_by_language
from indexer.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.item import ItemDate, RawItem
    from indexer.sources import OnSkip

STREAM_BATCH = 500  # records of an unordered source that are held at once


def read_documents(path: str | Path, on_skip: OnSkip) -> Iterator[Document]:
    """Read a source into documents, with whatever it does not give worked out.

    Args:
        path: A file, or ``-`` for standard input.
        on_skip: Called with every record or line that is left out.

    Yields:
        The documents in the order of the source.

    Raises:
        SourceError: The source cannot be read at all.
    """
    source = read_source(path, on_skip=on_skip)
    if source.ordered:
        # A page is read whole: a date is judged by its neighbours, above and below.
        yield from prepare_batch(list(source.items), ordered=True)
        return
    records = iter(source.items)
    while batch := list(islice(records, STREAM_BATCH)):
        yield from prepare_batch(batch, ordered=False)


def read_items(path: str | Path, on_skip: OnSkip | None = None) -> Iterator[NewsItem]:
    """Read a source into items, as ``dragoman items`` prints them.

    Raises:
        SourceError: The source cannot be read at all.
    """
    return (document.item for document in read_documents(path, on_skip or (lambda _: None)))


def prepare_batch(raw_items: list[RawItem], *, ordered: bool) -> Iterator[Document]:
    """Work out what raw items do not give.

    Args:
        raw_items: A whole page, or some records of a stream.
        ordered: Whether their order tells of their dates.

    Yields:
        A document for each, in the same order.
    """
    dates = resolve_dates(raw_items, ordered=ordered)
    ids = assign_ids(raw_items, numbered=ordered)
    for raw, item_date, item_id in zip(raw_items, dates, ids, strict=True):
        yield _document(raw, item_date, item_id)


def _document(raw: RawItem, item_date: ItemDate | None, item_id: str) -> Document:
    if raw.language is not None:
        languages: tuple[str, ...] = (raw.language,)
        title_language: str | None = raw.language
        paragraph_languages = (raw.language,) * len(raw.paragraphs)
    else:
        labels = split_by_language(raw.paragraphs, raw.title)
        languages, title_language, paragraph_languages = labels.languages, labels.title, labels.paragraphs
    if raw.countries is not None:
        countries = tuple(CountryMention(code, "given", "") for code in dict.fromkeys(raw.countries))
    else:
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
    )
    return Document(item, title_language, paragraph_languages or (languages[0],))
