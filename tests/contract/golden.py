"""Golden files: the required content of outputs, except for values that vary and text for people."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
MASKED: dict[str, str] = json.loads((HERE / "masked.json").read_text(encoding="utf-8"))
KEYS_ARE_TEXT = {"reasons", "field_reasons"}  # objects that count texts for people
TEXT = "<text>"


@cache
def read_golden(name: str) -> dict[str, Any]:
    """Read a golden file, once."""
    read: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return read


def write_golden(name: str, recorded: Any) -> None:
    """Write a golden file."""
    file = GOLDEN / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def masked(value: Any, name: str = "", parent: str = "") -> Any:
    """Replace the values that ``masked.json`` names by their types; an empty value stays."""
    is_masked = not MASKED.keys().isdisjoint((name, f"{parent}.{name}"))
    if isinstance(value, dict):
        if name in KEYS_ARE_TEXT:
            return "<object>"
        return {key: masked(inner, key.rpartition(".")[2], name or parent) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, name, parent) for inner in value]
    if value in (None, "") or not is_masked:
        return value
    return "<number>" if isinstance(value, (int, float)) else "<string>"


def missing(golden: Any, now: Any, at: str = "") -> list[str]:
    """Return the parts of a golden value that a present one lacks; objects may have more keys."""
    # Their number is not compared: a later version adds that another one made the file.
    if at.endswith("/reasons") and isinstance(golden, list) and isinstance(now, list):
        return []
    if isinstance(golden, dict) and isinstance(now, dict):
        gone = [f"{at}/{key}: is gone" for key in golden if key not in now]
        return gone + [
            line for key in golden if key in now for line in missing(golden[key], now[key], f"{at}/{key}")
        ]
    if isinstance(golden, list) and isinstance(now, list):
        if at.endswith(("/columns", "/positional")):
            now = now[: len(golden)]
        if len(golden) == len(now):
            pairs = enumerate(zip(golden, now, strict=True))
            return [line for number, (was, one) in pairs for line in missing(was, one, f"{at}/{number}")]
    if type(golden) is type(now) and golden == now:
        return []
    return [f"{at}: was {golden!r}, is {now!r}"]


def read_output(text: str, form: str) -> Any:
    """Read an output, or a file, of a format: json, jsonl, csv, ris, atom; another one is text for people."""
    read = _READERS.get(form)
    return text and (read(text) if read else TEXT)


def _table(text: str) -> dict[str, Any]:
    """Read a CSV; one of keys and values becomes an object."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns, rows = list(table.fieldnames or ()), list(table)
    if columns == ["key", "value"]:
        return {"columns": columns, "object": masked({row["key"]: row["value"] for row in rows})}
    return {"columns": columns, "rows": [masked(row) for row in rows]}


def _elements(element: ET.Element, above: str = "") -> dict[str, Any]:
    """Return the elements below one, and their attributes, each once."""
    path = f"{above}/{element.tag.rpartition('}')[2]}"
    found: dict[str, Any] = {path: sorted(element.attrib)}
    for child in element:
        for name, attributes in _elements(child, path).items():
            found[name] = sorted({*found.get(name, ()), *attributes})
    return found


_READERS: dict[str, Callable[[str], Any]] = {
    "json": lambda text: masked(json.loads(text)),
    "csl": lambda text: masked(json.loads(text)),
    "jsonl": lambda text: [masked(json.loads(line)) for line in text.splitlines()],
    "csv": _table,
    "ris": lambda text: {"lines": text.splitlines()},
    "atom": lambda text: {"elements": _elements(ET.fromstring(text))},
}


def read_file(file: Path, folder: Path) -> Any:
    """Read a file that a command wrote, by its extension."""
    if not file.exists():
        return None
    if file.suffix == ".sqlite":
        return _database(file)
    form = "csl" if file.name.endswith(".csl.json") else file.suffix[1:]
    return read_output(file.read_text(encoding="utf-8").replace(str(folder), "<folder>"), form)


def _database(file: Path) -> dict[str, Any]:
    """Return the columns and the first row of each table and view of a database."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
        read = {}
        for (name,) in tables.fetchall():
            columns = [row["name"] for row in connection.execute(f'PRAGMA table_info("{name}")')]
            row = connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchone()
            first = {key: _plain(row[key]) for key in columns} if row else {}
            read[name] = {"columns": columns, "first": masked(first)}
        return read


def _plain(value: Any) -> Any:
    return "<bytes>" if isinstance(value, bytes) else value
