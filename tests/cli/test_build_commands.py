"""The commands that write an index: build, update and demo."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Run, python
from web_server import Server, running

from indexer.schema import FORMAT_VERSION
from searcher.commands.program import cli

FERRY = "3 May 2021\nFerry back\nThe ferry sails again.\n"


def test_the_demo_builds_and_searches(run: Run, tmp_path: Path) -> None:
    """``demo`` shows a ranked search, may be repeated, and never replaces an index of the user."""
    folder = tmp_path / "demo"
    result = run("demo --index", folder)
    assert result.exit_code == 0
    assert "69 items indexed" in result.stdout
    assert "items match ferry safety training, 3 with all words; showing 1-3" in result.stdout
    (row,) = run.lines("demo --index", folder)  # with JSON lines the report is one row, and the only output
    assert row["items"] == 69
    (page := tmp_path / "page.txt").write_text(FERRY, encoding="utf-8")
    assert run("build", page, "--index", folder).exit_code == 0
    run.refused("demo --index", folder, says="an index of your own")


@pytest.mark.parametrize("state", ["older", "damaged"])
def test_the_demo_never_replaces_an_unreadable_index(
    run: Run, sample_index: Path, tmp_path: Path, state: str
) -> None:
    """An index of another format, or a damaged one, may be the user's and is not changed."""
    folder = tmp_path / "index"
    shutil.copytree(sample_index, folder)
    table = folder / "dragoman.json"
    if state == "older":
        record = json.loads(table.read_bytes())
        del record["crc32"]
        table.write_text(json.dumps(record | {"format": FORMAT_VERSION - 1}))
    else:
        table.write_bytes(table.read_bytes()[:-20])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    run.refused("demo --index", folder, says="another folder")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_second_build_replaces_the_index(run: Run, tmp_path: Path) -> None:
    """A second build needs no flag; it reports the replaced index, and old items and files are deleted."""
    first, second, index = tmp_path / "first.txt", tmp_path / "second.txt", tmp_path / "index"
    first.write_text(FERRY, encoding="utf-8")
    second.write_text("4 May 2021\nMarket moves\nThe market moves to the quay.\n", encoding="utf-8")
    assert ", replacing" not in run("build", first, "--index", index).stdout
    files = len(list(index.iterdir()))
    again = run("build", first, "--index", index)
    assert again.stderr == ""
    assert re.match(r"1 item indexed in .*, replacing 1 of \d{4}-\d\d-\d\d \d\d:\d\d \(", again.stdout)
    replaced = run("build", second, "--index", index)
    told = "replaced the former index: 1 item of first.txt deleted (dragoman update adds to an index)\n"
    assert (replaced.exit_code, replaced.stderr) == (0, told)
    assert [run("search", word, "--index", index).exit_code for word in ("ferry", "market")] == [1, 0]
    assert len(list(index.iterdir())) == files


def test_several_sources_make_one_index(run: Run, tmp_path: Path) -> None:
    """Sources may be of different kinds; an item in two of them is indexed once and reported."""
    page, records = tmp_path / "page.txt", tmp_path / "records.jsonl"
    page.write_text(FERRY, encoding="utf-8")
    records.write_text('{"title": "Market moves", "body": "To the quay."}\nnot json\n', encoding="utf-8")
    result = run("build", page, records, page, "--index", tmp_path / "index")
    assert (result.exit_code, result.stdout.partition(" in ")[0]) == (0, "2 items indexed")
    assert "records.jsonl:2" in result.stderr
    assert "skipped page.txt:1: the same item as an earlier one of this source" in result.stderr


def test_an_unreadable_file_of_a_folder_is_skipped(run: Run, tmp_path: Path) -> None:
    """The exit code is 0 if other files have items; it is 2 if none has, or if the file itself was named."""
    papers, index = tmp_path / "papers", tmp_path / "index"
    papers.mkdir()
    (papers / "a.txt").write_bytes(b"\0\1\2" * 200)
    told = "papers/a.txt: is not text; save it as plain text or as JSON lines first"
    assert run("build", papers, "--index", index).exit_code == 2
    assert not index.exists()
    assert run("items", papers).exit_code == 1
    assert run("build", papers / "a.txt", "--index", index).exit_code == 2
    (papers / "b.txt").write_text(FERRY, encoding="utf-8")
    for command in (("build", papers), ("update",), ("update", papers)):
        done = run(*command, "--index", index)
        assert (done.exit_code, done.stderr) == (0, f"skipped {told}\n")
        assert "1 item" in done.stdout
        assert "1 skipped" in done.stdout


