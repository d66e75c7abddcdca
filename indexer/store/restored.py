"""Stored records back to prepared documents, so that segments are merged without their sources."""

from __future__ import annotations

from typing import Any

from indexer.bulk.prepared import PARTS, Prepared, texts_by_language
from indexer.item import KIND_NUMBERS, NewsItem, decode_record


def restore(record: bytes) -> Prepared:
    """Prepare a document anew from its stored record; it is the same as when it was first prepared.

    Args:
        record: One JSON object, as ``prepare`` stored it.

    Raises:
        ValueError, KeyError, TypeError: The record is not of that shape.
    """
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    title_language, paragraph_languages = _part_languages(fields, item)
    day = item.date
    return Prepared(
        id=item.id,
        title=item.title,
        texts=texts_by_language(item.title, title_language, item.body, paragraph_languages),
        start=day.start.toordinal() if day else 0,
        end=day.end.toordinal() if day else 0,
        kind=KIND_NUMBERS[day.kind if day else None],
        countries=tuple(mention.code for mention in item.countries),
        languages=item.languages,
        record=record,
        line=item.source.first,
    )


def _part_languages(fields: dict[str, Any], item: NewsItem) -> tuple[str | None, tuple[str, ...]]:
    """Return the language of the title and of each line of the body.

    An item of one language has all its parts in it; others say so in their record.
    """
    if len(item.languages) == 1:
        lines = item.body.count("\n") + 1
        return item.language, (item.language,) * lines
    parts = fields[PARTS]
    return parts["title"], tuple(parts["paragraphs"])
