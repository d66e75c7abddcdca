"""Define the document: an item prepared for indexing, with its texts by language and its stored record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from indexer.custom_fields import country_via_terms, custom_terms
from indexer.documents.stored_record import LAST_FACT, encode_record, replace_id
from indexer.item import PARTS, NewsItem, decode_record, read_day
from indexer.runtime import NamedTuple
from indexer.schema import ESTIMATED, KIND_NUMBERS, LANGUAGE_NUMBERS, LANGUAGES
from indexer.sources.stated_values import collapse_space

if TYPE_CHECKING:
    from indexer.item import RawItem


# 12 hexadecimal digits: among a million items the probability of equal ones, which are numbered, is 0.2 %.
_DIGEST_BYTES = 6
_CONTENT_BYTES = 8  # bytes of the digest of an item's content, which is compared with those of all items


def page_ids(items: Sequence[RawItem]) -> list[str]:
    """Return the ids of the items of a page, in order.

    Items with identical text are numbered from the end of the page, because new items appear at the top.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for digest in map(item_digest, reversed(items)):
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids[::-1]


def content_digest(day: str, title: str | None, body: str, *, clean: bool = False) -> int:
    """Compute the digest of a day, title and text, which is the same in every source.

    Args:
        day: The date in ISO 8601: a day or an interval; empty if none is stated.
        title: The title; ``None`` if there is none.
        body: The text.
        clean: Whether spaces are the only white space in the text.

    Returns:
        A 64-bit number that ignores differences in white space.
    """
    text = f"{day} {title or ''} {body}"
    if not clean or "  " in text:
        text = collapse_space(text)
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=_CONTENT_BYTES).digest())


def item_digest(item: RawItem) -> str:
    """Compute the digest of an item's date, title and text, from which its id is made."""
    day = item.date_text or (item.date.start.isoformat() if item.date else "")
    printed = "\x1f".join((day, item.title or "", *item.paragraphs))
    normal = " ".join(printed.split())
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


class Text(NamedTuple):
    """The text of a document in one language.

    Attributes:
        language: The number of the language in ``LANGUAGES``.
        title: The title; ``None`` if there is none, or if it is in another language.
        body: The paragraphs in this language, in order, separated by white space.
    """

    language: int
    title: str | None
    body: str


class Document(NamedTuple):
    """An item ready to be indexed.

    Attributes:
        id: The id of the item.
        title: The title; None if the item has none.
        texts: For each language of the item, its text in this language.
        start: The first possible day of the date, as a proleptic ordinal; 0 if there is no date.
        end: The last possible day of the date, as a proleptic ordinal; 0 if there is no date.
        kind: The kind of the date, a number of ``KIND_NUMBERS``.
        countries: The distinct ISO codes of its countries.
        languages: The languages, the main one first.
        record: The stored record, one line of JSON in UTF-8.
        line: The first line in the source, 1-based.
        own: The terms of the index field ``own``: one for each custom field, and one for each kind of
            evidence for a country.
        digest: The digest of day, title and text, which is the same in every source.
        stated: Whether the source states the id. If it does, documents of that source with different ids are
            different items.
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
    own: tuple[str, ...]
    digest: int
    stated: bool = False

    @property
    def item(self) -> NewsItem:
        """The item, decoded from the stored record."""
        return NewsItem.from_record(decode_record(self.record))

    def has_key(self, key: bytes) -> bool:
        """Return whether the record has an optional key."""
        return (self.record[-3:] != LAST_FACT or self.languages[1:] != ()) and key in self.record


def make_document(
    item: NewsItem,
    title_language: str | None,
    paragraph_languages: Sequence[str],
    record: bytes | None = None,
    *,
    stated: bool = False,
) -> Document:
    """Make the document of an item, given the languages of its title and paragraphs.

    ``record`` is the stored record, if it is already encoded; ``stated`` is whether the source states the id.
    """
    day = item.date
    return Document(
        id=item.id,
        title=item.title,
        texts=_texts_by_language(item.title, title_language, item.body, paragraph_languages),
        start=day.start.toordinal() if day else 0,
        end=day.end.toordinal() if day else 0,
        kind=KIND_NUMBERS[day.kind if day else "none"],
        countries=tuple([mention.code for mention in item.countries]),
        languages=item.languages,
        record=record or encode_record(item, title_language, paragraph_languages),
        line=item.source.first,
        own=(*custom_terms(item), *country_via_terms(item.countries)),
        digest=content_digest(stated_day(item), item.title, item.body),
        stated=stated,
    )


def stated_day(item: NewsItem) -> str:
    """Return the day that a source states for an item, or an empty string if it states none.

    Manual corrections and estimated dates are ignored.
    """
    day = item.date
    for one in item.corrected:
        if one.field == "date":
            day = read_day(one.at_first)
    if day is None or day.kind == "estimated":
        return ""
    return day.start.isoformat() if day.start == day.end else f"{day.start}/{day.end}"


def restore(record: bytes) -> Document:
    """Make a document from a stored record.

    Raises:
        ValueError, KeyError, TypeError: The record is not that of an item.
    """
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    return make_document(item, *part_languages(item, fields), record)


def part_languages(item: NewsItem, fields: Mapping[str, Any]) -> tuple[str | None, Sequence[str]]:
    """Return the language of the title, and of each paragraph of the body.

    Args:
        item: The item.
        fields: The stored record, or another mapping with the languages of the parts of the item. These are
            only read if the item has several languages.

    Raises:
        KeyError, TypeError: The languages of the parts are missing.
    """
    if len(item.languages) == 1:
        return item.language, (item.language,) * (item.body.count("\n") + 1)
    return fields[PARTS]["title"], fields[PARTS]["paragraphs"]


def change_id(document: Document, item_id: str) -> Document:
    """Return a document with another id."""
    return document._replace(id=item_id, record=replace_id(document.record, item_id))


def _texts_by_language(
    title: str | None, title_language: str | None, body: str, paragraph_languages: Sequence[str]
) -> tuple[Text, ...]:
    """Group the title and paragraphs of a document by language."""
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


class DocAddress(NamedTuple):
    """The address of a document of the previous generation: its segment's position, and its number there."""

    segment: int
    doc: int


LONG: Final = 12
"""The number of words from which two equal texts are not a coincidence."""


def is_distinctive(document: Document) -> bool:
    """Return whether the day, title and text identify an item, because it is dated or long enough."""
    dated = bool(document.start) and document.kind != ESTIMATED
    return dated or sum(len(text.body.split()) for text in document.texts) >= LONG
