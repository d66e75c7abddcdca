"""A file or a folder inside a folder that the index knows is updated as a part of it."""

from pathlib import Path

import pytest
from command_line import Run
from tides import titles, write

from indexer import build, update
from indexer.errors import DragomanError
from indexer.store.contents import Contents
from searcher import Searcher


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the sources, in which the index is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
