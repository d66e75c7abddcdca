"""Write items to a SQLite database with indexes and full-text search."""

from __future__ import annotations

import json
import sqlite3
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.countries.country_names import country_name
from indexer.errors import DragomanError, message
from searcher.facet_values import LANGUAGE_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searcher.exports.exporting import Row

_BATCH_SIZE: Final = 1000  # items whose rows are inserted at once
_STANDARD_KEYS: Final = frozenset(
    "id title body url date language languages countries source author section fields sources former since "
    "group".split()
)
_FILLED: Final = ("items", "item_countries", "item_languages", "item_sources", "fields", "former_ids")
_ANNOTATIONS: Final = "annotations"  # a table that is only created if any item is annotated
_CREATED: Final = f"""CREATE TABLE IF NOT EXISTS {_ANNOTATIONS} (
  item INTEGER NOT NULL REFERENCES items (number),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (item, kind, value)
) WITHOUT ROWID"""


def write(rows: Iterable[Row], path: Path) -> list[str]:
    """Write items to an empty database file.

    Args:
        rows: The items; the column ``items.number`` numbers them in this order.
        path: The file; no other process uses it before it is complete.

    Raises:
        DragomanError: The SQLite library of this Python has no full-text search (FTS5).
        OSError: SQLite cannot write the file, for example because the disk is full.
    """
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # No rollback is needed: an incomplete file is deleted.
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        database.executescript(_script("tables"))
        database.execute("BEGIN")
        _insert(database, iter(rows))
        database.execute("COMMIT")
        database.executescript(_script("indexes"))
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):
            raise DragomanError(message("exports.no_fts5")) from None
        raise OSError(None, str(error), str(path)) from None
    finally:
        database.close()
    return []


def _script(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def _insert(database: sqlite3.Connection, rows: Iterator[Row]) -> None:
    sources: dict[str, int] = {}
    countries: set[str] = set()
    languages: set[str] = set()
    number = 0
    while batch := list(islice(rows, _BATCH_SIZE)):
        tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in (*_FILLED, _ANNOTATIONS)}
        for record in (row.record() for row in batch):
            number += 1
            _add(tables, number, record, sources)
            countries.update(country["code"] for country in record["countries"])
            languages.update((record["language"], *record["languages"]))
        if tables[_ANNOTATIONS]:
            database.execute(_CREATED)
        for name, found in tables.items():
            _insert_rows(database, name, found)
    _insert_rows(database, "sources", [(at, _text(name)) for name, at in sources.items()])
    _insert_rows(database, "countries", [(code, country_name(code)) for code in sorted(countries)])
    named = [(code, LANGUAGE_LABELS.get(code, code)) for code in sorted(languages)]
    _insert_rows(database, "languages", named)


def _insert_rows(database: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        values = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({values})", rows)  # noqa: S608 - fixed table names


def _add(
    tables: dict[str, list[tuple[Any, ...]]], number: int, record: dict[str, Any], sources: dict[str, int]
) -> None:
    """Add the rows of an item to the tables."""

    def source(name: str) -> int:
        return sources.setdefault(name, len(sources) + 1)

    day: dict[str, Any] = record["date"] or {}
    codes = [country["code"] for country in record["countries"]]
    start, end, kind = day.get("start"), day.get("end"), day.get("kind")
    year = start[:4] if start and end and kind != "estimated" and start[:4] == end[:4] else ""
    place = record["source"]
    more = {name: value for name, value in record.items() if name not in _STANDARD_KEYS}
    tables["items"].append(
        (
            *(number, record["id"], _text(record["title"]), _text(record["body"])),
            *(start, end, kind, int(year) if year else None),
            *(record["language"], json.dumps(record["languages"]), json.dumps(codes)),
            *(_text(record["url"]), _text(record.get("author")), _text(record.get("section"))),
            *(source(place["file"]), *place["lines"], record.get("since"), record.get("group")),
            json.dumps(more, ensure_ascii=False) if more else None,
        )
    )
    tables["item_countries"] += [
        (number, country["code"], country["via"], _text(country["evidence"]))
        for country in record["countries"]
    ]
    tables["item_languages"] += [(number, language) for language in record["languages"]]
    tables["item_sources"] += [
        (number, source(one["file"]), *one["lines"]) for one in (place, *record.get("sources", ()))
    ]
    tables["fields"] += [
        (number, _text(name), _text(value)) for name, value in record.get("fields", {}).items()
    ]
    values = (("tag", record.get("tags", ())), ("collection", record.get("collections", ())))
    tables[_ANNOTATIONS] += [(number, kind, _text(name)) for kind, names in values for name in names]
    tables[_ANNOTATIONS] += [(number, "note", _text(record["note"]))] if record.get("note") else []
    tables["former_ids"] += [(former, number) for former in record.get("former", ())]


def _text(value: str | None) -> str | None:
    """Replace null characters, at which C programs would end a text. Return ``None`` for ``None``."""
    return value.replace("\0", "\ufffd") if value and "\0" in value else value
