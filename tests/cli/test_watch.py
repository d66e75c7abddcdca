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


def test_a_rebuilt_index_is_nothing_new(run: Run, tmp_path: Path) -> None:
    """The same archive, built again in the same folder, has the same items."""
    source = tmp_path / "a.jsonl"
    source.write_text(RECORD % ("a", "One", "a ferry", "2020-01-01"))
    run("build", source, "--index", tmp_path / "one", "--quiet")
    run("watch", "boats", "ferry", "--index", tmp_path / "one")
    run("build", source, "--index", tmp_path / "one", "--quiet")
    assert run("watch", "boats").exit_code == 1


@pytest.fixture
def two_indexes(make_index: Callable[..., Path], run: Run) -> tuple[Path, Path]:
    """Two indexes with other items, and a watch on each: boats on the first, calm on the second."""
    first = make_index({"id": "a", "body": "a ferry"}, {"id": "b", "body": "the ferry"}, name="first")
    second = make_index({"id": "x", "body": "one ferry"}, name="second")
    assert run("watch", "boats", "ferry", "--index", first).exit_code == 0
    assert run("watch", "calm", "ferry", "--index", second).exit_code == 0
    return first, second


@pytest.mark.parametrize("by", ["DRAGOMAN_INDEX", "DRAGOMAN_WATCH_INDEX", "dragoman.toml"])
@pytest.mark.parametrize("name", [["boats"], []])
def test_a_setting_never_moves_a_watch(
    run: Run, two_indexes: tuple[Path, Path], by: str, name: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at one watch or at all uses the index that the watch remembers."""
    first, second = two_indexes
    kept = second.parent / "watches" / "boats.json"
    monkeypatch.chdir(second.parent)
    if by == "dragoman.toml":
        (second.parent / by).write_text("index = 'second'")
    else:
        monkeypatch.setenv(by, "second")
    before = kept.read_bytes()
    look = run("watch", *name, "--peek")
    assert (look.exit_code, look.stderr) == (1, "")
    assert look.stdout.startswith("boats: nothing new; 2 items (last look ")
    assert kept.read_bytes() == before
    assert run("watch", *name).exit_code == 1
    assert run("delete", "a", "--yes", "--index", first).exit_code == 0
    record = json.loads(run("watch", "boats", "--format", "json").stdout)
    assert [(one["what"], one["id"]) for one in record["differences"]] == [("went", "a")]


def test_a_typed_index_alone_selects_the_watches_of_it(
    run: Run, two_indexes: tuple[Path, Path], watches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the index is spelled; the other watches keep what they have; an unknown index is a mistake."""
    first, second = two_indexes
    monkeypatch.chdir(first)
    (second.parent / "link").symlink_to(second)
    run("delete", "a", "--yes", "--index", first)
    before = (watches / "boats.json").read_bytes()
    for spelled in (second, "../second/", "../first/../second", "../link"):
        look = run("watch", "--index", spelled)
        assert (look.exit_code, look.stderr) == (1, ""), spelled
        assert look.stdout.startswith("calm: nothing new; 1 item (last look ")
        assert look.stdout.count("\n") == 1
    assert (watches / "boats.json").read_bytes() == before
    none = run("watch", "--index", "../none")
    assert (none.exit_code, none.stdout, none.stderr.count("\n")) == (2, "", 1)
    assert "no watch uses the index" in none.stderr
    assert f"boats ({first}), calm ({second})" in none.stderr
    assert run("watch", "boats").stdout.startswith("boats: 1 went; 1 item")


def test_a_name_and_a_typed_index_move_a_watch(
    run: Run, two_indexes: tuple[Path, Path], watches: Path
) -> None:
    """It starts again there, and says so; nothing went, and what comes later is compared with that index."""
    first, second = two_indexes
    peek = run("watch", "boats", "--index", second, "--peek")
    assert (peek.exit_code, peek.stdout, peek.stderr.count("\n")) == (2, "", 1)
    assert "leave out --peek" in peek.stderr
    assert run("watch", "boats").stdout.startswith("boats: nothing new; 2 items")
    moved = run("watch", "boats", "--index", second)
    assert (moved.exit_code, moved.stdout.split(" (")[0]) == (1, "boats: nothing new; 1 item")
    assert moved.stderr == f"boats now uses the index {second}, not {first}, and starts again there\n"
    assert run("watch", "boats", "--index", second, "--peek").stderr == ""
    run("delete", "x", "--yes", "--index", second)
    record = json.loads(run("watch", "boats", "--format", "json").stdout)
    assert [(one["what"], one["id"]) for one in record["differences"]] == [("went", "x")]
    kept = json.loads((watches / "boats.json").read_text())
    assert kept["place"] == kept["receipt"]["index"] == str(second)


def test_a_new_query_of_a_watch_keeps_its_index(
    run: Run, two_indexes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting is the index of a new watch alone; a typed index moves the watch with its new query."""
    first, second = two_indexes
    monkeypatch.setenv("DRAGOMAN_INDEX", str(second))
    again = run("watch", "boats", "the ferry", "--all")
    assert again.stdout.startswith("boats: 2 items now")
    assert f"boats stays with the index {first}; type --index to use {second}\n" in again.stderr
    assert run("watch", "fresh", "ferry").stdout.startswith("fresh: 1 item now")
    moved = run("watch", "boats", "ferry", "--index", second)
    assert moved.stdout.startswith("boats: 1 item now")
    assert f"boats now uses the index {second}, not {first}, and starts again there\n" in moved.stderr


def test_a_watch_without_its_index_names_the_remedy(run: Run, two_indexes: tuple[Path, Path]) -> None:
    """One line with the index that is gone and the command that moves the watch; the watch is kept."""
    first, second = two_indexes
    first.rename(first.with_name("elsewhere"))
    gone = run("watch", "boats")
    assert (gone.exit_code, gone.stdout, gone.stderr.count("\n")) == (2, "", 1)
    assert f"there is no index folder “{first}”" in gone.stderr
    assert "dragoman watch boats --index INDEX" in gone.stderr
    every = run("watch")
    assert (every.exit_code, every.stdout.split(":")[0], every.stderr.count("\n")) == (2, "calm", 2)
    assert run("watch", "--index", second).exit_code == 1
    assert run("watch", "boats", "--index", "").stderr.startswith("dragoman: the name of the index is empty")
    assert run("watch", "boats", "--index", first.with_name("elsewhere")).exit_code == 1


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
