"""A file or a folder inside a folder that the index knows is updated as a part of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run
from tides import titles, write

from indexer import build, update
from indexer.errors import DragomanError
from indexer.store.contents import Contents
from searcher import Searcher


def test_a_file_of_a_known_folder_is_updated_as_a_part(tmp_path: Path) -> None:
    """Only the items of that file change or vanish; the other files of the folder keep theirs."""
    index, folder = tmp_path / "index", tmp_path / "news"
    first, second = write(folder / "a.jsonl", 1, 2), write(folder / "b.jsonl", 3, 4)
    build(index, folder, own_thesaurus=False)
    write(second, 3)
    assert update(index, folder).gone == 1
    write(first, 1, 5, word="pier")
    report = update(index, first)
    assert (report.replaced, report.added, report.gone) == (1, 1, 1)
    assert [(source.file, source.items) for source in report.sources] == [("news/a.jsonl", 2)]
    assert [(source.file, source.items) for source in Contents.read(index).sources] == [("news", 5)]
    report = update(index, folder)
    assert (report.unchanged, report.gone) == (3, 0)  # Tide 2 and Tide 4 vanished before
    assert update(index, folder, mirror=True).deleted == 2
    assert titles(index) == {"Tide 1", "Tide 3", "Tide 5"}


def test_a_subfolder_of_a_known_folder_is_updated_as_a_part(tmp_path: Path) -> None:
    """New items belong to the known folder; an item that moved there from another file stays the same."""
    index, folder = tmp_path / "index", tmp_path / "news"
    write(folder / "a.jsonl", 1, 2)
    build(index, folder, own_thesaurus=False)
    write(folder / "late" / "b.jsonl", 2, 3)
    write(folder / "a.jsonl", 1)
    report = update(index, folder / "late")
    assert (report.added, report.unchanged, report.gone) == (1, 1, 0)
    assert [(source.file, source.items) for source in Contents.read(index).sources] == [("news", 3)]
    with Searcher(index) as searcher:
        files = {hit.title: searcher.item(hit.id).source.file for hit in searcher.search(None, group=False)}
    assert files == {
        "Tide 1": "news/a.jsonl",
        "Tide 2": "news/late/b.jsonl",
        "Tide 3": "news/late/b.jsonl",
    }
    assert update(index).unchanged == 3


def test_files_outside_the_patterns_are_separate_sources(tmp_path: Path) -> None:
    """A file that the patterns exclude, a folder of such files, or a hidden file is no part of the folder."""
    index, folder = tmp_path / "index", tmp_path / "news"
    write(folder / "a.jsonl", 1)
    build(index, folder, exclude=["draft*", "old/*"], own_thesaurus=False)
    write(folder / "old" / "b.jsonl", 4)
    update(index, [write(folder / "draft.jsonl", 2), write(folder / ".hidden.jsonl", 3), folder / "old"])
    places = [Path(source.place).name for source in Contents.read(index).sources]
    assert places == ["news", "draft.jsonl", ".hidden.jsonl", "old"]
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 3", "Tide 4"}


@pytest.mark.parametrize("names", [("late/b.jsonl", "late", "."), (".", "late/b.jsonl")])
def test_a_part_given_with_its_folder_is_read_once(names: tuple[str, ...], tmp_path: Path) -> None:
    """In any order, no item is reported as vanished, and a mirror deletes nothing."""
    index, folder = tmp_path / "index", tmp_path / "news"
    write(folder / "a.jsonl", 1, 2)
    write(folder / "late" / "b.jsonl", 3)
    build(index, folder, own_thesaurus=False)
    for mirror in (False, True):
        report = update(index, [folder / name for name in names], mirror=mirror, sure=mirror)
        assert (report.unchanged, report.gone, report.deleted) == (3, 0, 0)
        assert [source.file for source in report.sources] == ["news"]
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 3"}
    write(folder / "late" / "b.jsonl", 3, 4)
    report = update(index, [folder / "late" / "b.jsonl", folder / "late"])
    assert [(source.file, source.items) for source in report.sources] == [("news/late", 2)]
    with pytest.raises(DragomanError, match="missing"):
        update(index, [folder, folder / "missing.jsonl"])


def test_a_part_of_a_known_folder_is_not_mirrored(run: Run, tmp_path: Path) -> None:
    """Another file of the folder may have the item, so one line names the folder to mirror instead."""
    index, folder = tmp_path / "index", tmp_path / "my news"
    file = write(folder / "a.jsonl", 1, 2)
    write(folder / "b.jsonl", 1, 3)
    build(index, folder, own_thesaurus=False)
    write(file, 2)
    told = run("update", file, "--mirror", "--index", index)
    assert told.exit_code == 2
    assert told.stderr == (
        "dragoman: “my news/a.jsonl” is a part of “my news”, which is mirrored as a whole, "
        f"with the options that it was read with: dragoman update '{folder}' --mirror\n"
    )
    assert run("update", folder, "--mirror", "--index", index).exit_code == 0
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 3"}


@pytest.mark.parametrize(
    "patterns", [{"include": "*.jsonl"}, {"include": "late/b*"}, {"exclude": "late/old*"}]
)
def test_parts_of_a_folder_use_its_patterns(patterns: dict[str, str], tmp_path: Path) -> None:
    """Patterns match paths within the folder: a part excludes the same files, and replaces changed items."""
    index, folder = tmp_path / "index", tmp_path / "news"
    file = write(folder / "late" / "b.jsonl", 1)
    write(folder / "late" / "old.json", 2)
    build(index, folder, own_thesaurus=False, **patterns)
    write(file, 1, word="pier")
    report = update(index, folder / "late")
    assert (report.replaced, report.added, report.unchanged) == (1, 0, 0)
    assert titles(index) == {"Tide 1"}
    assert [source.file for source in Contents.read(index).sources] == ["news"]
    assert update(index, folder, **patterns).unchanged == 1


def test_linked_folders_are_separate_sources(tmp_path: Path) -> None:
    """Links to folders are not followed, so a file behind a link is no part of the known folder."""
    index, folder = tmp_path / "index", tmp_path / "news"
    write(folder / "a.jsonl", 1)
    write(tmp_path / "other" / "b.jsonl", 2)
    (folder / "link").symlink_to(tmp_path / "other")
    build(index, folder, own_thesaurus=False)
    update(index, folder / "link" / "b.jsonl")
    assert [source.file for source in Contents.read(index).sources] == ["news", "b.jsonl"]


def test_a_part_of_a_folder_is_read_with_its_options(tmp_path: Path) -> None:
    """The options of the folder need not be repeated; read with others, the part is a separate source."""
    index, folder = tmp_path / "index", tmp_path / "tables"
    folder.mkdir()
    table = folder / "a.csv"
    table.write_text("kop,tekst\nTij,De kade stond onder water en de mensen bleven thuis.\n")
    build(index, folder, columns={"title": "kop", "body": "tekst"}, own_thesaurus=False)
    with table.open("a") as file:
        file.write("Kade,De tweede kade stond ook onder water en de mensen bleven weer thuis.\n")
    report = update(index, table)
    assert (report.added, report.unchanged) == (1, 1)
    assert [(source.file, source.items) for source in Contents.read(index).sources] == [("tables", 2)]
    update(index, table, columns={"title": "tekst", "body": "kop"})
    assert [source.file for source in Contents.read(index).sources] == ["tables", "a.csv"]


def test_files_of_folders_have_one_name(run: Run, tmp_path: Path) -> None:
    """``--facet file`` lists the names that --where and deletions take; similar names are suggested."""
    index, folder = tmp_path / "index", tmp_path / "news"
    write(folder / "late" / "a.jsonl", 1, 2)
    file, alone = write(folder / "b.jsonl", 3), write(tmp_path / "alone.jsonl", 4)
    build(index, [folder, alone], own_thesaurus=False)
    with Searcher(index) as searcher:
        found = searcher.search(None, facets=["file"], limit=0).facets["file"]
        assert [value[1:3] for value in found] == [
            ("news/late/a.jsonl", 2),
            ("news/b.jsonl", 1),
            ("in no folder or archive", 1),
        ]
        for field in ("source", "file"):
            assert searcher.search(None, where={field: "news/late/a.jsonl"}).total == 2
            for part in ("a.jsonl", "news/late", "news/late/a.json"):
                (_, told) = searcher.search(None, where={field: part}).notes
                assert told.text.endswith(f"{field} “{part}”, compared whole; near it: news/late/a.jsonl")
        assert searcher.search(None, where={"file": "unknown"}).total == 1
    for name in ("news/b.jsonl", file):
        told = run("delete --source", name, "--index", index, "--yes")
        assert told.exit_code == 2
        assert "lies within the source “news”, whose files are listed by: dragoman facets" in told.stderr
        assert told.stderr.endswith("delete --where source=news/b.jsonl\n")
    near = run("delete --source new --index", index, "--yes")
    assert "no source of this index is “new” (is “news” meant?)" in near.stderr
    run("delete --where source=news/b.jsonl --index", index, "--yes")
    assert titles(index) == {"Tide 1", "Tide 2", "Tide 4"}


def test_a_custom_field_named_file_takes_precedence(tmp_path: Path) -> None:
    """If items have such a field, `file` refers to it; names of files are then searched as sources."""
    records = [{"id": "a", "body": "Tide.", "fields": {"file": "F-17"}}]
    build(tmp_path / "index", items=records, own_thesaurus=False)
    with Searcher(tmp_path / "index") as searcher:
        (value,) = searcher.search(None, facets=["file"]).facets["file"]
        assert (value.value, searcher.search(None, where={"file": "f-17"}).total) == ("F-17", 1)
