"""Read the records that Dragoman exports and prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from indexer.csv_cells import fields_of, remove_apostrophes
from indexer.errors import message
from indexer.item import DateKind, ItemDate, RawItem, SourceLines
from indexer.schema import DATE_KINDS
from indexer.sources.encoding import clean
from indexer.sources.foreign_record import ForeignFields
from indexer.sources.html_text import is_markup, paragraphs_of_lines
from indexer.sources.source import MAX_ID_LENGTH, too_long
from indexer.sources.stated_date import YEARS, period, read_date
from indexer.sources.stated_values import (
    meaning_of,
    names_in_words,
    read_countries,
    read_language,
    read_language_name,
)

OWN: Final = frozenset(
    "id title body text url date language languages countries source author section fields".split()
    + "since sources former".split()
)
"""The names of the fields of Dragoman's records."""

# A text with one of these names is a custom field.
_OF_INDEX: Final = frozenset({"source", "since", "sources", "former"})

_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d:?\d\d.*)?)?)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


class BadRecordError(ValueError):
    """A record cannot become an item, for the reason in the message."""


class _BadFieldError(ValueError):
    """A field of a record is invalid, for the reason in the message."""


def is_own(record: dict[str, Any]) -> bool:
    """Return whether a record has the field names of Dragoman's own format."""
    title, *texts = (record.get(name) for name in ("title", "body", "text"))
    if any(isinstance(value, dict) for value in (title, *texts)):
        return False
    if OWN.issuperset(record) or any(isinstance(value, str) for value in texts):
        return True
    lacking = {"body", "summary"} if isinstance(title, str) else {"title", "body", "summary"}
    meanings = [meaning_of(name) for name in record if name not in OWN]
    return lacking.isdisjoint(found.field for found in meanings if found)


def read_record(
    record: object, source: SourceLines, notify: Callable[[str], None] = lambda _reason: None
) -> RawItem:
    """Convert a parsed record of Dragoman's own format to an item.

    Args:
        record: A value from JSON: an object with a ``title``, a ``body`` (or ``text``), or both, and optional
            ``id``, ``url``, ``date``, ``language``, ``countries``, ``author``, ``section`` and ``fields`` (an
            object), as ``items`` prints them. A missing date, URL, author or section is taken from a field
            whose name has the same meaning. Other fields are kept. A null is the same as a missing field.
        source: The location of the record in the source.
        notify: Called with a warning for each skipped field, whose value is invalid.

    Raises:
        BadRecordError: The record is not an object, or has no text or too much text.
    """
    if not isinstance(record, dict):
        raise BadRecordError(message("skip.no_object"))

    def read(name: str, reader: Callable[[Any, str], Any]) -> Any:
        try:
            return None if record.get(name) is None else reader(record[name], name)
        except _BadFieldError as error:
            notify(message("record.left_out", fault=error))
            return None

    title = " ".join((read("title", _text) or "").split()) or None
    body = read("body", _text)
    if body is None:
        body = read("text", _text) or ""
    paragraphs = tuple(paragraphs_of_lines(re.split(r"\r\n|\n|\r", body)))
    if title is None and not paragraphs:
        others = [name for name in record if name not in OWN]
        shown = message("skip.its_fields", names=names_in_words(others)) if others else ""
        raise BadRecordError(message("skip.no_title_or_body", fields=shown))
    if reason := too_long(title, paragraphs):
        raise BadRecordError(reason)
    key = read("id", _identifier)
    item = RawItem(
        source=source,
        title=title,
        paragraphs=paragraphs,
        id=key,
        stated=key is not None,
        url=read("url", _text) or None,
        date=read("date", _date),
        language=read("language", _language),
        countries=_countries(record.get("countries"), notify),
        author=read("author", _names),
        section=read("section", _names),
        fields=_fields(record.get("fields"), notify),
    )
    return _add_renamed_fields(item, record, notify)


def _add_renamed_fields(item: RawItem, record: dict[str, Any], notify: Callable[[str], None]) -> RawItem:
    """Add to an item the fields of its record that are not fields of an export.

    A user may have renamed or added these fields.
    """
    others = {
        name: value
        for name, value in record.items()
        if name not in OWN or (name in _OF_INDEX and isinstance(value, str))
    }
    if not others:
        return item
    given = ForeignFields(others, meaning_of, notify, notify)
    return item._replace(
        url=item.url or (given.url("") if record.get("url") is None else None),
        date=item.date or (given.date(None) if record.get("date") is None else None),
        author=item.author or given.author(),
        section=item.section or given.section(),
        fields=tuple((dict(given.remaining_fields()) | dict(item.fields)).items()),
    )


def _text(value: object, name: str) -> str:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n".join(value)
    if not isinstance(value, str):
        raise _BadFieldError(message("skip.not_text", name=name))
    return clean(value).strip()


