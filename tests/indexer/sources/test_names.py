"""Sources of one name are distinguished by their folders."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.documents import read_items
from indexer.sources.source import ReadOptions
from indexer.sources.stream import folder_prefixes
from searcher import Searcher


@by_table
def test_names_have_as_few_folders_as_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: list[str], told: list[str]
) -> None:
    """A unique name has none; the same file by two paths is one source."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    found = folder_prefixes(sources, {})
    assert [found[source] for source in sources] == told


def test_a_source_keeps_its_name_in_the_index() -> None:
    """A single source keeps its name, too; one of that name from another folder is another source."""
    known = {"/news/a/x.txt": "x.txt", "/news/b/y.txt": "b/y.txt"}
    assert folder_prefixes(["/news/a/x.txt", "/news/b/y.txt"], known) == {
        "/news/a/x.txt": "",
        "/news/b/y.txt": "b",
    }
    assert folder_prefixes(["/news/c/x.txt"], known) == {"/news/c/x.txt": "c"}
    assert folder_prefixes(["/x.txt"], known) == {"/x.txt": "2"}


def test_no_name_is_within_another() -> None:
    """An item of a folder is named by the folder and its path; no other source has such a name."""
    assert folder_prefixes(["/old/b"], {"/news/b/y.txt": "b/y.txt"}) == {"/old/b": "old"}
    assert folder_prefixes(["/news/b/y.txt"], {"/b": "b", "/y.txt": "y.txt"}) == {"/news/b/y.txt": "news/b"}


def test_sources_of_one_name_stay_separate_in_updates(tmp_path: Path) -> None:
    """Files of one name from two folders are two sources; only dragoman.json has their folders."""
    from indexer import build, update

    for name in ("east", "west"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.jsonl").write_text(
            f'{{"id": "{name}", "title": "Tide", "language": "en"}}\n'
        )
    build(tmp_path / "index", tmp_path / "east" / "page.jsonl")
    update(tmp_path / "index", tmp_path / "west" / "page.jsonl")
    update(tmp_path / "index", tmp_path / "east" / "page.jsonl")
    with Searcher(tmp_path / "index") as searcher:
        assert searcher.info()["sources"] == [
            {
                "file": f"{told}page.jsonl",
                "items": 1,
                "skipped": 0,
                "place": str(tmp_path / name / "page.jsonl"),
            }
            for told, name in (("", "east"), ("west/", "west"))
        ]
        assert {hit.source.file for hit in searcher.search("tide")} == {"page.jsonl", "west/page.jsonl"}
    for path in (tmp_path / "index").rglob("*"):
        if path.is_file() and path.name != "dragoman.json":
            assert str(tmp_path).encode() not in path.read_bytes()


def test_the_name_of_a_source_is_the_same_everywhere(tmp_path: Path) -> None:
    """Items of files and folders, sources in the index, and the facet by source have the same name."""
    from indexer import build

    for name in ("east", "west"):
        folder = tmp_path / name / "news"
        folder.mkdir(parents=True)
        (folder / "page.jsonl").write_text(f'{{"title": "Tide of the {name}", "language": "en"}}\n')
    files = [tmp_path / name / "news" / "page.jsonl" for name in ("east", "west")]
    assert [item.source.file for item in read_items(files[0], None, ReadOptions(within="east/news"))] == [
        "east/news/page.jsonl"
    ]
    for sources, expected in ((files, "{}/news/page.jsonl"), ([file.parent for file in files], "{}/news")):
        build(tmp_path / "index", sources=sources)
        with Searcher(tmp_path / "index") as searcher:
            assert [source["file"] for source in searcher.info()["sources"]] == [
                expected.format(name) for name in ("east", "west")
            ]
            assert {hit.source.file for hit in searcher.search("tide")} == {
                f"{name}/news/page.jsonl" for name in ("east", "west")
            }
            assert searcher.search("tide", where={"source": "east"}).total == 1
