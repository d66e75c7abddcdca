"""The commands that write an index: build, update and demo."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Run, python
from web_server import Server, running

from indexer.schema import FORMAT_VERSION
from searcher.commands.program import cli


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
    """Without --allow-private such an address ends in one line and exit code 2."""
    address = f"http://{server.host}/feed"
    says = f"dragoman: {address}: its host has the address 127.0.0.1, which is not public"
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
    said = "dragoman: https://example.org/feed is a URL, which needs additional libraries (the extra “web”)"
    assert ended.stderr.startswith(f"{said}; install them with: {sys.executable} -m pip install 'urllib3>=")
    assert ended.stderr.count("\n") == 1
