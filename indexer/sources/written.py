"""What our own commands print of items (hits, rows of CSV, lists of records) as records of an export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from indexer.field_cells import fields_of
from indexer.formula_cells import as_it_was
from indexer.item import SourceLines
from indexer.sources.html_text import is_markup
from indexer.sources.record import OWN, is_own

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

COUNTRY: Final = frozenset({"code", "via", "evidence"})
"""The parts of a country in a record of an export."""

_MATCH_MARK: Final = "**"  # before and behind each matching word of a snippet
_OF_HIT: Final = frozenset({"rank", "score", "snippet"})
_OF_ANSWER: Final = _OF_HIT | {"via", "group", "same", "explanation"}  # no part of the item
_DATE: Final = ("date_start", "date_end", "date_kind")
_OF_CSV: Final = frozenset({"id", "title", *_DATE})
_LINES: Final = re.compile(r":(\d+)-(\d+)(?:; |\Z)")  # behind the name of a file
_INTERVAL: Final = ({"start"}, {"start", "end"}, {"start", "end", "kind"})
_ISO_PERIOD: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def is_exported(record: Any) -> bool:
    """Tell whether a record has the shape that exports have, whatever its values are."""
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
    """Make the record of an export of a hit, whose text is its passage, or of what ``show`` prints.

    Args:
        value: What JSON gave, of any type; what is neither stays as it is.
    """
    if not isinstance(value, dict):
        return value
    if _OF_HIT.issubset(value) and "body" not in value:
        kept = {name: held for name, held in value.items() if name not in _OF_ANSWER}
        return kept | {"body": _passage(value["snippet"], value.get("title"))}
    if isinstance(value.get("format"), int) and is_exported(value):
        return {name: held for name, held in value.items() if name != "format"}
    return value


def are_ours(values: Iterable[object]) -> bool:
    """Tell whether the elements of a list are records of our own form, not of somebody else's.

    All of them have its names, and one shows it: it is as an export has it, or its date is an object, or its
    id is more than a number, with a date that needs no reading and a text without markup.
    """
    records = [as_exported(value) for value in values if isinstance(value, dict)]
    return all(is_exported(record) or is_own(record) for record in records) and any(map(_shows_it, records))


def _shows_it(record: dict[str, Any]) -> bool:
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


def is_our_csv(columns: Iterable[str]) -> bool:
    """Tell by the names of its columns whether a command of ours wrote a table."""
    return _OF_CSV.issubset(columns)


def record_of_row(cells: Mapping[str, Any], columns: Collection[str], place: SourceLines) -> dict[str, Any]:
    """Make the record of an export of a row of our CSV.

    Args:
        cells: What it holds, by the names of its columns; empty cells are left out.
        columns: The names of all columns, but for those that were taken out of the table.
        place: Where the row stands, for one that does not say where its item does.
    """
    texts = {name: as_it_was(cell) for name, cell in cells.items()}
    start, end, kind = (texts.pop(name, None) for name in _DATE)
    title = texts.pop("title", None)
    record: dict[str, Any] = {
        "id": texts.pop("id", None),
        "title": title,
        "body": texts.pop("body", None) or _passage(texts.pop("snippet", ""), title),
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
        found = zip(parts[::3], parts[1::3], parts[2::3], strict=False)  # what stands behind the last is none
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


def _passage(snippet: object, title: object) -> str:
    """Give a snippet without its marks; nothing for one of the title, which an item without a text has."""
    if not isinstance(snippet, str):
        return ""
    text = snippet.replace(_MATCH_MARK, "") or snippet
    return "" if isinstance(title, str) and text.strip("… ") in title else text
