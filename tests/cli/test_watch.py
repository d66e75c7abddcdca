"""The command `watch`: new matches in the index since the last look, whatever their date."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

RECORD = '{"id": "%s", "title": "%s", "body": "%s", "date": "%s", "language": "en"}\n'


@pytest.fixture(autouse=True)
def watches(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - after run
    """Return the folder of the watches."""
    monkeypatch.setenv("DRAGOMAN_WATCHES", str(tmp_path / "watches"))
    return tmp_path / "watches"


def test_a_watch_reports_new_matches_once(run: Run, tmp_path: Path, watches: Path) -> None:
    """An old item that was added later is new; it is reported once, unless peeked at; else exit code 1."""
    source, index = tmp_path / "a.jsonl", tmp_path / "index"
    source.write_text(RECORD % ("a", "One", "a ferry", "2020-01-01"))
    run("build --quiet", source, "--index", index)
    begun = run("watch boats ferry --from 1990 --index", index)
    assert begun.stdout == "boats: 1 item now; dragoman watch boats shows new ones\n"
    run("build --quiet", source, "--index", index)
    assert run("watch boats").exit_code == 1
    source.write_text(source.read_text() + RECORD % ("b", "Two", "old ferry", "1995-01-01"))
    run("update", source, "--index", index)
    for option, code in (("--peek", 0), ("", 0), ("", 1)):
        look = run(f"watch {option} --format jsonl")
        assert look.exit_code == code
        assert [json.loads(line)["id"] for line in look.stdout.splitlines()] == ["b"] * (code == 0)
    assert [path.name for path in watches.iterdir()] == ["boats.json"]
    again = run("watch boats boat --index", index)
    assert again.exit_code == 0
    assert "boats had the query “ferry”, which is replaced\n" in again.stderr
    (watches / "boats.json").write_text("{}")
    assert run("watch boats ferry --index", index).exit_code == 0


@pytest.fixture
def two_indexes(make_index: Callable[..., Path], run: Run) -> tuple[Path, Path]:
    """Return two indexes and a watch on each: boats on the first, calm on the second."""
    first = make_index({"id": "a", "body": "a ferry"}, {"id": "b", "body": "the ferry"}, name="first")
    second = make_index({"id": "x", "body": "one ferry"}, name="second")
    assert run("watch boats ferry --index", first).exit_code == 0
    assert run("watch calm ferry --index", second).exit_code == 0
    return first, second


@pytest.mark.parametrize("by", ["DRAGOMAN_INDEX", "DRAGOMAN_WATCH_INDEX", "dragoman.toml"])
@pytest.mark.parametrize("name", [["boats"], []])
def test_a_setting_never_moves_a_watch(
    run: Run, two_indexes: tuple[Path, Path], by: str, name: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at one watch or at all uses the index that the watch stores."""
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
    assert run("delete a --yes --index", first).exit_code == 0
    record = run.json("watch boats")
    assert [(one["what"], one["id"]) for one in record["differences"]] == [("went", "a")]


