"""Commands that keep an index up to date with its sources: update with its options, delete."""

import json
from pathlib import Path

import pytest
from command_line import Run
from tides import titles, write

from indexer import build, delete, update
from indexer.errors import DragomanError
from indexer.store.contents import Contents
from searcher import Searcher


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with the sources and the index."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_update_without_an_index_reports_a_new_one(run: Run) -> None:
    """A mistyped index name is noticed, as a new index is reported; the next update reports nothing."""
    write("a.jsonl", 1, 2)
    first = run("update a.jsonl --index index_dtaa")
    assert (first.exit_code, first.stderr) == (0, "there was no index in index_dtaa; this is a new one\n")
    assert run("update a.jsonl --index index_dtaa").stderr == ""
    assert run("update a.jsonl --index other --quiet").stderr == ""
    assert update("other", "a.jsonl").is_new is False
    assert build("other", "a.jsonl").is_new


def test_vanished_items_stay_unless_mirrored(run: Run) -> None:
    """A vanished item is reported once and kept; --mirror deletes it, and it may be added again."""
    for command, numbers, says in (
        ("build", (1, 2, 3, 4), "4 items indexed"),
        ("update", (2, 3, 4, 5), "1 added, 0 replaced, 3 unchanged, 1 gone, 0 skipped; 5 items"),
        ("update", (2, 3, 4, 5), "0 added, 0 replaced, 4 unchanged, 0 skipped; 5 items"),
        ("update --mirror", (2, 3, 4, 5), "4 unchanged, 1 deleted, 0 skipped; 4 items"),
        ("update --mirror", (1, 2, 3, 4, 5), "1 added, 0 replaced, 4 unchanged, 0 skipped"),
    ):
        write("a.jsonl", *numbers)
        assert says in run(f"{command} a.jsonl").stdout


def test_a_mirror_deletes_nothing_by_mistake(run: Run) -> None:
    """A mirror deletes nothing for a failed source, nor over half of the items without --yes."""
    source = write("a.jsonl", 1, 2, 3, 4, 5)
    run("build a.jsonl")
    write("a.jsonl", 1, 2)
    says = "a.jsonl no longer contains 3 of its 5 items. Nothing was changed; add --yes"
    run.refused("update a.jsonl --mirror", says=says)
    for content in ("", "not JSON\n", None):
        source.write_text(content) if content is not None else source.unlink()
        assert run("update a.jsonl --mirror --yes").exit_code == 2
    assert titles("index_data") == {f"Tide {number}" for number in range(1, 6)}
    write("a.jsonl", 1, 2)
    assert "3 deleted" in run("update a.jsonl --mirror --yes").stdout


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


def test_deleted_items_stay_deleted_until_restored(run: Run) -> None:
    """A deleted item is counted when its source is read again, and --restore adds it again."""
    write("a.jsonl", 1, 2, 3)
    run("build a.jsonl")
    with Searcher("index_data") as searcher:
        item_id = next(hit.id for hit in searcher.search(None, group=False) if hit.title == "Tide 2")
    assert run("delete --dry-run", item_id[:9]).stdout.startswith("1 item would be deleted; 2")
    run.refused("delete", item_id, says="add --yes")
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 3"}
    assert run("delete --yes", item_id).stdout == "1 item deleted; 2 items in index_data\n"
    assert "2 unchanged, 1 deleted before, 0 skipped; 2 items" in run("update a.jsonl").stdout
    write("b.jsonl", 2)
    assert "1 deleted before" in run("update b.jsonl").stdout
    assert run("update --restore nothing").exit_code == 2
    assert "1 added" in run("update a.jsonl --restore", item_id).stdout
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 3"}


def test_deletions_use_only_the_typed_words(run: Run) -> None:
    """Deletions by query, filters or source use no expansions, and report when nothing matches."""
    write("a.jsonl", 1, 2, 3)
    write("b.jsonl", 4, 5, word="wharf")
    run("build a.jsonl b.jsonl")
    assert run("delete --query violin --yes").exit_code == 1
    assert run("delete --yes").exit_code == 2
    for selection, says, left in (
        ("--from 2019-03-02 --to 2019-03-03", "2 items deleted", {"Tide 1", "Tide 4", "Tide 5"}),
        ("--query tide --source b.jsonl --to 2019-03-04", "1 item deleted", {"Tide 1", "Tide 5"}),
        ("--query +wharf", "1 item deleted", {"Tide 1"}),
    ):
        assert says in run(f"delete {selection} --yes").stdout
        assert titles("index_data") == left


def test_a_deleted_source_can_be_restored(run: Run) -> None:
    """Items that another source also has stay; the source is forgotten, and can be restored."""
    write("a.jsonl", 1, 2, 3)
    write("b.jsonl", 3, 4)
    run("build a.jsonl b.jsonl")
    told = run("delete --source a.jsonl --yes").stdout
    assert told == "2 items deleted; 1 that is in other sources too stays; 2 items in index_data\n"
    assert [source.file for source in Contents.read(Path("index_data")).sources] == ["b.jsonl"]
    assert run("delete --source a.jsonl --yes").exit_code == 2
    assert "2 deleted before" in run("update a.jsonl").stdout
    assert "2 added" in run("update a.jsonl --restore all").stdout
    assert titles("index_data") == {f"Tide {number}" for number in range(1, 5)}
    with Searcher("index_data") as searcher:
        (hit,) = (hit for hit in searcher.search(None, group=False) if hit.title == "Tide 3")
        item = searcher.item(hit.id)
    assert sorted(place.file for place in (item.source, *item.sources)) == ["a.jsonl", "b.jsonl"]


