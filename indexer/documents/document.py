"""The document: an item as the index takes it, its texts sorted by language, its record encoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from indexer.custom_fields import custom_terms
from indexer.documents.stored_record import PARTS, encode_record, with_id
from indexer.item import NewsItem, decode_record, read_day
from indexer.runtime import NamedTuple
from indexer.schema import ESTIMATED, KIND_NUMBERS, LANGUAGE_NUMBERS, LANGUAGES
from indexer.sources.stated_values import one_spaced

if TYPE_CHECKING:
    from indexer.item import RawItem


# 12 hexadecimal digits: at a million items two share one with a chance of 0.2 %, and then are numbered.
_DIGEST_BYTES = 6
_CONTENT_BYTES = 8  # of the digest across sources, which is compared with those of all items


def page_ids(items: Sequence[RawItem]) -> list[str]:
    """Make the ids of the items of a page.

    Items that print exactly the same are numbered from its end, since new items come in at its top.

    Args:
        items: The items in the order of the page.

    Returns:
        One id for each item, in the same order.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for digest in map(item_digest, reversed(items)):
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids[::-1]


def content_digest(day: str, title: str | None, body: str) -> int:
    """Digest what an item says, whichever source it is of: its day, its title, its text.

    Args:
        day: Its date as ISO days; empty where none is stated.
        title: Its title.
        body: Its text.

    Returns:
        A number of 64 bits, the same whatever white space stands between words.
    """
    text = one_spaced(" ".join([part for part in (day, title, body) if part]))
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=_CONTENT_BYTES).digest())


def item_digest(item: RawItem) -> str:
    """Digest what is printed of an item: date, title and text, never where it stands."""
    day = item.date_text or (item.date.start.isoformat() if item.date else "")
    printed = "\x1f".join((day, item.title or "", *item.paragraphs))
    normal = " ".join(printed.split())
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


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
        record: The stored record, one line of JSON in UTF-8.
        line: Where it begins in its source, 1-based.
        own: The terms of its own fields, of each field one.
        digest: The same for the same day, title and text, whatever source they are of.
        stated: Whether its source states what identifies it, so that no other id of that source is its.
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
        """The item, decoded from the record."""
        return NewsItem.from_record(decode_record(self.record))


def make_document(
    item: NewsItem,
    title_language: str | None,
    paragraph_languages: Sequence[str],
    record: bytes | None = None,
    *,
    stated: bool = False,
) -> Document:
    """Make the document of an item.

    Args:
        item: The item.
        title_language: The language that the title is analysed in; None without a title.
        paragraph_languages: The language of each line of the body.
        record: Its stored record; None to encode it.
        stated: Whether its source states what identifies it.
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
        own=custom_terms(item),
        digest=digest_of(item),
        stated=stated,
    )


def digest_of(item: NewsItem) -> int:
    """Digest the day, the title and the text of an item."""
    return content_digest(stated_day(item), item.title, item.body)


def stated_day(item: NewsItem) -> str:
    """Give the day of an item as its source states it, whatever a person says; empty where it states none."""
    day = item.date
    for one in item.corrected:
        if one.field == "date":
            day = read_day(one.at_first)
    if day is None or day.kind == "estimated":
        return ""
    return day.start.isoformat() if day.start == day.end else f"{day.start}/{day.end}"


def restore(record: bytes) -> Document:
    """Make a document anew from its stored record; it is the same as when it was first made.

    Args:
        record: One JSON object, as ``make_document`` encoded it.

    Raises:
        ValueError, KeyError, TypeError: The record is not of that shape.
    """
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    return make_document(item, *parts_of(item, fields), record)


def parts_of(item: NewsItem, fields: Mapping[str, Any]) -> tuple[str | None, Sequence[str]]:
    """Give the language of the title, and that of each line of the body.

    Args:
        item: The item.
        fields: What says them where the item has several languages, such as its stored record.

    Raises:
        KeyError, TypeError: Nothing does.
    """
    if len(item.languages) == 1:
        return item.language, (item.language,) * (item.body.count("\n") + 1)
    return fields[PARTS]["title"], fields[PARTS]["paragraphs"]


def renamed(document: Document, item_id: str) -> Document:
    """Give a document another id."""
    return document._replace(id=item_id, record=with_id(document.record, item_id))


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


class DocAddress(NamedTuple):
    """Where a document of the base generation stands: the ordinal of its segment, and its number there."""

    segment: int
    doc: int


LONG: Final = 12
"""Words that no two texts have by chance."""


def is_distinctive(document: Document) -> bool:
    """Tell whether no other item has this day, title and text by chance: it is dated, or long."""
    dated = bool(document.start) and document.kind != ESTIMATED
    return dated or sum(len(text.body.split()) for text in document.texts) >= LONG
