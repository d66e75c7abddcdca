"""A document as a person corrected it, and as its source states it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from indexer.documents.document import make_document, parts_of
from indexer.documents.stored_record import PARTS, encode_record, since_of, with_since
from indexer.item import ByHand, CountryMention, NewsItem, decode_record, read_day
from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from indexer.documents.document import Document
    from indexer.item import Corrected, ItemDate

FIELDS: Final[tuple[Corrected, ...]] = ("date", "language", "countries")


class Said(NamedTuple):
    """What a person says of a field of an item.

    Attributes:
        value: A date or None for none; a language; country codes.
        who: The person; empty where that is not known.
        when: ISO 8601; empty where that is not known.
    """

    value: Any
    who: str
    when: str


def correct_document(document: Document, said: Mapping[Corrected, Said]) -> tuple[Document, tuple[str, ...]]:
    """Correct a document.

    Args:
        document: The document as its source states it.
        said: What is said of which fields.

    Returns:
        The corrected document, whose digest stays that of what its source states; and the fields that are
        corrected. What an export brings as it was corrected already is not corrected once more.
    """
    fields = decode_record(document.record)
    item = NewsItem.from_record(fields)
    title_language, languages = parts_of(item, fields)
    by_hand = {one.field: one for one in item.corrected}
    done = []
    for field in FIELDS:
        if field not in said:
            continue
        value, who, when = said[field]
        before = by_hand.get(field)
        changed = _with_value(item, field, value)
        if before and (before.who, before.when) == (who, when) and changed == item:
            continue
        by_hand[field] = ByHand(
            field, who, when, _stated(item, fields, field), before.to_record() if before else None
        )
        item = changed
        done.append(field)
        if field == "language":
            title_language, languages = value if item.title else None, (value,) * len(languages)
    if not done:
        return document, ()
    item = item._replace(corrected=tuple([by_hand[field] for field in FIELDS if field in by_hand]))
    record = encode_record(item, title_language, languages)
    if (since := since_of(document.record)) is not None:
        record = with_since(record, since)
    made = make_document(item, title_language, languages, record, stated=document.stated)
    return made._replace(line=document.line), tuple(done)


def as_stated(record: bytes, corrected: Collection[str]) -> bytes:
    """Give a stored record as it was before fields of it were corrected.

    Args:
        record: The record.
        corrected: The fields.
    """
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    title_language, languages = parts_of(item, fields)
    left = []
    for one in item.corrected:
        if one.field not in corrected:
            left.append(one)
            continue
        if one.before:
            left.append(ByHand.from_record(one.field, one.before))
        match one.field:
            case "date":
                item = item._replace(date=read_day(one.was))
            case "countries":
                item = item._replace(countries=tuple([CountryMention(**mention) for mention in one.was]))
            case "language":
                spoken = one.was
                item = item._replace(language=spoken["language"], languages=tuple(spoken["languages"]))
                title_language, languages = parts_of(item, spoken)
    stated = encode_record(item._replace(corrected=tuple(left)), title_language, languages)
    since = since_of(record)
    return stated if since is None else with_since(stated, since)


def _with_value(item: NewsItem, field: Corrected, value: Any) -> NewsItem:
    match field:
        case "date":
            day = cast("ItemDate | None", value)
            return item._replace(date=day and day._replace(kind="by_hand"))
        case "language":
            return item._replace(language=value, languages=(value,))
        case "countries":
            codes = cast("Sequence[str]", value)
            return item._replace(countries=tuple([CountryMention(code, "by_hand", "") for code in codes]))


def _stated(item: NewsItem, fields: Mapping[str, Any], field: Corrected) -> Any:
    """Give what stands in a field, as JSON has it."""
    match field:
        case "date":
            return item.date.to_record() if item.date else None
        case "language":
            spoken = {"language": item.language, "languages": list(item.languages)}
            return spoken | ({PARTS: fields[PARTS]} if len(item.languages) > 1 else {})
        case "countries":
            return [mention._asdict() for mention in item.countries]
