"""Files that Dragoman wrote are no sources of a folder, but can be named."""

from itertools import cycle
from pathlib import Path
from shutil import copy

import pytest
from command_line import Run
from tables import by_table, rows_by_name

from dragoman import Searcher
from indexer.sources.recognition import is_own_output

WRITTEN = {name: command for name, ((command,),) in rows_by_name(__file__, "written").items()}
PRINTED = [
    (f"{name}.{form}", f"{command} --format {form} --ui {language}")
    for name, ((command,),) in rows_by_name(__file__, "printed").items()
    for form, language in zip(("table", "json", "jsonl", "csv"), cycle(("en", "es", "fr")), strict=False)
]
ITEMS = [line for ((line,),) in rows_by_name(__file__, "items").values()]


@pytest.fixture
def archive(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of sources, of which an index is built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAGOMAN_INDEX", "index")
    monkeypatch.setenv("DRAGOMAN_WATCHES", "watches")
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.jsonl").write_text("\n".join(ITEMS[1:]))
    run("build news")
    run("watch boats ferry")
    (folder / "b.jsonl").write_text(ITEMS[0])
    run("update")
    (tmp_path / "queries.tsv").write_text("T1\tferry\n")
    (tmp_path / "judgements.txt").write_text("T1 0 a 1\n")
    run("search ferry --receipt receipt")
    return folder


@pytest.fixture
def folder(run: Run, archive: Path) -> Path:
    """Return a folder with sources and files that commands wrote."""
    for name, command in WRITTEN.items():
        run(f"{command} news/{name}")
    copy("watches/boats.json", archive)
    return archive


@pytest.mark.usefixtures("folder")
def test_own_outputs_in_a_folder_are_skipped(run: Run) -> None:
    """They are counted, with a line each; other files are read."""
    run("build news --quiet")
    with Searcher("index") as searcher:
        assert {hit.id for hit in searcher.search(None, group=False)} == set("abcde")
    for jobs in ("1", "2"):
        done = run(f"build news --jobs {jobs}")
        assert f"{len(WRITTEN) + 1} skipped" in done.stdout
        assert "written by Dragoman; to read it" in done.stderr
        assert (
            "export.db: a database in a folder; to read a Dragoman export, give the file itself as a source"
            in done.stderr
        )
    assert run("update").stdout.startswith("0 added, 0 replaced")


@pytest.mark.usefixtures("archive")
def test_answers_in_every_format_are_recognised(run: Run) -> None:
    """JSON of items is not: it is a source. An empty answer is no news either."""
    printed = {name: run(command).stdout for name, command in PRINTED}
    read = {name for name, text in printed.items() if not is_own_output(text.encode())}
    assert read == {"texts.json", "texts.jsonl", *(name for name, text in printed.items() if not text)}


@by_table
def test_articles_that_quote_answers_are_read(text: str) -> None:
    """Only the beginning of a file counts."""
    assert not is_own_output(text.encode())


def test_a_named_export_is_read(run: Run, folder: Path) -> None:
    """An export that is given by name has the items that were exported."""
    for name in ("export.jsonl", "export.csv", "export.ris", "export.json", "export.bib", "export.db"):
        run(f"build {folder / name} --index named")
        with Searcher("named") as searcher:
            assert searcher.search("ferry").total == 4, name


def test_other_files_with_such_beginnings_are_read(run: Run, tmp_path: Path) -> None:
    """Records with a source of their own, references with notes, and tables with other columns."""
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id":"a","title":"Fog","body":"Fog at sea.","source":"Harbour Post"}\n')
    (folder / "b.ris").write_text(
        "TY  - NEWS\nTI  - Fog\nAB  - Fog at sea.\nN1  - source: Harbour Post\nER  - \n"
    )
    (folder / "c.csv").write_text(
        "id,date,title,body\nc,2020-01-01,Fog,Fog at sea\nd,2020-01-01,Fog,More fog\n"
    )
    assert run(f"build {folder} --index {tmp_path / 'index'}").stdout.startswith("4 items")