def test_a_typed_index_selects_its_watches(
    run: Run, two_indexes: tuple[Path, Path], watches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any spelling of the index works; other watches are not changed; an unknown index is a mistake."""
    first, second = two_indexes
    monkeypatch.chdir(first)
    (second.parent / "link").symlink_to(second)
    run("delete a --yes --index", first)
    before = (watches / "boats.json").read_bytes()
    for spelled in (second, "../second/", "../first/../second", "../link"):
        look = run("watch --index", spelled)
        assert (look.exit_code, look.stderr, look.stdout.count("\n")) == (1, "", 1), spelled
        assert look.stdout.startswith("calm: nothing new; 1 item (last look ")
    assert (watches / "boats.json").read_bytes() == before
    says = ("no watch uses the index", f"boats ({first}), calm ({second})")
    run.refused("watch --index ../none", says=says)
    assert run("watch boats").stdout.startswith("boats: 1 went; 1 item")


def test_a_name_and_a_typed_index_move_a_watch(
    run: Run, two_indexes: tuple[Path, Path], watches: Path
) -> None:
    """The watch starts again there; no match is reported as lost, and later looks use that index."""
    first, second = two_indexes
    run.refused("watch boats --peek --index", second, says="leave out --peek")
    assert run("watch boats").stdout.startswith("boats: nothing new; 2 items")
    moved = run("watch boats --index", second)
    assert (moved.exit_code, moved.stdout.split(" (")[0]) == (1, "boats: nothing new; 1 item")
    assert moved.stderr == f"boats now uses the index {second}, not {first}, and starts again there\n"
    assert run("watch boats --peek --index", second).stderr == ""
    run("delete x --yes --index", second)
    found = run.json("watch boats")["differences"]
    assert [(one["what"], one["id"]) for one in found] == [("went", "x")]
    kept = json.loads((watches / "boats.json").read_text())
    assert kept["place"] == kept["receipt"]["index"] == str(second)


def test_a_new_query_of_a_watch_keeps_its_index(
    run: Run, two_indexes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting applies to new watches only; a typed index moves the watch with its new query."""
    first, second = two_indexes
    monkeypatch.setenv("DRAGOMAN_INDEX", str(second))
    again = run("watch boats", "the ferry", "--all")
    assert again.stdout.startswith("boats: 2 items now")
    assert f"boats stays with the index {first}; type --index to use {second}\n" in again.stderr
    assert run("watch fresh ferry").stdout.startswith("fresh: 1 item now")
    moved = run("watch boats ferry --index", second)
    assert moved.stdout.startswith("boats: 1 item now")
    assert f"boats now uses the index {second}, not {first}, and starts again there\n" in moved.stderr


def test_a_watch_without_its_index_has_a_remedy(run: Run, two_indexes: tuple[Path, Path]) -> None:
    """One line names the missing index and the command that moves the watch; the watch is kept."""
    first, second = two_indexes
    first.rename(moved := first.with_name("elsewhere"))
    says = (f"there is no index folder “{first}”", "dragoman watch boats --index INDEX")
    run.refused("watch boats", says=says)
    every = run("watch")
    assert (every.exit_code, every.stdout.split(":")[0], every.stderr.count("\n")) == (2, "calm", 2)
    assert run("watch --index", second).exit_code == 1
    run.refused("watch boats --index", "", says="the name of the index is empty")
    assert run("watch boats --index", moved).exit_code == 1


def test_a_watch_reports_its_query_and_is_removed_by_name(
    run: Run, make_index: Callable[..., Path], sample_index: Path
) -> None:
    """Expansions, corrections and unmatched words are printed; names are quoted; --remove does not look."""
    begun = run("watch 'a b' '(ferry zzzqqq' --any --index", make_index({"body": "ferry"}))
    says = "a b: 1 item now, any word, 0 with all words; dragoman watch 'a b' shows new ones\n"
    assert begun.stdout == says
    assert "without its parenthesis" in begun.stderr
    assert "no item has: zzzqqq" in begun.stderr
    told = run("watch c ferry --index", sample_index).stderr
    assert "also searched for: ferry → transbordador" in told
    for arguments in ("--remove", "'a b' ferry --remove", "'a b' --remove --peek"):
        run.refused(f"watch {arguments}", says="dragoman watch NAME --remove")
    assert run("watch 'a b' --remove").exit_code == 0


def test_each_mistake_ends_in_one_line(run: Run, make_index: Callable[..., Path], watches: Path) -> None:
    """An invalid or unknown name, filters without a query, a broken file and no index are one line each."""
    index = make_index({"body": "ferry"})
    assert "there are no watches yet" in run("watch").stderr
    run("watch boats ferry --index", index)
    (watches / "broken.json").write_text("[]")
    for arguments in ("../up ferry", "unknown", "boats --from 2020", "broken", "unknown --remove"):
        run.refused(f"watch {arguments}")
    says = "dragoman: boats: there is no index"
    assert run.refused("watch boats --index", index / "none").startswith(says)
    both = run("watch")
    assert (both.exit_code, both.stdout.split(":")[0]) == (2, "boats")
    assert run("watch boats --remove").exit_code == 0
    assert not (watches / "boats.json").exists()
