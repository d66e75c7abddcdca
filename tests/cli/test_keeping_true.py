"""Commands that keep an index up to date with its sources: update with its options, delete."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from tides import titles, write

from indexer import build, delete, update
from indexer.errors import DragomanError
from indexer.store.contents import Contents
from searcher import Searcher

Run = Callable[..., Result]


def test_an_update_without_an_index_reports_a_new_one(run: Run, tmp_path: Path) -> None:
    """A mistyped index name is noticed, as a new index is reported; the next update reports nothing."""
    source, index = write(tmp_path / "a.jsonl", 1, 2), tmp_path / "index_dtaa"
    first = run("update", source, "--index", index)
    assert (first.exit_code, first.stderr) == (0, f"there was no index in {index}; this is a new one\n")
    assert run("update", source, "--index", index).stderr == ""
    assert run("update", source, "--index", tmp_path / "other", "--quiet").stderr == ""
    assert update(index, source).is_new is False
    assert build(index, source).is_new


def test_vanished_items_stay_unless_mirrored(run: Run, tmp_path: Path) -> None:
    """A vanished item is reported once and kept; --mirror deletes it, and it may be added again."""
    index, source = tmp_path / "index", write(tmp_path / "a.jsonl", 1, 2, 3, 4)
    assert run("build", source, "--index", index, "--quiet").exit_code == 0
    write(source, 2, 3, 4, 5)
    assert (
        "1 added, 0 replaced, 3 unchanged, 1 gone, 0 skipped; 5 items"
        in run("update", source, "--index", index).stdout
    )
    assert (
        "0 added, 0 replaced, 4 unchanged, 0 skipped; 5 items"
        in run("update", source, "--index", index).stdout
    )
    told = run("update", source, "--index", index, "--mirror").stdout
    assert "4 unchanged, 1 deleted, 0 skipped; 4 items" in told
    write(source, 1, 2, 3, 4, 5)
    assert (
        "1 added, 0 replaced, 4 unchanged, 0 skipped"
        in run("update", source, "--index", index, "--mirror").stdout
    )


def test_a_mirror_deletes_nothing_by_mistake(run: Run, tmp_path: Path) -> None:
    """A mirror deletes nothing for a failed source, nor over half of the items without --yes."""
    index, source = tmp_path / "index", write(tmp_path / "a.jsonl", 1, 2, 3, 4, 5)
    run("build", source, "--index", index)
    write(source, 1, 2)
    refused = run("update", source, "--index", index, "--mirror")
    assert refused.exit_code == 2
    assert "a.jsonl no longer contains 3 of its 5 items. Nothing was changed; add --yes" in refused.stderr
    for content in ("", "not JSON\n"):
        source.write_text(content)
        assert run("update", source, "--index", index, "--mirror", "--yes").exit_code == 2
    source.unlink()
    assert run("update", source, "--index", index, "--mirror", "--yes").exit_code == 2
    assert titles(index) == {f"Tide {number}" for number in range(1, 6)}
    write(source, 1, 2)
    assert "3 deleted" in run("update", source, "--index", index, "--mirror", "--yes").stdout


def test_an_unreadable_file_of_a_folder_keeps_its_items(tmp_path: Path) -> None:
    """A folder is mirrored except for its files that could not be read."""
    folder, index = tmp_path / "news", tmp_path / "index"
    write(folder / "a.jsonl", 1, 2, 3)
    write(folder / "b.jsonl", 4, 5, 6)
    build(index, folder, own_thesaurus=False)
    (folder / "a.jsonl").write_bytes(b"\x00\x01\x02\x03" * 200)
    write(folder / "b.jsonl", 4, 5)
    report = update(index, folder, mirror=True)
    assert (report.deleted, report.skipped.total) == (1, 1)
    assert titles(index) == {f"Tide {number}" for number in range(1, 6)}


def test_deleted_items_stay_deleted_until_restored(run: Run, tmp_path: Path) -> None:
    """A deleted item is counted when its source is read again, and --restore adds it again."""
    index, source = tmp_path / "index", write(tmp_path / "a.jsonl", 1, 2, 3)
    run("build", source, "--index", index)
    with Searcher(index) as searcher:
        item_id = next(hit.id for hit in searcher.search(None, group=False) if hit.title == "Tide 2")
    assert run("delete", item_id[:9], "--index", index, "--dry-run").stdout.startswith(
        "1 item would be deleted; 2"
    )
    asked = run("delete", item_id, "--index", index)
    assert asked.exit_code == 2
    assert "add --yes" in asked.stderr
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 3"}
    assert run("delete", item_id, "--index", index, "--yes").stdout == f"1 item deleted; 2 items in {index}\n"
    assert (
        "2 unchanged, 1 deleted before, 0 skipped; 2 items" in run("update", source, "--index", index).stdout
    )
    other = write(tmp_path / "b.jsonl", 2)
    assert "1 deleted before" in run("update", other, "--index", index).stdout
    assert run("update", "--restore", "nothing", "--index", index).exit_code == 2
    assert "1 added" in run("update", source, "--index", index, "--restore", item_id).stdout
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 3"}


def test_deletions_use_only_the_typed_words(run: Run, tmp_path: Path) -> None:
    """Deletions by query, filters or source use no expansions, and report when nothing matches."""
    index = tmp_path / "index"
    run(
        "build",
        write(tmp_path / "a.jsonl", 1, 2, 3),
        write(tmp_path / "b.jsonl", 4, 5, word="wharf"),
        "--index",
        index,
    )
    assert run("delete", "--query", "violin", "--index", index, "--yes").exit_code == 1
    assert run("delete", "--index", index, "--yes").exit_code == 2
    assert (
        "2 items deleted"
        in run("delete", "--from", "2019-03-02", "--to", "2019-03-03", "--index", index, "--yes").stdout
    )
    assert (
        "1 item deleted"
        in run(
            "delete",
            "--query",
            "tide",
            "--source",
            "b.jsonl",
            "--to",
            "2019-03-04",
            "--index",
            index,
            "--yes",
        ).stdout
    )
    assert titles(index) == {"Tide 1", "Tide 5"}
    assert "1 item deleted" in run("delete", "--query", "+wharf", "--index", index, "--yes").stdout
    assert titles(index) == {"Tide 1"}


def test_a_deleted_source_can_be_restored(run: Run, tmp_path: Path) -> None:
    """Items that another source also has stay; the source is forgotten, and can be restored."""
    index, first, second = tmp_path / "index", tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    run("build", write(first, 1, 2, 3), write(second, 3, 4), "--index", index)
    told = run("delete", "--source", first, "--index", index, "--yes").stdout
    assert told == f"2 items deleted; 1 that is in other sources too stays; 2 items in {index}\n"
    assert [source.file for source in Contents.read(index).sources] == ["b.jsonl"]
    assert run("delete", "--source", "a.jsonl", "--index", index, "--yes").exit_code == 2
    assert "2 deleted before" in run("update", first, "--index", index).stdout
    assert "2 added" in run("update", first, "--index", index, "--restore", "all").stdout
    assert titles(index) == {f"Tide {number}" for number in range(1, 5)}
    with Searcher(index) as searcher:
        item = next(
            searcher.item(hit.id) for hit in searcher.search(None, group=False) if hit.title == "Tide 3"
        )
        assert sorted(place.file for place in (item.source, *item.sources)) == ["a.jsonl", "b.jsonl"]


def test_a_deleted_item_stays_deleted_in_every_source(tmp_path: Path) -> None:
    """Two sources with a deleted item both report it as deleted before; the index keeps no place of it."""
    index = tmp_path / "index"
    build(index, write(tmp_path / "a.jsonl", 1, 2), own_thesaurus=False)
    with Searcher(index) as searcher:
        gone = next(hit.id for hit in searcher.search(None, group=False) if hit.title == "Tide 2")
    delete(index, gone)
    report = update(index, [tmp_path / "a.jsonl", write(tmp_path / "b.jsonl", 2, 3)])
    assert (report.deleted_before, report.added, report.unchanged, report.joined) == (2, 1, 1, 0)
    assert titles(index) == {"Tide 1", "Tide 3"}


def test_a_source_without_unique_items_can_be_forgotten(run: Run, tmp_path: Path) -> None:
    """A file of a folder that is also a source itself can be forgotten without losing its items."""
    index, folder = tmp_path / "index", tmp_path / "news"
    folder.mkdir()
    file = write(folder / "a.jsonl", 1, 2)
    run("build", folder, file, "--index", index)
    assert len(Contents.read(index).sources) == 2
    told = run("delete", "--source", file, "--index", index, "--yes").stdout
    assert told == f"0 items deleted; 2 that are in other sources too stay; 2 items in {index}\n"
    assert [source.file for source in Contents.read(index).sources] == ["news"]
    assert titles(index) == {"Tide 1", "Tide 2"}
    assert "2 unchanged" in run("update", "--index", index).stdout


def test_an_update_without_sources_reads_all_known_ones(run: Run, tmp_path: Path) -> None:
    """Each is read with its earlier options; an unreadable one is reported, and the others are updated."""
    index, first, second = tmp_path / "index", write(tmp_path / "a.jsonl", 1), tmp_path / "table"
    second.write_text("kop,tekst\nTij,De kade stond onder water en de mensen bleven thuis.\n")
    run("build", first, "--index", index)
    run("update", second, "--index", index, "--as", "csv", "--map", "title=kop", "--map", "body=tekst")
    write(first, 1, 2)
    with second.open("a") as table:
        table.write("Kade,De tweede kade stond ook onder water en de mensen bleven weer thuis.\n")
    assert "2 added, 0 replaced, 2 unchanged" in run("update", "--index", index).stdout
    write(first, 1, 2, 3)
    second.unlink()
    done = run("update", "--index", index)
    assert done.exit_code == 2
    assert "1 added, 0 replaced, 2 unchanged" in done.stdout
    assert f"not read: no such file: {second}" in done.stderr
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 3", "Tij", "Kade"}
    assert run("update", "--index", tmp_path / "none").exit_code == 2
    assert not (tmp_path / "none").exists()


def test_a_report_lists_the_outcome_for_each_item(run: Run, tmp_path: Path) -> None:
    """Each item is a line of JSON with id, title, place and reason; there is none if nothing was written."""
    index, source, file = tmp_path / "index", tmp_path / "a.jsonl", tmp_path / "what.jsonl"
    run("build", write(source, 1, 2, 3), "--index", index)
    lines = write(source, 2, 3, 4).read_text().splitlines()
    source.write_text("\n".join([lines[0].replace("quay", "harbour"), *lines[1:], "broken"]))
    assert run("update", source, "--index", index, "--report", file).exit_code == 0
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
    assert run("show", replaced["former"], "--index", index).stdout.startswith("Tide 2")
    file.unlink()
    assert run("update", tmp_path / "none", "--index", index, "--report", file).exit_code == 2
    assert [path.name for path in tmp_path.glob("what*")] == []


def test_a_report_overwrites_reports_only(run: Run, tmp_path: Path) -> None:
    """A report never overwrites another file, such as a mistyped source; nothing is written then."""
    source, index, report = tmp_path / "a.jsonl", tmp_path / "index", tmp_path / "report.jsonl"
    source.write_text('{"id": "a", "title": "Tide", "body": "The tide came in."}\n')
    before = source.read_bytes()
    wrong = run("update", source, "--index", index, "--report", source)
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert "a.jsonl” is there already, and is no report; name another file" in wrong.stderr
    assert (source.read_bytes(), index.exists()) == (before, False)
    for _ in range(2):
        assert run("update", source, "--index", index, "--report", report).exit_code == 0
    assert '"change": "unchanged"' in report.read_text()


def test_python_deletes_items(tmp_path: Path) -> None:
    """Deleting by id and by source gives the same report; mistakes are refused."""
    index = tmp_path / "index"
    build(
        index,
        items=[{"id": f"i{number}", "title": f"Tide {number}"} for number in range(4)],
        own_thesaurus=False,
    )
    assert delete(index, ["i1", "i1"], dry_run=True).deleted == 1
    assert delete(index, "i1").items == 3
    with pytest.raises(DragomanError, match="no item has the id “i1”"):
        delete(index, ["i2", "i1"])
    with pytest.raises(TypeError, match="nothing to delete"):
        delete(index)
    with pytest.raises(DragomanError, match="no source of this index is “x”"):
        delete(index, sources="x")
    assert delete(index, sources="python").deleted == 3
    assert titles(index) == set()
    assert (
        update(index, items=[{"id": "i9", "title": "Ebb"}, {"id": "i2", "title": "Tide 2"}]).deleted_before
        == 1
    )
