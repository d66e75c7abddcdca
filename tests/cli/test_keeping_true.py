"""Commands that keep an index up to date with its sources and with parts of them; delete."""

from pathlib import Path

import pytest
from tides import sources, titles, write

from indexer import build, delete, update
from indexer.errors import DragomanError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with the sources and the index."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_unreadable_file_of_a_folder_keeps_its_items() -> None:
    """A folder is mirrored except for its files that could not be read."""
    file = write("news/a.jsonl", 1, 2, 3)
    write("news/b.jsonl", 4, 5, 6)
    build("index", "news", own_thesaurus=False)
    file.write_bytes(b"\x00\x01\x02\x03" * 200)
    write("news/b.jsonl", 4, 5)
    report = update("index", "news", mirror=True)
    assert (report.deleted, report.skipped.total) == (1, 1)
    assert titles("index") == {f"Tide {number}" for number in range(1, 6)}


def test_python_deletes_items() -> None:
    """Deleting by id and by source gives the same report; mistakes are refused."""
    items = [{"id": f"i{number}", "title": f"Tide {number}"} for number in range(4)]
    build("index", items=items, own_thesaurus=False)
    assert delete("index", ["i1", "i1"], dry_run=True).deleted == 1
    assert delete("index", "i1").items == 3
    with pytest.raises(DragomanError, match="no item has the id “i1”"):
        delete("index", ["i2", "i1"])
    with pytest.raises(TypeError, match="nothing to delete"):
        delete("index")
    with pytest.raises(DragomanError, match="this index has no source “x”"):
        delete("index", sources="x")
    assert delete("index", sources="python").deleted == 3
    assert titles("index") == set()
    again = [{"id": "i9", "title": "Ebb"}, {"id": "i2", "title": "Tide 2"}]
    assert update("index", items=again).deleted_before == 1


@pytest.mark.parametrize("names", [("news/late/b.jsonl", "news/late", "news"), ("news", "news/late/b.jsonl")])
def test_a_part_given_with_its_folder_is_read_once(names: tuple[str, ...]) -> None:
    """In any order, no item is reported as vanished, and a mirror deletes nothing."""
    write("news/a.jsonl", 1, 2)
    write("news/late/b.jsonl", 3)
    build("index_data", "news", own_thesaurus=False)
    for mirror in (False, True):
        report = update("index_data", names, mirror=mirror, sure=mirror)
        assert (report.unchanged, report.gone, report.deleted) == (3, 0, 0)
        assert [source.file for source in report.sources] == ["news"]
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 3"}
    write("news/late/b.jsonl", 3, 4)
    report = update("index_data", ["news/late/b.jsonl", "news/late"])
    assert [(source.file, source.items) for source in report.sources] == [("news/late", 2)]
    with pytest.raises(DragomanError, match="missing"):
        update("index_data", ["news", "news/missing.jsonl"])


@pytest.mark.parametrize(
    "patterns", [{"include": "*.jsonl"}, {"include": "late/b*"}, {"exclude": "late/old*"}]
)
def test_parts_of_a_folder_use_its_patterns(patterns: dict[str, str]) -> None:
    """Patterns match paths within the folder: a part excludes the same files, and replaces changed items."""
    file = write("news/late/b.jsonl", 1)
    write("news/late/old.json", 2)
    build("index_data", "news", own_thesaurus=False, **patterns)
    write(file, 1, word="pier")
    report = update("index_data", "news/late")
    assert (report.replaced, report.added, report.unchanged) == (1, 0, 0)
    assert sources() == [("news", 1)]
    assert update("index_data", "news", **patterns).unchanged == 1


def test_linked_folders_are_separate_sources(folder: Path) -> None:
    """Links to folders are not followed, so a file behind a link is no part of the known folder."""
    write("news/a.jsonl", 1)
    write("other/b.jsonl", 2)
    Path("news/link").symlink_to(folder / "other")
    build("index_data", "news", own_thesaurus=False)
    update("index_data", "news/link/b.jsonl")
    assert sources() == [("news", 1), ("b.jsonl", 1)]
