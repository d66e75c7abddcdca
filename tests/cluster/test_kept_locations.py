"""Watches and receipts of an index on a cluster store its address, whatever a setting names."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cluster.nodes import Node

from indexer.location import build
from searcher.commands.program import cli

pytestmark = pytest.mark.cluster


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Run a command with its own folder of watches; an index may be set in the environment."""

    def command(*arguments: object, index: object = "") -> Result:
        settings = {"DRAGOMAN_INDEX": str(index), "DRAGOMAN_WATCHES": str(tmp_path / "watches")}
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], env=settings)

    return command


def test_watches_and_receipts_store_an_address(
    node: Node, run: Callable[..., Any], make_index: Callable[..., Path], tmp_path: Path
) -> None:
    """A setting moves nothing; a typed address selects or moves a watch; a receipt uses its own."""
    folder = make_index({"id": "x", "body": "one ferry"})
    source, address, other = tmp_path / "kept.jsonl", f"{node.url}/kept", f"{node.url}/kept-other"
    items = [{"id": name, "body": "a ferry", "language": "en"} for name in "ab"]
    source.write_text("".join(f"{json.dumps(item)}\n" for item in items))
    build([source], address)
    build([source], other)
    run("watch", "boats", "ferry", "--index", f"{address}/")
    run("watch", "calm", "ferry", "--index", folder)
    receipt = tmp_path / "r.json"
    assert run("search", "ferry", "--receipt", receipt, "--index", address).exit_code == 0
    assert json.loads(receipt.read_text())["index"] == address
    for setting in (folder, other):
        assert run("watch", "boats", index=setting).stdout.startswith("boats: nothing new; 2 items")
        verified = run("verify", receipt, index=setting)
        assert verified.stdout.startswith("verified: the same 2 items")
        assert f"verified against {address}, the index of the receipt" in verified.stderr
    chosen = run("watch", "--index", address.replace("http:", "HTTP:"))
    assert (chosen.exit_code, chosen.stdout.split(";")[0]) == (1, "boats: nothing new")
    assert run("delete", "a", "--yes", "--index", address).exit_code == 0
    looked = json.loads(run("watch", "boats", "--format", "json", index=other).stdout)
    assert [(one["what"], one["id"]) for one in looked["differences"]] == [("went", "a")]
    moved = run("watch", "boats", "--index", other)
    assert moved.stdout.startswith("boats: nothing new; 2 items")
    assert f"boats now uses the index {other} instead of {address}, and starts from its" in moved.stderr
    assert run("watch", "calm", "--index", address).stdout.startswith("calm: nothing new; 1 item")
    gone = run("watch", "boats", "--index", f"{node.url}/kept-none")
    assert (gone.exit_code, gone.stdout, gone.stderr.count("\n")) == (2, "", 1)
