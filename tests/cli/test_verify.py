"""The option --receipt and the command `verify`: findings that hold, findings that changed, and mistakes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from command_line import Run

from indexer.cluster import address
from searcher import Searcher
from searcher.reading.receipt import make_receipt, write_receipt


def test_verify_exits_by_the_state_of_a_finding(
    run: Run, make_index: Callable[..., Path], tmp_path: Path
) -> None:
    """`verify` exits with 0 while a finding holds, with 1 on differences, and with 2 for no receipt."""
    index = make_index({"body": "a ferry sank"}, {"body": "another ferry came", "title": "Calm"})
    file = tmp_path / "r.json"
    searched = run("search ferry --limit 1 --index", index, "--receipt", file)
    assert "of 2 items written to" in searched.stderr
    run("facets ferry --index", index, "--receipt", tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text())["hash"] == json.loads(file.read_text())["hash"]
    holds = run("verify", file, "--index", index)
    assert (holds.exit_code, holds.stdout.split(",")[0]) == (0, "holds: 2 items")
    run("delete d1 --yes --index", index)
    differs = run("verify", file, "--index", index)
    assert (differs.exit_code, "none of its items" in differs.stderr) == (1, False)
    assert differs.stdout.startswith("does not hold: 2 items then, 1 now (0 came, 1 went, 0 changed)\n")
    assert differs.stdout.splitlines()[-1].split()[:2] == ["went", "d1"]
    elsewhere = run("verify", file, "--index", make_index({"id": "x", "body": "a ferry"}, name="other"))
    assert (
        "none of its items is in this index; if it was made from another one, name that" in elsewhere.stderr
    )
    says = "is not a receipt; dragoman search --receipt FILE writes one"
    run.refused("verify", index / "dragoman.json", "--index", index, says=says)
    unwritable = run("search ferry --index", index, "--receipt", tmp_path / "no" / "r.json")
    assert (unwritable.exit_code, unwritable.stderr.count("\n")) == (2, 1)


@pytest.fixture(scope="module")
def indexes(make_shared_index: Callable[..., Path]) -> Path:
    """Return a folder with two indexes, made and other."""
    make_shared_index({"body": "a ferry"}, name="made")
    return make_shared_index({"id": "x", "body": "one ferry"}, name="other").parent


@pytest.fixture
def receipt(run: Run, indexes: Path, tmp_path: Path) -> Path:
    """Return a receipt of an index in its own folder; another index is in the folder of a reader."""
    copytree(indexes, tmp_path, dirs_exist_ok=True)
    made = tmp_path / "made"
    file = tmp_path / "ferry.json"
    assert run("search ferry --receipt", file, "--index", made).exit_code == 0
    return file


@pytest.mark.parametrize("by", ["DRAGOMAN_INDEX", "DRAGOMAN_VERIFY_INDEX", "dragoman.toml", None])
def test_a_receipt_is_verified_in_its_own_index(
    run: Run, receipt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str | None
) -> None:
    """`verify` works from any folder; a setting with another index does not apply, and this is reported."""
    elsewhere, made = tmp_path / "elsewhere", tmp_path / "made"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    if by == "dragoman.toml":
        (elsewhere / by).write_text("index = '../other'")
    elif by:
        monkeypatch.setenv(by, "../other")
    done = run("verify", receipt)
    assert (done.exit_code, done.stdout.split(",")[0]) == (0, "holds: 1 item")
    note = f"verified against {made}, the index of the receipt; type --index to use ../other\n"
    assert done.stderr == (note if by else "")
    record = run.json("verify", receipt)
    assert record["index"] == record["index_now"] == str(made)


def test_a_typed_index_replaces_the_stored_one(run: Run, receipt: Path, tmp_path: Path) -> None:
    """The output names the index that was used; the same index, typed, needs no message."""
    other = run("verify", receipt, "--index", tmp_path / "other")
    assert other.exit_code == 1
    note = f"verified against {tmp_path / 'other'}; the receipt was made from {tmp_path / 'made'}\n"
    assert other.stderr.startswith(note)
    assert "none of its items is in this index" in other.stderr
    record = run.json("verify", receipt, "--index", tmp_path / "other")
    assert (record["index"], record["index_now"]) == (str(tmp_path / "made"), str(tmp_path / "other"))
    assert run("verify", receipt, "--index", f"{tmp_path}/made/").stderr == ""


def test_a_missing_index_of_a_receipt_is_named(run: Run, receipt: Path, tmp_path: Path) -> None:
    """One line names the index and the remedy; a typed --index uses it from its new place."""
    (tmp_path / "made").rename(tmp_path / "moved")
    run.refused("verify", receipt, says=(f"there is no index folder “{tmp_path / 'made'}”", "use --index"))
    assert run("verify", receipt, "--index", tmp_path / "moved").exit_code == 0


def test_a_receipt_without_an_index_uses_settings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_index: Callable[..., Path]
) -> None:
    """Receipts had no index until 0.8.0."""
    index = make_index({"body": "a ferry"})
    with Searcher(index) as searcher:
        write_receipt(make_receipt(searcher, "ferry")._replace(place=None), tmp_path / "old.json")
    assert "index" not in json.loads((tmp_path / "old.json").read_text())
    monkeypatch.chdir(tmp_path)
    run.refused("verify old.json", says="there is no index folder “index_data”")
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
        run.refused("verify", file, says=(f"type --index {place}", "password"))
    for typed in (["--index", place], []):
        assert "to send your password" not in run.refused("verify", file, *typed, says="127.0.0.1:1")
        monkeypatch.setenv("DRAGOMAN_INDEX", "https://127.0.0.1:1/other")
