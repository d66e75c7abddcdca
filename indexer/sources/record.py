"""One record of an export: what it gives is taken as given, what is wrong with it is told in a few words."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from indexer.item import DateKind, ItemDate, RawItem, SourceLines
from indexer.schema import DATE_KINDS
from indexer.sources.codes import read_country, read_language
from indexer.sources.encoding import clean
from indexer.sources.limits import LONGEST_ID, too_long

_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d:?\d\d.*)?)?)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_YEARS = range(1000, 3000)


class BadRecordError(ValueError):
    """A record that cannot become an item; its message is the reason, for people."""


def read_record(record: object, source: SourceLines) -> RawItem:
    """Turn a parsed record into an item.

    Args:
        record: What JSON gave: an object with a ``title``, a ``body`` (or ``text``), or both, and perhaps
            ``id``, ``url``, ``date``, ``language``, ``countries``, ``author``, ``section`` and ``fields`` (an
            object), as ``items`` prints them. Other fields are ignored; null is as good as absent.
        source: Where it stands.

    Raises:
        BadRecordError: A field has the wrong type or an impossible value, or there is no text at all.
    """
    if not isinstance(record, dict):
        raise BadRecordError("not a JSON object")
    title = " ".join((_text(record, "title") or "").split()) or None
    body = _text(record, "body")
    if body is None:
        body = _text(record, "text") or ""
    paragraphs = tuple(part for line in re.split(r"\r\n|\n|\r", body) if (part := line.strip()))
    if title is None and not paragraphs:
        raise BadRecordError("neither a title nor a body")
    if reason := too_long(title, paragraphs):
        raise BadRecordError(reason)
    return RawItem(
        source=source,
        title=title,
        paragraphs=paragraphs,
        id=_identifier(record.get("id")),
        url=_text(record, "url") or None,
        date=_date(record.get("date")),
        language=_language(record.get("language")),
        countries=_countries(record.get("countries")),
        author=_line(record.get("author")),
        section=_line(record.get("section")),
        fields=_fields(record.get("fields")),
    )


def _text(record: dict[str, Any], field: str) -> str | None:
    value = record.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRecordError(f"{field} is not a text")
    return clean(value).strip()


def _line(value: object) -> str | None:
    """Read a short text, or the names of a list; None for anything else."""
    names = value if isinstance(value, list) else [value]
    lines = [" ".join(clean(name).split()) for name in names if isinstance(name, str)]
    return ", ".join(filter(None, lines)) or None


def _fields(value: object) -> tuple[tuple[str, str], ...]:
    """Read the other fields of an item, those that are texts or numbers."""
    found: dict[str, str] = {}
    for name, given in value.items() if isinstance(value, dict) else ():
        text = clean(str(given)).strip() if isinstance(given, (str, int, float)) else ""
        if text and (name := " ".join(clean(name).split())):
            found.setdefault(name, text)
    return tuple(found.items())


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise BadRecordError("id is neither a text nor a whole number")
    identifier = value.strip() if value else ""
    if _CONTROL.search(identifier):  # without them it could be the id of another item
        raise BadRecordError("an id with control characters in it")
    identifier = clean(identifier).strip()
    if len(identifier) > LONGEST_ID:
        raise BadRecordError(f"an id of {len(identifier):,} characters; {LONGEST_ID} is the most")
    return identifier or None


def _language(value: object) -> str | None:
    if value is None:
        return None
    language = read_language(value) if isinstance(value, str) else None
    if language is None:
        raise BadRecordError(f"unknown language {_shown(value)}; give a code such as en, es or fr")
    return language


def _countries(value: object) -> tuple[str, ...] | None:
    """Read a list of codes, or of objects with a code, as ``items`` prints them."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise BadRecordError("countries is not a list of codes")
    codes: list[str] = []
    for entry in value:
        given = entry.get("code") if isinstance(entry, dict) else entry
        code = read_country(given) if isinstance(given, str) else None
        if code is None:
            raise BadRecordError(f"unknown country {_shown(given)}; give two-letter codes such as CO")
        if code not in codes:
            codes.append(code)
    return tuple(codes)


def _date(value: object) -> ItemDate | None:
    """Read a day, a month or a year, or an object with the first and the last of an interval.

    A month or a year is widened to all of its days. The kind is ``printed`` unless the record itself says
    otherwise: an estimate that was exported must not come back as a fact.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        return ItemDate(*_period(value), "printed")
    kind: DateKind = value.get("kind") or "printed"
    if kind not in DATE_KINDS[1:]:
        raise BadRecordError(f"unknown kind of date {_shown(kind)}")
    start, _ = _period(value.get("start"))
    _, end = _period(value.get("end", value.get("start")))
    if start > end:
        raise BadRecordError(f"the date ends before it starts: {start.isoformat()} to {end.isoformat()}")
    return ItemDate(start, end, kind)


def _period(value: object) -> tuple[date, date]:
    """Read the first and the last day of "2018", "2018-03" or "2018-03-05"."""
    match = _ISO_DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) not in _YEARS:
        raise BadRecordError(f"unknown date {_shown(value)}; give it as 2018-03-05")
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        first = date(year, month if match[2] else 1, day if match[3] else 1)
    except ValueError:
        raise BadRecordError(f"no such day: {_shown(value)}") from None
    if match[3]:
        return first, first
    last_month = month if match[2] else 12
    return first, date(year, last_month, calendar.monthrange(year, last_month)[1])


def _shown(value: object) -> str:
    """Quote a value, cut to a length that fits on a line."""
    if isinstance(value, (list, dict)):  # perhaps too deep, or too much, to be written out
        return "of the wrong form"
    text = " ".join(clean(str(value)[:400]).split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