def test_a_build_prints_a_summary_of_its_items(run: Run, tmp_path: Path) -> None:
    """The summary counts kinds of dates, languages, countries and reasons for skipping, if there are any."""
    source, index = tmp_path / "a.jsonl", tmp_path / "index"
    lines = [
        '{"id": "a", "body": "x", "language": "en", "countries": ["KE"], "date": "2020-01-01"}',
        '{"id": "b", "body": "y", "language": "fr", "countries": []}',
        *['{"id": "a", "body": "z", "language": "fr", "countries": []}'] * 11,
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    head, *summary = run("build", source, "--index", index).stdout.splitlines()
    assert head.startswith("2 items indexed")
    assert summary[:4] == [
        "  dates      1 printed, 1 without a date",
        "  languages  English 1, French 1",
        "  countries  Kenya 1",
        "  skipped    11 × the id “a” is taken by an earlier item",
    ]
    quiet = run("build", source, "--quiet", "--index", index)
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_a_report_counts_skipped_lines_and_fields(run: Run, tmp_path: Path) -> None:
    """``--format json`` has each skipped line and field, and the number of each reason."""
    (tmp_path / "a.jsonl").write_text('{"id": "b", "body": "y", "author": 7}\nno json\n', encoding="utf-8")
    built = run.json("build", tmp_path / "a.jsonl", "--index", tmp_path / "index")
    assert {(one["line"], one["field"]) for one in built["skipped"]} == {(1, True), (2, False)}
    assert (built["skipped_total"], built["skipped_fields"]) == (1, 1)
    assert sum(built["reasons"].values()) == sum(built["field_reasons"].values()) == 1


RECORD = b'{"id": "a", "title": "Tide", "body": "The tide came in.", "language": "en"}\n'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a server with a page of one record, without a proxy."""
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with running() as started:
        started.page("/feed", RECORD, ETag='"1"')
        yield started


def test_an_index_is_built_from_files_and_addresses(run: Run, server: Server, tmp_path: Path) -> None:
    """Files and addresses may be sources of one build; an update reports which have not changed."""
    source = tmp_path / "own.jsonl"
    source.write_bytes(RECORD.replace(b'"a"', b'"b"'))
    address = f"http://ann:5ecret@{server.host}/feed"
    where = ("--index", tmp_path / "index", "--allow-private")
    built = run("build", source, address, *where)
    assert built.exit_code == 0
    assert built.stdout.startswith("2 items indexed")
    server.serve("/feed", lambda handler: handler.send(b"", 304))
    updated = run("update", address, *where)
    assert updated.stdout.startswith("0 added, 0 replaced, 1 unchanged, 0 skipped; 2 items in")
    assert f"  unchanged  {server.host}/feed" in updated.stdout
    found = run("search tide --index", tmp_path / "index", "--format", "json")
    assert f'"file": "{server.host}/feed"' in found.stdout
    told = "".join(result.stdout + result.stderr for result in (built, updated, found))
    assert "5ecret" not in told


def test_a_private_address_must_be_allowed(run: Run, server: Server) -> None:
    """Without --allow-private it ends in one line and exit code 2."""
    address = f"http://{server.host}/feed"
    says = f"dragoman: {address}: its host is at 127.0.0.1, which is not public"
    assert run.refused("items", address).startswith(says)
    assert server.asked == []
    assert [item["id"] for item in run.json("items --allow-private", address)] == ["a"]


def test_commands_that_read_sources_have_allow_private() -> None:
    """Build, update and items have the option; no command that only opens an index has it."""
    knowing = {
        name
        for name in cli.list_commands(None)
        for option in cli.get_command(None, name).params
        if option.name == "allow_private"
    }
    assert knowing == {"build", "update", "items"}


def test_a_missing_extra_is_named(tmp_path: Path) -> None:
    """Without urllib3 one line names the package to install, and shows no secret of the address."""
    hiding = "import sys; sys.modules['urllib3'] = None; from searcher.commands.launch import main; main()"
    address = "https://ann:5ecret@example.org/feed?key=5ecret"
    ended = python("-c", hiding, "build", address, "--index", tmp_path / "index")
    assert ended.returncode == 2
    said = "dragoman: https://example.org/feed is an address, which needs more libraries (the extra web); "
    assert ended.stderr.startswith(f"{said}install them with: {sys.executable} -m pip install 'urllib3>=")
    assert ended.stderr.count("\n") == 1
