"""Commands that keep an index up to date with its sources and with parts of them; delete."""

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


def sources() -> list[tuple[str, int]]:
    """Return the known sources of the index with their number of items."""
    return [(source.file, source.items) for source in Contents.read(Path("index_data")).sources]


def test_a_file_of_a_known_folder_is_updated_as_a_part() -> None:
    """Only the items of that file change or vanish; the other files of the folder keep theirs."""
    first, second = write("news/a.jsonl", 1, 2), write("news/b.jsonl", 3, 4)
    build("index_data", "news", own_thesaurus=False)
    write(second, 3)
    assert update("index_data", "news").gone == 1
    write(first, 1, 5, word="pier")
    report = update("index_data", first)
    assert (report.replaced, report.added, report.gone) == (1, 1, 1)
    assert [(source.file, source.items) for source in report.sources] == [("news/a.jsonl", 2)]
    assert sources() == [("news", 5)]
    report = update("index_data", "news")
    assert (report.unchanged, report.gone) == (3, 0)  # Tide 2 and Tide 4 vanished before
    assert update("index_data", "news", mirror=True).deleted == 2
    assert titles("index_data") == {"Tide 1", "Tide 3", "Tide 5"}


def test_a_subfolder_of_a_known_folder_is_updated_as_a_part() -> None:
    """New items belong to the known folder; an item that moved there from another file stays the same."""
    write("news/a.jsonl", 1, 2)
    build("index_data", "news", own_thesaurus=False)
    write("news/late/b.jsonl", 2, 3)
    write("news/a.jsonl", 1)
    report = update("index_data", "news/late")
    assert (report.added, report.unchanged, report.gone) == (1, 1, 0)
    assert sources() == [("news", 3)]
    with Searcher("index_data") as searcher:
        files = {hit.title: searcher.item(hit.id).source.file for hit in searcher.search(None, group=False)}
    late = dict.fromkeys(("Tide 2", "Tide 3"), "news/late/b.jsonl")
    assert files == {"Tide 1": "news/a.jsonl", **late}
    assert update("index_data").unchanged == 3


def test_files_outside_the_patterns_are_separate_sources() -> None:
    """A file that the patterns exclude, a folder of such files, or a hidden file is no part of the folder."""
    write("news/a.jsonl", 1)
    build("index_data", "news", exclude=["draft*", "old/*"], own_thesaurus=False)
    write("news/old/b.jsonl", 4)
    update("index_data", [write("news/draft.jsonl", 2), write("news/.hidden.jsonl", 3), "news/old"])
    places = [Path(source.place).name for source in Contents.read(Path("index_data")).sources]
    assert places == ["news", "draft.jsonl", ".hidden.jsonl", "old"]
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 3", "Tide 4"}


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


def test_a_part_of_a_known_folder_is_not_mirrored(run: Run, folder: Path) -> None:
    """Another file of the folder may have the item, so one line names the folder to mirror instead."""
    file = write("my news/a.jsonl", 1, 2)
    write("my news/b.jsonl", 1, 3)
    build("index_data", "my news", own_thesaurus=False)
    write(file, 2)
    says = (
        "dragoman: “my news/a.jsonl” is a part of “my news”, which is mirrored as a whole, "
        f"with the options that it was read with: dragoman update '{folder / 'my news'}' --mirror\n"
    )
    assert run.refused("update --mirror", file) == says
    assert run("update --mirror", "my news").exit_code == 0
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 3"}


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


def test_a_part_of_a_folder_is_read_with_its_options() -> None:
    """The options of the folder need not be repeated; read with others, the part is a separate source."""
    Path("tables").mkdir()
    (table := Path("tables/a.csv")).write_text("kop,tekst\nTij,De kade stond onder water en men bleef.\n")
    build("index_data", "tables", columns={"title": "kop", "body": "tekst"}, own_thesaurus=False)
    with table.open("a") as file:
        file.write("Kade,De tweede kade stond ook onder water en de mensen bleven weer thuis.\n")
    report = update("index_data", table)
    assert (report.added, report.unchanged) == (1, 1)
    assert sources() == [("tables", 2)]
    update("index_data", table, columns={"title": "tekst", "body": "kop"})
    assert [name for name, _ in sources()] == ["tables", "a.csv"]


def test_files_of_folders_have_one_name(run: Run) -> None:
    """``--facet file`` lists the names that --where and deletions take; similar names are suggested."""
    write("news/late/a.jsonl", 1, 2)
    file, alone = write("news/b.jsonl", 3), write("alone.jsonl", 4)
    build("index_data", ["news", alone], own_thesaurus=False)
    with Searcher("index_data") as searcher:
        found = searcher.search(None, facets=["file"], limit=0).facets["file"]
        counts = [("news/late/a.jsonl", 2), ("news/b.jsonl", 1), ("in no folder or archive", 1)]
        assert [value[1:3] for value in found] == counts
        for field in ("source", "file"):
            assert searcher.search(None, where={field: "news/late/a.jsonl"}).total == 2
            for part in ("a.jsonl", "news/late", "news/late/a.json"):
                (_, told) = searcher.search(None, where={field: part}).notes
                assert told.text.endswith(
                    f"{field} “{part}” as its whole value; similar values: news/late/a.jsonl"
                )
        assert searcher.search(None, where={"file": "unknown"}).total == 1
    for name in ("news/b.jsonl", file.absolute()):
        told = run.refused("delete --yes --source", name)
        assert "is part of the source “news”, whose files are listed by: dragoman facets" in told
        assert told.endswith("delete --where source=news/b.jsonl\n")
    run.refused("delete --source new --yes", says="no source of this index is “new” (did you mean “news”?)")
    run("delete --where source=news/b.jsonl --yes")
    assert titles("index_data") == {"Tide 1", "Tide 2", "Tide 4"}


def test_a_custom_field_named_file_takes_precedence() -> None:
    """If items have such a field, `file` refers to it; names of files are then searched as sources."""
    build("index_data", items=[{"id": "a", "body": "Tide.", "fields": {"file": "F-17"}}], own_thesaurus=False)
    with Searcher("index_data") as searcher:
        (value,) = searcher.search(None, facets=["file"]).facets["file"]
        assert (value.value, searcher.search(None, where={"file": "f-17"}).total) == ("F-17", 1)
