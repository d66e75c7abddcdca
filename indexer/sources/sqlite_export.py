"""Read the items of a SQLite database that Dragoman exported."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import SourceError, message
from indexer.sources.json_source import source_of_records

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

    from indexer.sources.source import ReadContext, Source

_TABLES: Final = {"items", "item_countries", "item_sources", "sources", "fields", "former_ids"}
_ITEMS: Final = """SELECT items.*, sources.name AS file FROM items
    JOIN sources ON sources.number = items.source ORDER BY items.number"""
_PARTS: Final = {  # the tables are read in the order of items, because the file may lack an index
    "countries": "SELECT item, country, via, evidence FROM item_countries ORDER BY item",
    "sources": """SELECT item, name, first_line, last_line FROM item_sources JOIN sources ON number = source
    ORDER BY item, item_sources.rowid""",
    "fields": "SELECT item, name, value FROM fields ORDER BY item",
    "former": "SELECT item, id FROM former_ids ORDER BY item, former_ids.rowid",
}
_DAMAGED: Final = (sqlite3.Error, TypeError, ValueError, KeyError, RecursionError)


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the items of an export, in export order.

    Raises:
        SourceError: The database is not Dragoman's, or is damaged.
    """
    copy = NamedTemporaryFile()  # noqa: SIM115 - SQLite reads it by name until the last item
    with stream:
        shutil.copyfileobj(stream, copy)
    copy.flush()
    database = sqlite3.connect(f"file:{copy.name}?mode=ro&immutable=1", uri=True)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda value: value.decode("utf-8", "replace")
    try:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        is_export = _TABLES.issubset(name for (name,) in tables)
    except sqlite3.Error:
        is_export = False
    if not is_export:
        database.close()
        raise SourceError(message("sqlite.foreign", name=context.name))

    def records() -> Iterator[tuple[int, dict[str, Any]]]:
        with copy, closing(database):
            try:
                yield from _records(database)
            except _DAMAGED as error:
                raise SourceError(message("sqlite.damaged", name=context.name, error=error)) from None

    return source_of_records(records(), context)


def _records(database: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    parts = {name: _by_item(database.execute(query)) for name, query in _PARTS.items()}
    for row in database.execute(_ITEMS):
        number = row["number"]
        countries, sources, fields, former = (part(number) for part in parts.values())
        known = {code: {"code": code, "via": via, "evidence": words} for _, code, via, words in countries}
        places = [{"file": file, "lines": [first, last]} for _, file, first, last in sources]
        day = {"start": row["date_start"], "end": row["date_end"], "kind": row["date_kind"]}
        record = {
            **{name: row[name] for name in ("id", "title", "body", "url", "language", "author", "section")},
            "date": day if row["date_start"] else None,
            "languages": json.loads(row["languages"]),
            "countries": [known[code] for code in json.loads(row["countries"])],
            "source": {"file": row["file"], "lines": [row["first_line"], row["last_line"]]},
            "sources": places[1:],
            "fields": {name: value for _, name, value in fields},
            "former": [key for _, key in former],
            **json.loads(row["more"] or "{}"),
        }
        yield number, {name: value for name, value in record.items() if value or name in _ALWAYS}


_ALWAYS: Final = frozenset(
    {"id", "title", "body", "url", "date", "language", "languages", "countries", "source"}
)


def _by_item(rows: Iterator[Any]) -> Callable[[int], list[Any]]:
    """Return a function that returns the rows of an item; call it with ascending item numbers."""
    waiting = next(rows, None)

    def take(number: int) -> list[Any]:
        nonlocal waiting
        found = []
        while waiting is not None and waiting[0] <= number:
            if waiting[0] == number:
                found.append(waiting)
            waiting = next(rows, None)
        return found

    return take
