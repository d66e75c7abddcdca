"""Encode the stored record of an item as JSON, twice as fast as ``NewsItem.to_record``."""

from __future__ import annotations

import re
from functools import lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any

from indexer.item import PARTS, NewsItem, decode_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from indexer.item import CountryMention, ItemDate, SourceLines

LAST_FACT = b"]}}"  # the last three bytes of a record that ends with the source of the item
_SINCE = re.compile(rb',"since":([0-9]{1,10})\}\Z')  # the last key; values cannot contain it unescaped
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_record(item: NewsItem, title_language: str | None, paragraph_languages: Sequence[str]) -> bytes:
    """Encode the stored record of an item, given the languages of its title and of its paragraphs."""
    record = encode_texts(item.id, item.title, item.body, item.url) + encode_facts(
        _date(item.date), item.language, item.languages, encode_countries(item.countries), item.source
    )
    record += encode_fields(item.author, item.section, dict(item.fields))
    if item.sources:
        record += f',"sources":{_encode([place.to_record() for place in item.sources])}'
    if item.former:
        record += f',"former":{_encode(item.former)}'
    if item.corrected:
        record += f',"corrected":{_encode({one.field: one.to_record() for one in item.corrected})}'
    if len(item.languages) > 1:
        record += f',"{PARTS}":{_encode({"title": title_language, "paragraphs": paragraph_languages})}'
    return f"{record}}}".encode("utf-8", "replace")


def encode_texts(
    item_id: str, title: str | None, body: str, url: str | None, quote: Callable[[str], str] = quoted
) -> str:
    """Encode the start of a record, up to its texts.

    ``quote`` encodes a string as JSON.
    """
    return (
        f'{{"id":{quote(item_id)},"title":{"null" if title is None else quote(title)},'
        f'"body":{quote(body)},"url":{"null" if url is None else quote(url)}'
    )


def encode_facts(
    day: str, language: str, languages: tuple[str, ...], countries: str, source: tuple[str, int, int]
) -> str:
    """Encode the date, languages, countries and source, which follow the texts in a record."""
    file, first, last = source
    return (
        f',"date":{day},"language":"{language}","languages":{_encode_languages(languages)},"countries":[{countries}],'
        f'"source":{{"file":{quoted(file)},"lines":[{first},{last}]}}'
    )


def encode_fields(author: str | None, section: str | None, fields: Mapping[str, str]) -> str:
    """Encode the author, section and custom fields of an item, or return an empty text if it has none."""
    record = f',"author":{quoted(author)}' if author else ""
    if section:
        record += f',"section":{quoted(section)}'
    if fields:
        listed = [f"{quoted(name)}:{quoted(value)}" for name, value in fields.items()]
        record += f',"fields":{{{",".join(listed)}}}'
    return record


def replace_id(record: bytes, item_id: str) -> bytes:
    """Return a stored record with another id."""
    return _replace_values(record, id=item_id)


def replace_place(record: bytes, place: SourceLines) -> bytes:
    """Return a stored record with another source location."""
    return _replace_values(record, source=place.to_record())


def add_since(record: bytes, since: int) -> bytes:
    """Add ``since``, the generation that added the item, to a stored record without it."""
    return record if _SINCE.search(record) else b'%s,"since":%d}' % (record[:-1], since)


def since_of(record: bytes) -> int | None:
    """Return the generation that added the item, or ``None`` if the record does not state it."""
    found = _SINCE.search(record)
    return int(found[1]) if found else None


def remove_since(record: bytes) -> bytes:
    """Return a stored record without ``since``, the generation that added the item."""
    return _SINCE.sub(b"}", record)


def add_history(record: bytes, former: Iterable[str], places: Iterable[SourceLines]) -> bytes:
    """Add former ids and source locations to a stored record."""
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    ids, sources = dict.fromkeys((*item.former, *former)), dict.fromkeys((*item.sources, *places))
    known = item._replace(former=tuple(ids), sources=tuple(sources))
    parts = fields.get(PARTS) or {"title": None, "paragraphs": ()}
    changed = encode_record(known, parts["title"], parts["paragraphs"])
    since = since_of(record)
    return add_since(changed, since) if since is not None else changed


def drop_unstated(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without values that sources do not state: location, generation, estimated date."""
    day = record.get("date")
    estimated = day is not None and day["kind"] == "estimated"
    return record | {"source": None, "since": None, "date": None if estimated else day}


def _replace_values(record: bytes, **values: Any) -> bytes:
    return _encode(decode_record(record) | values).encode("utf-8", "replace")


def encode_countries(countries: Iterable[CountryMention]) -> str:
    """Encode countries as elements of a JSON array."""
    parts = [f'{{"code":"{code}","via":"{via}","evidence":{quoted(text)}}}' for code, via, text in countries]
    return ",".join(parts)


@lru_cache(1 << 14)
def _date(day: ItemDate | None) -> str:
    if day is None:
        return "null"
    return f'{{"start":"{day.start.isoformat()}","end":"{day.end.isoformat()}","kind":"{day.kind}"}}'


@lru_cache(1 << 10)
def _encode_languages(languages: tuple[str, ...]) -> str:
    return f"[{','.join([quoted(language) for language in languages])}]"