def test_a_deleted_item_stays_deleted_in_every_source() -> None:
    """Two sources with a deleted item both report it as deleted before; the index keeps no place of it."""
    build("index", write("a.jsonl", 1, 2), own_thesaurus=False)
    with Searcher("index") as searcher:
        gone = next(hit.id for hit in searcher.search(None, group=False) if hit.title == "Tide 2")
    delete("index", gone)
    report = update("index", ["a.jsonl", write("b.jsonl", 2, 3)])
    assert (report.deleted_before, report.added, report.unchanged, report.joined) == (2, 1, 1, 0)
    assert titles("index") == {"Tide 1", "Tide 3"}


def test_a_source_without_unique_items_can_be_forgotten(run: Run) -> None:
    """A file of a folder that is also a source itself can be forgotten without losing its items."""
    write("news/a.jsonl", 1, 2)
    run("build news news/a.jsonl")
    assert len(Contents.read(Path("index_data")).sources) == 2
    told = run("delete --source news/a.jsonl --yes").stdout
    assert told == "0 items deleted; 2 that are in other sources too stay; 2 items in index_data\n"
    assert [source.file for source in Contents.read(Path("index_data")).sources] == ["news"]
    assert "2 unchanged" in run("update").stdout


def test_an_update_without_sources_reads_all_known_ones(run: Run) -> None:
    """Each is read with its earlier options; an unreadable one is reported, and the others are updated."""
    write("a.jsonl", 1)
    (table := Path("table")).write_text(
        "kop,tekst\nTij,De kade stond onder water en de mensen bleven thuis.\n"
    )
    run("build a.jsonl")
    run("update table --as csv --map title=kop --map body=tekst")
    write("a.jsonl", 1, 2)
    with table.open("a") as file:
        file.write("Kade,De tweede kade stond ook onder water en de mensen bleven weer thuis.\n")
    assert "2 added, 0 replaced, 2 unchanged" in run("update").stdout
    write("a.jsonl", 1, 2, 3)
    table.unlink()
    done = run("update")
    assert done.exit_code == 2
    assert "1 added, 0 replaced, 2 unchanged" in done.stdout
    assert f"not read: no such file: {table.absolute()}" in done.stderr
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 3", "Tij", "Kade"}
    assert run("update --index none").exit_code == 2
    assert not Path("none").exists()


def test_a_report_lists_the_outcome_for_each_item(run: Run, folder: Path) -> None:
    """Each item is a line of JSON with id, title, place and reason; there is none if nothing was written."""
    source, file = write("a.jsonl", 1, 2, 3), folder / "what.jsonl"
    run("build a.jsonl")
    lines = write("a.jsonl", 2, 3, 4).read_text().splitlines()
    source.write_text("\n".join([lines[0].replace("quay", "harbour"), *lines[1:], "broken"]))
    assert run("update a.jsonl --report what.jsonl").exit_code == 0
    told = [json.loads(line) for line in file.read_text().splitlines()]
    happened = {(one["change"], one["title"], *one["lines"]): one for one in told}
    assert happened.keys() == {
        ("unchanged", "Tide 3", 2, 2),
        ("skipped", None, 4, 4),
        ("replaced", "Tide 2", 1, 1),
        ("added", "Tide 4", 3, 3),
        ("gone", "Tide 1", 1, 1),
    }
    replaced, skipped = happened["replaced", "Tide 2", 1, 1], happened["skipped", None, 4, 4]
    assert replaced["former"] not in {None, replaced["id"]}
    assert skipped["reason"].startswith("not valid JSON")
    assert run("show", replaced["former"]).stdout.startswith("Tide 2")
    file.unlink()
    assert run("update none --report what.jsonl").exit_code == 2
    assert list(folder.glob("what*")) == []


def test_a_report_overwrites_reports_only(run: Run) -> None:
    """A report never overwrites another file, such as a mistyped source; nothing is written then."""
    before = write("a.jsonl", 1).read_bytes()
    says = "a.jsonl” already exists, and is not a report; name another file"
    run.refused("update a.jsonl --report a.jsonl", says=says)
    assert (Path("a.jsonl").read_bytes(), Path("index_data").exists()) == (before, False)
    for _ in range(2):
        assert run("update a.jsonl --report report.jsonl").exit_code == 0
    assert '"change": "unchanged"' in Path("report.jsonl").read_text()


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
    with pytest.raises(DragomanError, match="no source of this index is “x”"):
        delete("index", sources="x")
    assert delete("index", sources="python").deleted == 3
    assert titles("index") == set()
    again = [{"id": "i9", "title": "Ebb"}, {"id": "i2", "title": "Tide 2"}]
    assert update("index", items=again).deleted_before == 1
