"""A document as the bulk build takes it: its texts already sorted by language, its record already encoded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from indexer.item import KIND_NUMBERS
from indexer.schema import LANGUAGES

if TYPE_CHECKING:
    from indexer.document import Document

LANGUAGE_NUMBERS = {language: number for number, language in enumerate(LANGUAGES)}
# In a record: the languages of an item's parts, kept where they are not all the same (see `restored`).
PARTS = "parts"


class Text(NamedTuple):
    """All that a document says in one language.

    Attributes:
        language: The number of the language in ``LANGUAGES``.
        title: The title, when it is in this language, else None.
        body: Its paragraphs in this language, in order, parted by white space.
    """

    language: int
    title: str | None
    body: str


class Prepared(NamedTuple):
    """A document ready for the bulk build.

    Attributes:
        id: The item's id.
        title: The title, or None.
        texts: What it says, a text for each language that it uses.
        start: First day as a proleptic ordinal, 0 without a date.
        end: Last day, likewise.
        kind: How the date is known, a number of ``KIND_NUMBERS``.
        countries: ISO codes, each once.
        languages: Its languages, the main one first.
        record: The stored record, one line of JSON in UTF-8.
        line: Where it begins in its source, 1-based.
    """

    id: str
    title: str | None
    texts: tuple[Text, ...]
    start: int
    end: int
    kind: int
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    record: bytes
    line: int


def texts_by_language(
    title: str | None, title_language: str | None, body: str, paragraph_languages: tuple[str, ...]
) -> tuple[Text, ...]:
    """Gather a document's parts by language.

    Args:
        title: The title, or None.
        title_language: The language that it is analysed in.
        body: The paragraphs, a line each.
        paragraph_languages: The language of each line of ``body``.
    """
    wanted = set(paragraph_languages)
    if title and title_language:
        wanted.add(title_language)
    if len(wanted) == 1:
        return (Text(LANGUAGE_NUMBERS[wanted.pop()], title or None, body),)
    lines = body.split("\n")
    return tuple(
        Text(
            number,
            title if title and title_language == language else None,
            "\n".join(line for line, own in zip(lines, paragraph_languages, strict=True) if own == language),
        )
        for number, language in enumerate(LANGUAGES)
        if language in wanted
    )


def prepare(document: Document) -> Prepared:
    """Turn an item with the languages of its parts into what the bulk build takes."""
    item = document.item
    day = item.date
    fields = item.to_record()
    if len(item.languages) > 1:
        fields[PARTS] = {"title": document.title_language, "paragraphs": document.paragraph_languages}
    record = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return Prepared(
        id=item.id,
        title=item.title,
        texts=texts_by_language(item.title, document.title_language, item.body, document.paragraph_languages),
        start=day.start.toordinal() if day else 0,
        end=day.end.toordinal() if day else 0,
        kind=KIND_NUMBERS[day.kind if day else None],
        countries=tuple(mention.code for mention in item.countries),
        languages=item.languages,
        record=record.encode("utf-8", "replace"),
        line=item.source.first,
    )
