"""Read references with texts, RIS and CSL-JSON, also those that Dragoman exported.

Dragoman's exports state in their notes facts that the format has no field for: the interval of a date, how it
is known, and the source of the item.
"""

from __future__ import annotations

import re
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, Final

from indexer.countries.country_names import find_country
from indexer.errors import SourceError
from indexer.item import SourceLines
from indexer.sources.encoding import open_text, repair
from indexer.sources.export_record import record_of_row
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.json_document import values_up_to_fault
from indexer.sources.json_lines import source_of_records
from indexer.sources.source import MAX_LINE_LENGTH, Source
from indexer.sources.stated_date import read_date
from indexer.tables import rows

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext


_COLUMNS: Final = ("ris", "bibtex", "csl")
FIELDS: Final = {
    kind: {name: row[0] for row in rows(__file__, "reference_fields.tsv") for name in row[1 + at].split()}
    for at, kind in enumerate(_COLUMNS)
}
"""The field for each name, by format."""

PROGRAM: Final = "program"
"""The meaning of names that are only useful to programs."""

_FIRST: Final = ("title", "summary", "url", "language", "section", "publication", "identifier", "year", "day")
_DATE: Final = re.compile(r"(\d{4})/(\d{0,2})/?(\d{0,2})(?:/.*)?")


def natural_name(written: str) -> str:
    """Return a name in its natural order: ``Prieto, Ana`` becomes ``Ana Prieto``."""
    parts = [part.strip() for part in written.split(",")]
    return " ".join([parts[1], parts[0], *parts[2:]]).strip() if 1 < len(parts) < 4 else written.strip()


def dated(day: object, year: object = "") -> str:
    """Return the date of a reference, whose day may lack the year, in a form that is read.

    Args:
        day: As stated: ``2018/03/05/``, ``2018/03//``, ``5 March``.
        year: The year, or another date, as stated.
    """
    stated = [_iso(str(value).strip()) for value in (day, year)]
    candidates = [stated[0], f"{stated[0]} {stated[1][:4]}" if stated[0] else "", stated[1]]
    return next((text for text in candidates if read_date(text)), stated[0] or stated[1])


def _iso(text: str) -> str:
    found = _DATE.fullmatch(text)
    return "-".join([part.zfill(2) for part in found.groups("") if part]) if found else text


def fields_of_reference(pairs: Iterable[tuple[str, Any]], kind: str) -> dict[str, Any]:
    """Return the fields of a reference under the names of fields.

    Args:
        pairs: Names and values in order; names may recur.
        kind: The format, one of ``FIELDS``.
    """
    meanings, values = FIELDS[kind], dict[str, Any]()
    for name, value in pairs:
        field = meanings.get(name, "" if kind == "ris" else name)
        if not field or field == PROGRAM or not value:
            continue
        if field not in values:
            values[field] = value
        elif field not in _FIRST:
            held = values[field] if isinstance(values[field], list) else [values[field]]
            values[field] = [*held, *(value if isinstance(value, list) else [value])]
    return values


def as_foreign(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a reference in the form of any other export, with one date."""
    if "day" in values or "year" in values:
        values["date"] = dated(values.pop("day", ""), values.pop("year", ""))
    for field in ("author", "editor"):
        if isinstance(names := values.get(field), (str, list)):
            values[field] = [natural_name(name) for name in ([names] if isinstance(names, str) else names)]
    return values


_TAG: Final = re.compile(r"\ufeff?([A-Z][A-Z0-9]) {0,2}-(?: (.*)|\s*)", re.DOTALL)
_MAX_LINES: Final = 100_000  # of a record

Reference = tuple[int, int, dict[str, Any]]  # its first and last line, and its fields


def read_ris(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the references of RIS, one at a time."""
    return _source(_ris(stream, context), context, "RIS")


def _ris(stream: io.BufferedReader, context: ReadContext) -> Iterator[Reference]:
    """Yield each reference; one without an end tag ends at the next one."""
    first, number = 0, 0
    pairs: list[tuple[str, str]] = []
    with open_text(stream) as lines:
        for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE_LENGTH), ""), start=1):
            found = _TAG.fullmatch(repair(line).rstrip("\r\n"))
            tag, value = found.groups("") if found else ("", line)
            if tag in {"TY", "ER"} and len(pairs) > 1:
                yield first, number - (tag == "TY"), fields_of_reference(pairs, "ris")
            if tag == "TY" or (tag and not pairs):
                first, pairs = number, []
            if tag == "ER":
                pairs = []
            elif tag:
                pairs.append((tag, value.strip()))
            elif pairs and line.strip() and len(pairs) < _MAX_LINES:
                name, text = pairs.pop()
                pairs.append((name, f"{text}\n{repair(line).strip()}"))
    if len(pairs) > 1:
        context.skip(
            first, "the file breaks off in this reference, which is read as far as it goes", field=True
        )
        yield first, number, fields_of_reference(pairs, "ris")