def _names(value: Any, name: str) -> str | None:
    """Read a short text, or a list of names, as one text; the result is ``None`` if it is empty.

    Raises:
        _BadFieldError: A value is not a text.
    """
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(given, str) for given in names):
        raise _BadFieldError(message("skip.not_text", name=name))
    return ", ".join(filter(None, (" ".join(clean(given).split()) for given in names))) or None


def _fields(value: object, notify: Callable[[str], None]) -> tuple[tuple[str, str], ...]:
    """Read the custom fields of an item, whose values must be texts or numbers."""
    found: dict[str, str] = {}
    for name, given in value.items() if isinstance(value, dict) else ():
        shown = " ".join(clean(name).split())
        if isinstance(given, (str, int, float)) and shown:
            if text := clean(str(given)).strip():
                found.setdefault(shown, text)
        elif given is not None:
            notify(message("record.field_without_text", field=_quote(name)))
    if value is not None and not isinstance(value, dict):
        notify(message("skip.fields_no_object"))
    return tuple(found.items())


def _identifier(value: object, _name: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise _BadFieldError(message("skip.invalid_id"))
    identifier = value.strip()
    if _CONTROL.search(identifier):  # removing them could make it the id of another item
        raise _BadFieldError(message("skip.control_id"))
    identifier = clean(identifier).strip()
    if len(identifier) > MAX_ID_LENGTH:
        raise _BadFieldError(message("skip.long_id", count=len(identifier), most=MAX_ID_LENGTH))
    return identifier or None


def _language(value: object, _name: str) -> str:
    language = read_language(value) if isinstance(value, str) else None
    if language is None and (language := read_language_name(value)) is None:
        raise _BadFieldError(message("record.unknown_language", language=_quote(value)))
    return language


def _countries(value: object, notify: Callable[[str], None]) -> tuple[str, ...] | None:
    """Read a list of countries: codes, names, or objects with a code.

    Returns:
        The valid countries. ``None`` if there are none, so that the countries are detected in the text. Empty
        if the list is empty, which states that the item has no country.
    """
    if value is None or value == []:
        return None if value is None else ()
    entries: list[Any] = value if isinstance(value, list) else [value]
    given = [entry.get("code") if isinstance(entry, dict) else entry for entry in entries]
    codes, unknown = read_countries([one for one in given if isinstance(one, str)])
    for one in (*unknown, *(one for one in given if not isinstance(one, str))):
        notify(message("record.unknown_country_left_out", country=_quote(one)))
    return tuple(codes) or None


def _date(value: object, _name: str) -> ItemDate:
    """Read a date: a day, a month, a year, or an object with the ends of an interval.

    A month or a year becomes the interval of all its days. The kind of the date is ``printed`` if the record
    states no kind. An exported estimate states its kind, so it remains an estimate.
    """
    if not isinstance(value, dict):
        return _period(value)
    kind: DateKind = value.get("kind") or "printed"
    if kind not in DATE_KINDS[1:]:
        raise _BadFieldError(message("record.unknown_kind", kind=_quote(kind)))
    start, end = _period(value.get("start")).start, _period(value.get("end", value.get("start"))).end
    if start > end:
        raise _BadFieldError(message("record.reversed_date", start=start.isoformat(), end=end.isoformat()))
    return ItemDate(start, end, kind)


def _period(value: object) -> ItemDate:
    """Read a day, a month (``2018-03``) or a year as an interval.

    Raises:
        _BadFieldError: The value is not a date.
    """
    match = _ISO_DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) not in YEARS:
        if found := read_date(value):
            return found
        raise _BadFieldError(message("record.unknown_date", date=_quote(value)))
    year, month, day = (int(part or 0) for part in match.groups())
    found = None if "00" in match.groups() else period(year, month, day)
    if found is None:
        raise _BadFieldError(message("record.no_such_day", day=_quote(value)))
    return found


def _quote(value: object) -> str:
    """Quote a value, truncated to a few words."""
    if isinstance(value, (list, dict)):  # it may be too deep or too large to print
        return "{…}" if isinstance(value, dict) else "[…]"
    text = " ".join(clean(str(value)[:400]).split())
    return message("text.quoted", text=f"{text[:40]}…" if len(text) > 40 else text)


COUNTRY: Final = frozenset({"code", "via", "evidence"})
"""The keys of a country in an export record."""

_MATCH_MARK: Final = "**"  # before and after each matching word of a snippet
_OF_HIT: Final = frozenset({"rank", "score", "snippet"})
_OF_ANSWER: Final = _OF_HIT | {"via", "group", "same", "explanation"}  # not part of the item
_DATE: Final = ("date_start", "date_end", "date_kind")
_OF_CSV: Final = frozenset({"id", "title", *_DATE})
_LINES: Final = re.compile(r":(\d+)-(\d+)(?:; |\Z)")  # after the name of a file
_INTERVAL: Final = ({"start"}, {"start", "end"}, {"start", "end", "kind"})
_ISO_PERIOD: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def is_exported(record: Any) -> bool:
    """Return whether a record has the keys of an export, without checking its values."""
    try:
        day, place, mentions = record["date"], record["source"], record["countries"]
        return (
            (day is None or "kind" in day)
            and "file" in place
            and len(place["lines"]) == 2
            and isinstance(record["languages"], list)
            and isinstance(mentions, list)
            and all(COUNTRY.issubset(mention) for mention in mentions)
            and isinstance(record["body"], str)
            and {"id", "title", "url", "language"}.issubset(record)
        )
    except (KeyError, TypeError):
        return False


