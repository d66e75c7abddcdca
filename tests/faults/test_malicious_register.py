"""Forged facts outside of records are reported or have no effect, and the check names the file."""

import json
import shutil
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from faults.forged_index import Blocks, forge_file, forge_manifest
from faults.small_thesaurus import build
from tables import by_table

from indexer import tag
from indexer.errors import DragomanError
from indexer.store.check import check_index
from indexer.store.indexing import update
from searcher import Searcher
from searcher.commands.program import cli

HUGE = 1 << 62
BODY = "The pilot of the harbour saw the ferry off at the bridge, and came back to the market."


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two sources and an index of their one item."""
    folder = tmp_path_factory.mktemp("built")
    record = {"id": "live", "title": "Harbour", "body": BODY, "date": "2019-03-07"}
    for name in ("a", "b"):
        (folder / f"{name}.jsonl").write_text(json.dumps(record) + "\n")
    build([folder / "a.jsonl", folder / "b.jsonl"], folder / "index")
    return folder


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the index, whose register a test forges."""
    return shutil.copytree(built, tmp_path, dirs_exist_ok=True) / "index"


def _forge(index: Path, lines: list[bytes], starts: bytes | None, ending: str = "items") -> None:
    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        ends = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
        blocks["lines"] = ("u1", b"".join(lines))
        blocks["starts"] = ("u8", struct.pack(f"<{len(ends)}Q", *ends) if starts is None else starts)

    (path,) = (index / "segments").glob(f"*.{ending}")
    forge_file(path, forge)
    forge_manifest(index)


@by_table
def test_a_forged_register_has_no_effect(
    index: Path, forged: str, rows: list[Any], starts: bytes | None
) -> None:
    """Queries and updates find the item itself or report damage, and the check names the file."""
    if forged == "depth":
        rows = [["f", "old", json.loads("[" * 400 + "]" * 400)]]
    _forge(index, sorted(json.dumps(row, separators=(",", ":")).encode() for row in rows), starts)
    assert [Path(finding.file).suffix for finding in check_index(index).findings] == [".items"]
    for asked in ("live", "old", "one", "nowhere", "liv"):
        with suppress(DragomanError), Searcher(index) as searcher:
            assert searcher.item(asked).id == "live"
    with suppress(DragomanError):
        assert update([index.parent / "a.jsonl"], index).added == 0


@by_table
def test_forged_annotations_have_no_effect(index: Path, rows: list[Any]) -> None:
    """Questions find the item itself or report damage; no command ends in a traceback."""
    tag(index, "live", add="a", corrections=index.parent / "corrections.jsonl")
    _forge(index, sorted(json.dumps(row, separators=(",", ":")).encode() for row in rows), None, "tags")
    assert [Path(finding.file).suffix for finding in check_index(index).findings] == [".tags"]
    for query in ("tag:a", "tag:unknown", "note:b", "harbour"):
        with suppress(DragomanError), Searcher(index) as searcher:
            assert {hit.id for hit in searcher.search(query, facets=("tag", "collection"))} <= {"live"}
    for arguments in (
        ["show", "live"],
        ["export", "-o", "-", "--format", "csv"],
        ["tag", "live", "--add", "b"],
    ):
        done = CliRunner().invoke(cli, [*arguments, "--index", str(index)])
        assert done.exit_code in {0, 1, 2}
        assert done.exception is None or isinstance(done.exception, SystemExit)
    with suppress(DragomanError):
        assert update([index.parent / "a.jsonl"], index).added == 0


def test_places_that_no_source_has_are_printed(index: Path) -> None:
    """Line numbers of 300 digits, and a name with a lone surrogate and a line break, end no command."""
    rows = [["p", "live", "\ud800\n.jsonl", 10**300, -HUGE]]
    _forge(index, [json.dumps(row, separators=(",", ":")).encode() for row in rows], None)
    result = CliRunner().invoke(cli, ["show", "live", "--index", str(index)])
    assert result.exit_code == 0, result.exception
    assert "\N{REPLACEMENT CHARACTER} .jsonl, lines" in result.output
    assert "1" + "0" * 300 in "".join(filter(str.isdigit, result.output))
