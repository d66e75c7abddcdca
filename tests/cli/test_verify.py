"""The command `verify` with a receipt without an index, and with one of an index on a cluster."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import Run

from indexer.cluster import address
from searcher import Searcher
from searcher.reading.receipt import make_receipt, write_receipt


def test_a_receipt_without_an_index_uses_settings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_index: Callable[..., Path]
) -> None:
    """Receipts had no index until 0.8.0."""
    monkeypatch.chdir(tmp_path)
    with Searcher(index := make_index({"body": "a ferry"})) as searcher:
        write_receipt(make_receipt(searcher, "ferry")._replace(place=None), Path("old.json"))
    assert '"index"' not in Path("old.json").read_text()
    run.refused("verify old.json", says="the index folder “index_data” does not exist")
    assert run("verify old.json --index", index).exit_code == 0
    monkeypatch.setenv("DRAGOMAN_INDEX", str(index))
    done = run("verify old.json")
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[None]:  # noqa: ARG001 - after run
    """Set a password for a cluster in the environment."""
    monkeypatch.setenv("DRAGOMAN_CLUSTER_USER", "ann")
    monkeypatch.setenv("DRAGOMAN_CLUSTER_PASSWORD", "secret")
    address.credentials.cache_clear()
    yield
    address.credentials.cache_clear()


@pytest.mark.usefixtures("password")
def test_a_receipt_gets_no_password_for_another_host(
    run: Run, make_index: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receipt may come from anybody: only a host that the user names gets the user's password."""
    place, file = "https://127.0.0.1:1/news", tmp_path / "r.json"
    with Searcher(make_index({"body": "a ferry"})) as searcher:
        write_receipt(make_receipt(searcher, "ferry")._replace(place=place), file)
    for own in ("index_data", "https://localhost:1/news"):
        monkeypatch.setenv("DRAGOMAN_INDEX", own)
        run.refused("verify", file, says=(f"use --index {place}", "password"))
    for typed in (["--index", place], []):
        assert "to send it there" not in run.refused("verify", file, *typed, says="127.0.0.1:1")
        monkeypatch.setenv("DRAGOMAN_INDEX", "https://127.0.0.1:1/other")
