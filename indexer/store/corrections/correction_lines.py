"""Parse the lines of a corrections file, and apply them to documents.

{"id": "31a68ceaa26d", "title": "Ferries stay in port", "day": "2019-03-05", "date": "2019-03-06",
 "countries": ["JO"], "language": "es", "who": "Ann", "when": "2026-11-26T20:01:02+00:00"}

A line may also change annotations, with or without corrections:

{"id": "31a68ceaa26d", "title": "Ferries stay in port", "day": "2019-03-05", "tags": ["ports"],
 "tags_removed": ["ferries"], "collections": [], "collections_removed": [], "note": "Ask the harbour master."}

``title`` and ``day`` are the values of the source, by which the item is found if its id changes; ``date`` is
the corrected date. The optional list ``former`` has earlier ids of the item, and its ids in other sources.
``"item": false`` marks a record as not an item. A null date or an empty list of countries means that the item
has none.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from indexer.annotations import MAX_NAMES, AnnotationChange, normalise_name, normalise_note
from indexer.documents.document import make_document, part_languages
from indexer.documents.stored_record import add_since, encode_record, since_of
from indexer.errors import DragomanError, message
from indexer.item import (
    PARTS,
    CountryMention,
    ManualCorrection,
    NewsItem,
    SourceLines,
    decode_record,
    read_day,
)
from indexer.runtime import NamedTuple
from indexer.sources.encoding import clean
from indexer.sources.export_record import read_record
from indexer.sources.stated_date import typed_dates
from indexer.sources.stated_values import read_countries, read_language_name
from indexer.store.register import NO_ITEM

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from indexer.annotations import Annotations
    from indexer.documents.document import Document
    from indexer.item import Corrected, ItemDate


FIELDS: Final[tuple[Corrected, ...]] = ("date", "language", "countries")


class CorrectedValue(NamedTuple):
    """A corrected value of a field.

    Attributes:
        value: The date, language or country codes, depending on the field; ``None`` if the item has no date.
        who: The name of the person; empty if unknown.
        when: The time, ISO 8601; empty if unknown.
    """

    value: Any
    who: str
    when: str


def correct_document(
    document: Document, values: Mapping[Corrected, CorrectedValue]
) -> tuple[Document, tuple[str, ...]]:
    """Correct a document.

    Returns:
        The corrected document, and the fields that were corrected. A correction is not applied again if the
        source states it, as an export of an index does. The digest of the document is still that of the
        uncorrected values.
    """
    fields = decode_record(document.record)
    item = NewsItem.from_record(fields)
    title_language, languages = part_languages(item, fields)
    manual = {one.field: one for one in item.corrected}
    done = []
    for field in FIELDS:
        if field not in values:
            continue
        value, who, when = values[field]
        before = manual.get(field)
        changed = _set_value(item, field, value)
        if before and (before.who, before.when) == (who, when) and changed == item:
            continue
        manual[field] = ManualCorrection(
            field, who, when, _uncorrected_value(item, fields, field), before.to_record() if before else None
        )
        item = changed
        done.append(field)
        if field == "language":
            title_language, languages = value if item.title else None, (value,) * len(languages)
    if not done:
        return document, ()
    item = item._replace(corrected=tuple([manual[field] for field in FIELDS if field in manual]))
    record = encode_record(item, title_language, languages)
    if (since := since_of(document.record)) is not None:
        record = add_since(record, since)
    made = make_document(item, title_language, languages, record, stated=document.stated)
    return made._replace(line=document.line), tuple(done)


def revert_corrections(record: bytes, corrected: Collection[str]) -> bytes:
    """Undo the manual corrections of some fields in a stored record."""
    fields = decode_record(record)
    item = NewsItem.from_record(fields)
    title_language, languages = part_languages(item, fields)
    left = []
    for one in item.corrected:
        if one.field not in corrected:
            left.append(one)
            continue
        if one.before:
            left.append(ManualCorrection.from_record(one.field, one.before))
        match one.field:
            case "date":
                item = item._replace(date=read_day(one.was))
            case "countries":
                item = item._replace(countries=tuple([CountryMention(**mention) for mention in one.was]))
            case "language":
                spoken = one.was
                item = item._replace(language=spoken["language"], languages=tuple(spoken["languages"]))
                title_language, languages = part_languages(item, spoken)
    stated = encode_record(item._replace(corrected=tuple(left)), title_language, languages)
    since = since_of(record)
    return stated if since is None else add_since(stated, since)


def _set_value(item: NewsItem, field: Corrected, value: Any) -> NewsItem:
    match field:
        case "date":
            day = cast("ItemDate | None", value)
            return item._replace(date=day and day._replace(kind="by_hand"))
        case "language":
            return item._replace(language=value, languages=(value,))
        case "countries":
            codes = cast("Sequence[str]", value)
            return item._replace(countries=tuple([CountryMention(code, "by_hand", "") for code in codes]))


def _uncorrected_value(item: NewsItem, fields: Mapping[str, Any], field: Corrected) -> Any:
    """Return the uncorrected value of a field, as JSON."""
    match field:
        case "date":
            return item.date.to_record() if item.date else None
        case "language":
            spoken = {"language": item.language, "languages": list(item.languages)}
            return spoken | ({PARTS: fields[PARTS]} if len(item.languages) > 1 else {})
        case "countries":
            return [mention._asdict() for mention in item.countries]


_CORRECTING: Final = (*FIELDS, "item")
_ANNOTATING: Final = AnnotationChange()._asdict().keys()
KEYS: Final = frozenset(("id", "former", "title", "day", "who", "when", *_CORRECTING, *_ANNOTATING))
NONE: Final = "none"
MAX_LENGTH: Final = 200  # characters of a name


class Correction(NamedTuple):
    """A parsed line of a corrections file, with its number.

    Attributes:
        number: The line number, 1-based.
        ids: The ids that the item has or had, in any order.
        title: The title as returned by :func:`title_key`; ``None`` if the line has no title.
        day: The uncorrected day of the item. It is empty if the line states that the item has no day, and
            ``None`` if the line states no day.
        values: The corrected values by field.
        item: Whether the record is a news item; ``None`` if the line does not state this.
        annotations: The change to the annotations of the item; ``None`` if the line requests no change.
    """

    number: int
    ids: tuple[str, ...]
    title: str | None
    day: str | None
    values: Mapping[Corrected, CorrectedValue]
    item: bool | None
    annotations: AnnotationChange | None = None


def title_key(title: str) -> str:
    """Return a title in the form in which titles are compared.

    White space is collapsed, and case is folded.
    """
    return " ".join(title.split()).casefold()


def merge_lines(lines: Iterable[Correction]) -> tuple[dict[Corrected, CorrectedValue], bool]:
    """Merge the correction lines of an item; the last line that corrects a field applies.

    Returns:
        The corrected values by field, and whether the record is a news item, which is true if no line states
        it.
    """
    values: dict[Corrected, CorrectedValue] = {}
    item = True
    for line in lines:
        values |= line.values
        item = item if line.item is None else line.item
    return values, item


def parse_line(number: int, raw: bytes) -> tuple[Correction | None, list[str]]:
    """Parse a line, ignoring its invalid parts.

    Returns:
        The correction and a list of warnings, one for each invalid part. The correction is ``None`` if the
        line names no item, or has no valid correction or annotation.
    """
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return None, [message("record.no_object")]
    reported: list[str] = [
        message("record.unknown_key", key=clean(name)[:40]) for name in record if name not in KEYS
    ]

    def read(name: str, reader: Callable[[Any], Any]) -> Any:
        try:
            return reader(record[name]) if name in record else None
        except DragomanError as error:
            reported.append(message("record.left_out", fault=error))
            return None

    ids = [one for one in (read("id", _text), *(read("former", _texts) or ())) if one]
    title, day = read("title", _optional_text), read("day", _stated_day)
    who, when = read("who", _name) or "", read("when", _moment) or ""
    values: dict[Corrected, CorrectedValue] = {}
    for field in FIELDS:
        if field in record:
            before = len(reported)
            value = read(field, _READERS[field])
            if len(reported) == before:
                values[field] = CorrectedValue(value, who, when)
    item = read("item", _flag)
    annotations = _annotations(record, read)
    if not (ids or title):
        return None, [*reported, message("record.no_item_named")]
    if not values and item is None and annotations is None:
        return None, [*reported, message("record.nothing_stated")]
    key = title and title_key(title)
    return Correction(number, tuple(ids), key, day, values, item, annotations), reported


def _annotations(
    record: Mapping[str, Any], read: Callable[[str, Callable[[Any], Any]], Any]
) -> AnnotationChange | None:
    """Return the change to annotations that a line requests, or None.

    In a line with a correction, ``note`` is a comment and not an annotation.
    """
    found: dict[str, Any] = {}
    for name in _ANNOTATING:
        if name == "note" and not record.keys().isdisjoint(_CORRECTING):
            continue
        reader = normalise_note if name == "note" else _annotation_names
        if name in record and (value := read(name, reader)) is not None:
            found[name] = value
    return AnnotationChange(**found) if found else None


def _annotation_names(value: Any) -> tuple[str, ...]:
    return tuple(map(normalise_name, value if isinstance(value, list) else [value]))


def remove_corrections(raw: bytes) -> bytes:
    """Remove the corrections from a line, but keep its annotations."""
    line = json.loads(raw)
    if line.keys().isdisjoint(_CORRECTING):
        return raw
    left = {name: value for name, value in line.items() if name not in {*_CORRECTING, "note"}}
    return json.dumps(left, ensure_ascii=False).encode("utf-8", "replace")


def apply_annotations(line: Correction, before: Annotations) -> Annotations:
    """Apply a line's change to an item's annotations.

    New tags and collections beyond the limit are ignored.
    """
    after = line.annotations.of(before) if line.annotations else before
    tags = _limit_names(before.tags, after.tags)
    return after._replace(tags=tags, collections=_limit_names(before.collections, after.collections))


def _limit_names(before: Collection[str], after: tuple[str, ...]) -> tuple[str, ...]:
    kept = sorted(after, key=lambda name: name not in before)[:MAX_NAMES]
    return tuple([name for name in after if name in kept])


def read_period(value: Any) -> ItemDate | None:
    """Parse a date: a day, a month, a year, an interval, or an object with two days.

    The result is None for a JSON null, which means no date.

    Raises:
        DragomanError: The value is not a date, or is ambiguous.
    """
    if value is None or value == NONE:
        return None
    if isinstance(value, str) and ".." in value:
        start, _, end = value.partition("..")
        if not (start.strip() and end.strip()):
            raise DragomanError(message("record.half_interval", date=_quote(value)))
        value = {"start": start.strip(), "end": end.strip()}
    if isinstance(value, str) and (typed := typed_dates(value)):
        if len(typed) > 1:
            days = {"first": typed[0].start, "second": typed[1].start}
            raise DragomanError(message("record.ambiguous_date", date=_quote(value), **days))
        return typed[0]
    reported: list[Any] = []
    day = read_record({"title": "-", "date": value}, SourceLines("", 0, 0), reported.append).date
    if day is None or reported or isinstance(value, str):
        unknown = message("record.no_date", date=_quote(value))
        raise DragomanError(reported[0].values["fault"] if reported else unknown)
    return day


def _language(value: Any) -> str:
    if isinstance(value, str) and (language := read_language_name(value)):
        return language
    raise DragomanError(message("record.unknown_language", language=_quote(value)))


def _countries(value: Any) -> tuple[str, ...]:
    given = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in given):
        raise DragomanError(message("record.no_countries"))
    if given in ([], [NONE]):
        return ()
    codes, unknown = read_countries(given)
    if unknown or not codes:
        raise DragomanError(message("record.unknown_country", country=_quote(next(iter(unknown), ""))))
    return tuple(codes)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise DragomanError(message("record.no_boolean", value=_quote(value)))


def _stated_day(value: Any) -> str:
    """Parse the uncorrected date of an item, a day or an interval.

    The result is empty if the item has no date.
    """
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise DragomanError(message("record.unknown_day", day=_quote(value)))
    day = read_period(value.replace("/", ".."))
    if day is None:
        return ""
    return day.start.isoformat() if day.start == day.end else f"{day.start}/{day.end}"


def _text(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        return value.strip()
    raise DragomanError(message("record.text_meant", value=_quote(value)))


def _optional_text(value: Any) -> str:
    return "" if value is None else _text(value)


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in (value if isinstance(value, list) else [value])]


def _name(value: Any) -> str:
    return " ".join(clean(_text(value)).split())[:MAX_LENGTH]


def _moment(value: Any) -> str:
    try:
        datetime.fromisoformat(_text(value))
    except ValueError:
        raise DragomanError(message("record.no_time", time=_quote(value))) from None
    return _text(value)


_READERS: Final[Mapping[Corrected, Callable[[Any], Any]]] = {
    "date": read_period,
    "language": _language,
    "countries": _countries,
}


def _quote(value: Any) -> str:
    return message("text.quoted", text=" ".join(clean(str(value)[:400]).split())[:40])


class Corrections:
    """The content of a corrections file.

    Attributes:
        file: The path of the file.
        raw: The lines of the file as bytes.
        lines: The parsed lines, in their order.
        reported: The warnings about invalid lines, each with its line number.
        by_id: For each id, the lines that have it.
        by_title: For each title, the lines that have it.
    """

    def __init__(self, file: str, raw: Sequence[bytes]) -> None:
        self.file = file
        self.raw = tuple(raw)
        self.lines: list[Correction] = []
        self.reported: list[tuple[int, str]] = []
        self.by_id: dict[str, list[Correction]] = {}
        self.by_title: dict[str, list[Correction]] = {}
        for number, text in enumerate(self.raw, 1):
            if not text.strip():
                continue
            line, reported = parse_line(number, text)
            self.reported += [(number, reason) for reason in reported]
            if line is None:
                continue
            self.lines.append(line)
            for item_id in line.ids:
                self.by_id.setdefault(item_id, []).append(line)
            if line.title:
                self.by_title.setdefault(line.title, []).append(line)

    def lines_with_id(self, ids: Iterable[str]) -> list[Correction]:
        """Return the lines that have one of the given ids, in file order."""
        known = self.by_id
        found = {line.number: line for item_id in ids if item_id in known for line in known[item_id]}
        return [found[number] for number in sorted(found)]

    def excludes(self, item_id: str) -> bool:
        """Return whether the file marks the record with the given id as not a news item."""
        return not merge_lines(self.by_id.get(item_id, ()))[1]

    def readmits(self, corrected: Mapping[str, str]) -> bool:
        """Return whether a record that was marked as not a news item is no longer marked by the file.

        ``corrected`` has the records marked in the previous generation, as in the register.
        """
        return any(
            fields.startswith(NO_ITEM) and not self.excludes(item_id) for item_id, fields in corrected.items()
        )
