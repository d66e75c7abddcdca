"""The command `watch`: what is new in the index since the last look, whatever its date."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.conftest import Run

RECORD = '{"id": "%s", "title": "%s", "body": "%s", "date": "%s", "language": "en"}\n'


@pytest.fixture(autouse=True)
def watches(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - after run
    """The folder of the watches."""
    monkeypatch.setenv("DRAGOMAN_WATCHES", str(tmp_path / "watches"))
    return tmp_path / "watches"


def test_a_watch_tells_what_is_new_once(run: Run, tmp_path: Path, watches: Path) -> None:
    """An old item that came in is new; told once, unless it was a peek; nothing new exits with 1."""
    source, index = tmp_path / "a.jsonl", tmp_path / "index"
    source.write_text(RECORD % ("a", "One", "a ferry", "2020-01-01"))
    run("build", source, "--index", index, "--quiet")
    begun = run("watch", "boats", "ferry", "--from", "1990", "--index", index)
    assert begun.stdout == "boats: 1 item now; dragoman watch boats tells what is new\n"
    assert run("watch", "boats").exit_code == 1
    source.write_text(source.read_text() + RECORD % ("b", "Two", "old ferry", "1995-01-01"))
    run("update", source, "--index", index)
    for arguments, code in ((["--peek"], 0), ([], 0), ([], 1)):
        look = run("watch", *arguments, "--format", "jsonl")
        assert look.exit_code == code
        assert [json.loads(line)["id"] for line in look.stdout.splitlines()] == ["b"] * (code == 0)
    assert [path.name for path in watches.iterdir()] == ["boats.json"]


@pytest.mark.usefixtures("watches")
def test_a_watch_that_is_begun_or_removed_prints_what_was_asked_for(run: Run, sample_index: Path) -> None:
    """For programs an object as a look has it, whose differences are none; and what is no watch any more."""
    begun = run("watch", "boats", "ferry", "--index", sample_index, "--format", "json")
    record = json.loads(begun.stdout)
    assert (record["watches"][0]["watch"], record["watches"][0]["total_now"]) == ("boats", 6)
    assert record["differences"] == []
    assert begun.exit_code == 0
    look = json.loads(run("watch", "boats", "--format", "json").stdout)
    assert [*look["watches"][0]] == [*record["watches"][0]]
    removed = json.loads(run("watch", "boats", "--remove", "--format", "json").stdout)
    assert removed == {"format": 2, "watch": "boats", "removed": True}


def test_a_watch_survives_a_rebuild_and_another_index(run: Run, tmp_path: Path) -> None:
    """Of the same archive built anew, and elsewhere, nothing is new; the watch goes on with it."""
    source = tmp_path / "a.jsonl"
    source.write_text(RECORD % ("a", "One", "a ferry", "2020-01-01"))
    for name in ("one", "two"):
        run("build", source, "--index", tmp_path / name, "--quiet")
    run("watch", "boats", "ferry", "--index", tmp_path / "one")
    run("build", source, "--index", tmp_path / "one", "--quiet")
    assert run("watch", "boats").exit_code == 1
    assert run("watch", "boats", "--index", tmp_path / "two").exit_code == 1
    run("delete", "a", "--yes", "--index", tmp_path / "two")
    record = json.loads(run("watch", "boats", "--format", "json").stdout)
    assert [(one["what"], one["id"]) for one in record["differences"]] == [("went", "a")]


def test_a_watch_says_how_it_was_read_and_is_forgotten_by_name(
    run: Run, make_index: Callable[..., Path], sample_index: Path
) -> None:
    """What joins, what is left out, what nothing has is said; names are quoted; --remove looks at nothing."""
    begun = run("watch", "a b", "(ferry zzzqqq", "--index", make_index({"body": "ferry"}))
    assert begun.stdout == "a b: 1 item now; dragoman watch 'a b' tells what is new\n"
    assert "without its parenthesis" in begun.stderr
    assert "no item has: zzzqqq" in begun.stderr
    assert (
        "also searched for: ferry → transbordador"
        in run("watch", "c", "ferry", "--index", sample_index).stderr
    )
    for arguments in (["--remove"], ["a b", "ferry", "--remove"], ["a b", "--remove", "--peek"]):
        mistake = run("watch", *arguments)
        assert (mistake.exit_code, mistake.stdout, mistake.stderr.count("\n")) == (2, "", 1)
        assert "dragoman watch NAME --remove" in mistake.stderr
    assert run("watch", "a b", "--remove").exit_code == 0


def test_mistakes_are_one_line(run: Run, make_index: Callable[..., Path], watches: Path) -> None:
    """A name that cannot be one, an unknown one, filters without a query, a file that is none, no index."""
    index = make_index({"body": "ferry"})
    assert "nothing is watched yet" in run("watch").stderr
    run("watch", "boats", "ferry", "--index", index)
    (watches / "broken.json").write_text("[]")
    for arguments in (
        ("watch", "../up", "ferry"),
        ("watch", "unknown"),
        ("watch", "boats", "--from", "2020"),
        ("watch", "broken"),
        ("watch", "boats", "--index", index / "none"),
        ("watch", "unknown", "--remove"),
    ):
        wrong = run(*arguments)
        assert (wrong.exit_code, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1), arguments
    assert run("watch", "boats", "--index", index / "none").stderr.startswith(
        "dragoman: boats: there is no index"
    )
    both = run("watch")
    assert (both.exit_code, both.stdout.split(":")[0]) == (2, "boats")
    assert run("watch", "boats", "--remove").exit_code == 0
    assert not (watches / "boats.json").exists()


def test_a_watch_that_takes_the_place_of_another_says_so(run: Run, tmp_path: Path, watches: Path) -> None:
    """What the name was for is told, or nothing where that cannot be read."""
    source, index = tmp_path / "a.jsonl", tmp_path / "index"
    source.write_text(RECORD % ("a", "One", "a ferry", "2020-01-01"))
    run("build", source, "--index", index, "--quiet")
    assert "forgotten" not in run("watch", "boats", "ferry", "--index", index).stderr
    again = run("watch", "boats", "boat", "--index", index)
    assert again.exit_code == 0
    assert "boats watched “ferry” before, which is forgotten\n" in again.stderr
    (watches / "boats.json").write_text("{}")
    assert run("watch", "boats", "ferry", "--index", index).exit_code == 0