def as_exported(value: Any) -> Any:
    """Convert a search hit, or a record of ``show``, to an export record.

    The text of a hit is its snippet. Values of any other type or content are returned unchanged.
    """
    if not isinstance(value, dict):
        return value
    if _OF_HIT.issubset(value) and "body" not in value:
        kept = {name: held for name, held in value.items() if name not in _OF_ANSWER}
        return kept | {"body": _snippet_text(value["snippet"], value.get("title"))}
    if isinstance(value.get("format"), int) and is_exported(value):
        return {name: held for name, held in value.items() if name != "format"}
    return value


def are_own_records(values: Iterable[object]) -> bool:
    """Return whether the elements of a list are records in Dragoman's own format.

    All elements that are objects must have Dragoman's field names. At least one of them must be unambiguous:
    it has all keys of an export, or its date is an object, or it has a non-numeric id, a text without markup,
    and an ISO date or no date.
    """
    records = [as_exported(value) for value in values if isinstance(value, dict)]
    only_own = all(is_exported(record) or is_own(record) for record in records)
    return only_own and any(map(_is_clearly_own, records))


def _is_clearly_own(record: dict[str, Any]) -> bool:
    day, key = record.get("date"), record.get("id")
    if is_exported(record) or (isinstance(day, dict) and set(day) in _INTERVAL):
        return True
    texts = [text for name in ("body", "text") if isinstance(text := record.get(name), str)]
    return (
        OWN.issuperset(record)
        and isinstance(key, str)
        and not key.strip().isdigit()
        and (day is None or (isinstance(day, str) and _ISO_PERIOD.fullmatch(day) is not None))
        and bool(texts)
        and not any(map(is_markup, texts))
    )


def is_own_csv(columns: Iterable[str]) -> bool:
    """Return whether Dragoman exported a table, given its column names."""
    return _OF_CSV.issubset(columns)


def record_of_row(cells: Mapping[str, Any], columns: Collection[str], place: SourceLines) -> dict[str, Any]:
    """Convert a row of a CSV that Dragoman exported to an export record.

    Args:
        cells: The cells by column name; empty cells are omitted.
        columns: The names of the table's columns, some of which a user may have deleted.
        place: The location of the row, used if the row does not state the location of its item.
    """
    texts = {name: remove_apostrophes(cell) for name, cell in cells.items()}
    start, end, kind = (texts.pop(name, None) for name in _DATE)
    title = texts.pop("title", None)
    record: dict[str, Any] = {
        "id": texts.pop("id", None),
        "title": title,
        "body": texts.pop("body", None) or _snippet_text(texts.pop("snippet", ""), title),
        "url": texts.pop("url", None),
        "date": {"start": start, "end": end, "kind": kind} if start else None,
        "source": _place(texts, place).to_record(),
    }
    if language := texts.pop("language", None):
        record |= {"language": language, "languages": texts.pop("languages", language).split()}
    if "countries" in columns:
        codes = texts.pop("countries", "").split()
        record["countries"] = [{"code": code, "via": "given", "evidence": ""} for code in codes]
    if fields := texts.pop("fields", None):
        record["fields"] = fields_of(fields)
    if places := texts.pop("sources", None):
        parts = _LINES.split(places)
        found = zip(parts[::3], parts[1::3], parts[2::3], strict=False)  # an incomplete location is ignored
        record["sources"] = [{"file": file, "lines": [int(first), int(last)]} for file, first, last in found]
    if former := texts.pop("former", None):
        record["former"] = former.split(" ")
    passed = {"since", "group", *(_OF_ANSWER if _OF_HIT.issubset(columns) else ())}
    return record | {name: text for name, text in texts.items() if name not in passed}


def _place(texts: dict[str, str], row: SourceLines) -> SourceLines:
    file, first, last = (texts.pop(name, "") for name in ("file", "first_line", "last_line"))
    if file and first.isdecimal() and last.isdecimal():
        return SourceLines(file, int(first), int(last))
    return row


def _snippet_text(snippet: object, title: object) -> str:
    """Return the text of a snippet without the marks of matches.

    The text is empty if it repeats the title.
    """
    if not isinstance(snippet, str):
        return ""
    text = snippet.replace(_MATCH_MARK, "") or snippet
    return "" if isinstance(title, str) and text.strip("… ") in title else text
