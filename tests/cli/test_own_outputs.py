"""Files that Dragoman wrote are no sources of a folder, but can be named."""

from pathlib import Path
from shutil import copy

import pytest
from command_line import Run
from tables import rows_by_name

from dragoman import Searcher

WRITTEN = {name: command for name, ((command,),) in rows_by_name(__file__, "written").items()}
PRINTED = {name: command for name, ((command,),) in rows_by_name(__file__, "printed").items()}
ITEM = '{"id": "%s", "title": "Ferry %s", "body": "The ferry met fog in May.", "date": "2020-05-01"}\n'


@pytest.fixture
def folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a source and files that commands wrote, and build an index beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAGOMAN_INDEX", "index")
    monkeypatch.setenv("DRAGOMAN_WATCHES", "watches")
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.jsonl").write_text(ITEM % ("a", "one"))
    run("build news")
    run("watch boats ferry")
    (folder / "b.jsonl").write_text(ITEM % ("b", "two"))
    run("update")
    for name, command in WRITTEN.items():
        run(f"{command} news/{name}")
    for name, command in PRINTED.items():
        (folder / name).write_text(run(command).stdout)
    copy("watches/boats.json", folder)
    return folder


@pytest.mark.usefixtures("folder")
def test_own_outputs_in_a_folder_are_skipped(run: Run) -> None:
    """They are counted, with a line each; other files are read."""
    run("build news --quiet")
    with Searcher("index") as searcher:
        assert {hit.id for hit in searcher.search(None)} == {"a", "b"}
    for jobs in ("1", "2"):
        done = run(f"build news --jobs {jobs}")
        assert f"{len(WRITTEN) + len(PRINTED) + 1} skipped" in done.stdout
        assert "an export, an answer, a report or a watch that Dragoman wrote" in done.stderr
        assert "export.db: a database; name the file itself to read an export of Dragoman" in done.stderr
    assert run("update").stdout.startswith("0 added, 0 replaced")


def test_a_named_export_is_read(run: Run, folder: Path) -> None:
    """As before, it gives the items that it was written from."""
    for name in ("export.jsonl", "export.csv", "export.ris", "export.json", "export.bib", "export.db"):
        run(f"build {folder / name} --index named")
        with Searcher("named") as searcher:
            assert searcher.search("ferry").total == 2, name


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