def read_csl(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the references of CSL-JSON, one at a time."""
    return _source(_csl(stream, context), context, "CSL-JSON")


def _csl(stream: io.BufferedReader, context: ReadContext) -> Iterator[Reference]:
    number = 0
    for value in values_up_to_fault(stream, context):
        held = value.get("items") if isinstance(value, dict) else None
        for one in held if isinstance(held, list) else [value]:
            number += 1
            if isinstance(one, dict):
                values = fields_of_reference(one.items(), "csl")
                for field in ("author", "editor"):
                    if isinstance(names := values.get(field), list):
                        values[field] = [name for given in names if (name := _name(given))]
                values |= {"day": _day(values.get("day"))}
                yield number, number, values


def _name(given: object) -> str:
    if not isinstance(given, dict):
        return str(given)
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return str(given.get("literal") or " ".join([str(given[part]) for part in parts if given.get(part)]))


def _day(date: object) -> str:
    """Return a date of CSL-JSON; of an interval the part that both ends share."""
    if not isinstance(date, dict):
        return str(date or "")
    dates = date.get("date-parts")
    if not (isinstance(dates, list) and dates and all(isinstance(parts, list) for parts in dates)):
        return str(date.get("raw") or date.get("literal") or "")
    ends = zip(*[[str(part) for part in parts] for parts in dates], strict=False)
    shared = takewhile(lambda same: len(set(same)) == 1, ends)
    return "-".join([same[0].zfill(2) for same in shared])


def _source(references: Iterator[Reference], context: ReadContext, what: str) -> Source:
    """Return the source of references: their items, or the items that they were exported from."""
    first = next(references, None)
    references = chain([first], references) if first else references
    if first and _place(first[2]) and not context.options.columns:
        return source_of_records(((one[0], _own_record(one, context)) for one in references), context)
    items = _items(references, context)
    if (item := next(items, None)) is None:
        raise SourceError(f"{context.name} is {what}, but holds no reference with a title or a text")
    return Source(context.name, chain([item], items))


def _items(references: Iterable[Reference], context: ReadContext) -> Iterator[RawItem]:
    reader = ForeignReader(context)
    for first, last, values in references:
        if (item := reader.read(as_foreign(values), first, last)) is not None:
            yield item


_PLACE: Final = re.compile(r"(?:.*; )?source: (.+), lines? (\d+)(?:-(\d+))?", re.DOTALL)
_INTERVAL: Final = re.compile(r"(?:estimated between|dated) ([\d-]{10}) (?:and|to) ([\d-]{10})")
_KINDS: Final = {"estimated between": "estimated", "corrected from": "corrected", "inferred": "inferred"}


def _notes(values: dict[str, Any]) -> str:
    notes = values.get("notes", "")
    return "; ".join(notes) if isinstance(notes, list) else str(notes)


def _place(values: dict[str, Any]) -> re.Match[str] | None:
    """Return the source in the notes of an exported item; None for any other reference."""
    return _PLACE.fullmatch(_notes(values)) if values.get("identifier") else None


def _own_record(reference: Reference, context: ReadContext) -> dict[str, Any]:
    """Return the record that an item was exported from, as far as its reference states it."""
    first, last, values = reference
    notes, place = _notes(values), _place(values)
    days = _INTERVAL.search(notes)
    day = read_date(dated(values.get("day", ""), values.get("year", "")))
    cells = {name: values[name] for name in ("title", "url", "section") if values.get(name)}
    cells |= {"id": values.get("identifier", ""), "body": values.get("summary", "")}
    cells |= {"language": values.get("language") or "und"}
    if author := values.get("author"):
        cells["author"] = ", ".join(author) if isinstance(author, list) else author
    if days or day:
        start, end = days.groups() if days else (str(day.start), str(day.end)) if day else ("", "")
        kind = next((kind for words, kind in _KINDS.items() if words in notes), "printed")
        kind = "by_hand" if "corrected by hand" in notes else kind
        cells |= {"date_start": start, "date_end": end, "date_kind": kind}
    if place:
        cells |= {"file": place[1], "first_line": place[2], "last_line": place[3] or place[2]}
    named = values.get("keywords", [])
    names = named.split(", ") if isinstance(named, str) else named
    cells["countries"] = " ".join([code for name in names if (code := find_country(name))])
    return record_of_row(cells, {"countries"}, SourceLines(context.name, first, last))
