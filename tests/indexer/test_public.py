"""Building from Python: sources, items, and arguments of the wrong type."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tables import by_table

import indexer
from indexer import build, delete, update
from indexer.errors import DragomanError, SourceError
from searcher import Searcher

TIDE = {"id": "tide", "title": "Spring tide", "body": "The quay was under water.", "language": "en"}


def test_items_from_python_become_an_index(tmp_path: Path) -> None:
    """Mappings are read like JSON lines; a day may be a date, a year a number, a list a tuple."""
    folder = str(tmp_path / "index")
    report = build(folder, items=[TIDE | {"date": date(2024, 3, 11), "countries": ("FR", "KE")}])
    assert (report.items, report.added, report.skipped.total) == (1, 1, 0)
    with Searcher(folder) as searcher:
        item = searcher.item("tide")
        assert item.date is not None
        assert item.date.start == date(2024, 3, 11)
        assert [mention.code for mention in item.countries] == ["FR", "KE"]
        assert item.source.file == "python"


def test_an_item_of_a_searcher_can_be_indexed_again(tmp_path: Path) -> None:
    """An indexed item stays the same item."""
    build(tmp_path / "one", items=iter([TIDE | {"date": "2024-03"}]))
    with Searcher(tmp_path / "one") as searcher:
        item = searcher.item("tide")
    build(tmp_path / "two", items=[item])
    with Searcher(tmp_path / "two") as searcher:
        assert searcher.item("tide")._replace(countries=()) == item._replace(countries=())
    report = update(tmp_path / "one", items=[item])
    assert (report.added, report.unchanged + report.replaced) == (0, 1)


def test_items_and_sources_can_be_combined(tmp_path: Path) -> None:
    """A single path is one source; an object that is no item is skipped and reported by its number."""
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "a", "body": "Harbour news of today.", "language": "en"}\n')
    report = build(tmp_path / "index", source, items=[TIDE, {"id": "empty"}, 5])
    assert report.items == 2
    assert [(skip.file, skip.line) for skip in report.skipped.first] == [("python", 2), ("python", 3)]


@by_table
def test_a_wrong_type_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    function: str,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    message: str,
) -> None:
    """An argument of another type, or an unknown one, is an error that names the right one."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeError, match=message):
        getattr(indexer, function)(*arguments, **named)
    assert not [*tmp_path.iterdir()]


def test_names_of_fields_become_strings(tmp_path: Path) -> None:
    """A name of a field that is no string is written as JSON does."""
    build(tmp_path / "index", items=[TIDE | {1: "first", "deep": {2: "second"}}])
    with Searcher(tmp_path / "index") as searcher:
        assert dict(searcher.item("tide").fields) == {"1": "first", "deep.2": "second"}


def test_an_empty_index_name_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the mistake; the current folder is no index by default."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DragomanError, match="the name of the index is empty"):
        build("", items=[TIDE])
    assert not [*tmp_path.iterdir()]


def test_an_index_without_items_is_not_built(tmp_path: Path) -> None:
    """No folder is made; the message has the first reason."""
    with pytest.raises(SourceError, match="no record can be read as an item: no title and no body"):
        build(tmp_path / "index", items=[{"id": "x"}])
    assert not (tmp_path / "index").exists()


def test_items_have_the_source_that_the_caller_names(tmp_path: Path) -> None:
    """Filters, facets, mirrored updates and deletions find items by it; other items stay."""
    index = tmp_path / "index"
    build(index, items=[TIDE])
    update(
        index,
        items=[TIDE | {"id": "a", "title": "Ebb"}, TIDE | {"id": "b", "title": "Low water"}],
        source="wire-a",
    )
    report = update(index, items=[TIDE | {"id": "a", "title": "Ebb"}], source="wire-a", mirror=True)
    assert (report.unchanged, report.deleted, report.items) == (1, 1, 2)
    with Searcher(index) as searcher:
        found = searcher.search(None, where={"source": "wire-a"}, facets="source")
        assert [hit.id for hit in found] == ["a"]
        assert {value.value: value.count for value in found.facets["source"]} == {"wire-a": 1, "python": 1}
    with pytest.raises(SourceError, match="cannot be read a second time"):
        update(index)
    assert delete(index, sources="wire-a").deleted == 1


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\n", "x" * 201])
def test_the_source_of_items_has_a_plain_name(tmp_path: Path, name: str) -> None:
    """A name that is empty, too long, or has slashes or control characters is refused."""
    with pytest.raises(DragomanError, match="a source cannot have the name"):
        build(tmp_path / "index", items=[TIDE], source=name)
    assert not (tmp_path / "index").exists()


def test_items_and_files_cannot_share_a_source(tmp_path: Path) -> None:
    """A file of the name of a source of items gets a longer name, and the reverse is refused."""
    file = tmp_path / "wires" / "a.jsonl"
    file.parent.mkdir()
    file.write_text('{"id": "f", "body": "Harbour news of today.", "language": "en"}\n')
    build(tmp_path / "one", file)
    with pytest.raises(DragomanError, match=r"the source “a.jsonl” is read from .*; give the items another"):
        update(tmp_path / "one", items=[TIDE], source="a.jsonl")
    build(tmp_path / "two", items=[TIDE], source="a.jsonl")
    update(tmp_path / "two", file)
    with Searcher(tmp_path / "two") as searcher:
        assert {item.source.file for item in searcher.items(["f", "tide"])} == {"a.jsonl", "wires/a.jsonl"}


def test_columns_map_the_names_of_items(tmp_path: Path) -> None:
    """The remedy for items with other names of keys works for items of a program too."""
    items = [{"kop": "Vloed", "tekst": "De kade stond onder water."}]
    with pytest.raises(SourceError, match=r'columns=\{"title": "NAME"\}'):
        build(tmp_path / "index", items=items)
    build(tmp_path / "index", items=items, columns={"title": "kop", "body": "tekst"})
    with Searcher(tmp_path / "index") as searcher:
        assert searcher.search(None)[0].title == "Vloed"
