"""The document: an item as the index takes it, its texts sorted by language, its record encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from json.encoder import encode_basestring
from typing import NamedTuple

from indexer.item import KIND_NUMBERS, CountryMention, NewsItem, decode_record
from indexer.schema import LANGUAGE_NUMBERS, LANGUAGES

_PARTS = "parts"  # in a record: the languages of an item's parts, where they are not all the same


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


class Document(NamedTuple):
    """An item ready to be indexed.

    Attributes:
        id: The item's id.
        title: The title, or None.
        texts: What it says, a text for each language that it uses.
        start: First day as a proleptic ordinal, 0 without a date.
        end: Last day, likewise.
        kind: How the date is known, a number of ``KIND_NUMBERS``.
        countries: ISO codes, each once.
        languages: Its languages, the main one first.
        record: The stored record, one line of JSON in UTF-8 (see :func:`encode_record`).
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

    @property
    def item(self) -> NewsItem:
        """The item, decoded from the record."""
        return NewsItem.from_record(decode_record(self.record))


def make_document(
    item: NewsItem,
    title_language: str | None,
    paragraph_languages: Sequence[str],
    record: bytes | None = None,
) -> Document:
    """Make the document of an item.

    Args:
        item: The item.
        title_language: The language that the title is analysed in; None without a title.
        paragraph_languages: The language of each line of the body.
        record: Its stored record; None to encode it.
    """
    day = item.date
    return Document(
        id=item.id,
        title=item.title,
        texts=_texts_by_language(item.title, title_language, item.body, paragraph_languages),
        start=day.start.toordinal() if day else 0,
        end=day.end.toordinal() if day else 0,
        kind=KIND_NUMBERS[day.kind if day else None],
        countries=tuple([mention.code for mention in item.countries]),
        languages=item.languages,
        record=record or _encode_item(item, title_language, paragraph_languages).encode("utf-8", "replace"),
        line=item.source.first,
    )


def restore(record: bytes) -> Document:
    """Make a document anew from its stored record; it is the same as when it was first made.

    Args:
        record: One JSON object, as ``make_document`` encoded it.

    Raises:
        ValueError, KeyError, TypeError: The record is not of that shape.
    """
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    if len(item.languages) == 1:
        lines = item.body.count("\n") + 1
        return make_document(item, item.language, (item.language,) * lines, record)
    parts = fields[_PARTS]
    return make_document(item, parts["title"], parts["paragraphs"], record)


def encode_record(  # noqa: PLR0913, PLR0917 - what a record holds, in its order: a tuple would cost every document
    key: str,
    title: str | None,
    body: str,
    url: str | None,
    date: str,
    language: str,
    languages: str,
    countries: str,
    source: str,
    quote: Callable[[str], str] = encode_basestring,
) -> str:
    """Write the JSON of ``NewsItem.to_record``, without spaces, several times as fast as ``json`` does.

    Args:
        key: The id.
        title: The title, or None.
        body: The paragraphs, a line each.
        url: The address, or None.
        date: An object or null, as JSON (see :func:`encode_date`).
        language: The main language.
        languages: What the list of languages holds, as JSON.
        countries: What the list of countries holds, as JSON (see :func:`encode_countries`).
        source: What the object of the source holds, as JSON.
        quote: Writes a text as JSON.
    """
    return (
        f'{{"id":{quote(key)},"title":{quote(title) if title is not None else "null"},"body":{quote(body)},'
        f'"url":{quote(url) if url is not None else "null"},"date":{date},"language":"{language}",'
        f'"languages":[{languages}],"countries":[{countries}],"source":{{{source}}}}}'
    )


def encode_date(start: str, end: str, kind: str) -> str:
    """Write a date as JSON, given ISO days."""
    return f'{{"start":"{start}","end":"{end}","kind":"{kind}"}}'


def encode_countries(mentions: Iterable[CountryMention]) -> str:
    """Write what a list of countries holds as JSON."""
    quote = encode_basestring
    objects = [f'{{"code":"{m.code}","via":"{m.via}","evidence":{quote(m.evidence)}}}' for m in mentions]
    return ",".join(objects)


def encode_source(file: str) -> str:
    """Write what the object of a source holds as JSON, up to its lines."""
    return f'"file":{encode_basestring(file)},"lines":'


def _encode_item(item: NewsItem, title_language: str | None, paragraph_languages: Sequence[str]) -> str:
    day, source, quote = item.date, item.source, encode_basestring
    record = encode_record(
        item.id,
        item.title,
        item.body,
        item.url,
        encode_date(day.start.isoformat(), day.end.isoformat(), day.kind) if day else "null",
        item.language,
        ",".join(map(quote, item.languages)),
        encode_countries(item.countries),
        f"{encode_source(source.file)}[{source.first},{source.last}]",
    )
    if len(item.languages) == 1:
        return record
    title = quote(title_language) if title_language is not None else "null"
    paragraphs = ",".join(map(quote, paragraph_languages))
    return f'{record[:-1]},"{_PARTS}":{{"title":{title},"paragraphs":[{paragraphs}]}}}}'


def _texts_by_language(
    title: str | None, title_language: str | None, body: str, paragraph_languages: Sequence[str]
) -> tuple[Text, ...]:
    """Gather a document's parts by language."""
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
