"""Exports read back: the same items in every format that holds whole items, all that the others hold."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from indexer.documents import read_items
from indexer.errors import SourceError
from indexer.item import NewsItem
from indexer.store.indexing import build
from searcher import Searcher


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the records."""
    folder = tmp_path_factory.mktemp("round")
    shutil.copy(Path(__file__).with_name("exported.jsonl"), folder / "notes.jsonl")
    build([folder / "notes.jsonl"], folder / "index")
    return folder / "index"


def exported(index: Path, *paths: Path) -> tuple[list[NewsItem], ...]:
    """Return the items of an index, and those that are read from each of its exports."""
    with Searcher(index) as searcher:
        for path in (*paths, paths[0].parent / "order.jsonl"):
            searcher.export(path, sort="oldest", replace=True)
        ids = [json.loads(line)["id"] for line in path.read_text().splitlines()]
        return [searcher.item(one) for one in ids], *(list(read_items(path)) for path in paths)


def test_whole_items_are_read_back_from_a_database(index: Path, tmp_path: Path) -> None:
    """SQLite holds all of an item."""
    items, found = exported(index, tmp_path / "all.sqlite")
    assert [sorted_fields(one) for one in items] == [sorted_fields(one) for one in found]


def test_another_database_is_refused(tmp_path: Path) -> None:
    """An SQLite file without the tables of an export, or with damaged pages, ends in one line."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        database.execute("CREATE TABLE items (id TEXT)")
    with pytest.raises(SourceError, match=r"x\.db is an SQLite database that was not exported by Dragoman"):
        list(read_items(tmp_path / "x.db"))


def test_a_damaged_database_ends_in_one_line(index: Path, tmp_path: Path) -> None:
    """A database that is cut off is reported as damaged."""
    exported(index, tmp_path / "all.sqlite")
    whole = (tmp_path / "all.sqlite").read_bytes()
    for size in (600, len(whole) // 3, len(whole) // 2):
        (tmp_path / "cut.sqlite").write_bytes(whole[:size])
        with pytest.raises(SourceError, match="SQLite database"):
            list(read_items(tmp_path / "cut.sqlite"))


def sorted_fields(item: NewsItem) -> NewsItem:
    """Return an item with its fields in the order of their names, as the tables of SQLite have them."""
    return item._replace(since=0, fields=tuple(sorted(item.fields)))


@pytest.mark.parametrize("name", ["all.csl.json", "all.ris", "all.bib", "all.xlsx"])
def test_exports_give_what_they_hold(index: Path, tmp_path: Path, name: str) -> None:
    """Citations and workbooks give ids, titles, texts, intervals, authors, links and languages back."""
    items, found = exported(index, tmp_path / name)
    for item, other in zip(items, found, strict=True):
        held = ("id", "title", "url", "author", "language", *["section"] * (name != "all.bib"))
        assert [getattr(item, field) for field in held] == [getattr(other, field) for field in held]
        assert item.body == other.body or item.body.replace("\n", " ") == other.body
        kind = "estimated" if item.date and item.date.kind == "estimated" else "printed"
        exact = name == "all.xlsx"
        assert (item.date if exact else item.date and item.date._replace(kind=kind)) == other.date
