"""Writers killed with -9 at random moments leave the old index or the new one, complete."""

import json
import random
import shutil
import subprocess
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest
from faults.forking_writer import Writers
from faults.small_thesaurus import COMMAND, build
from faults.tally import tell
from faults.two_states import COMMANDS, ITEMS, States, few_and_many

from indexer.store.check import check_index
from indexer.store.indexing import update
from searcher import Searcher

FEW, MANY = 5, 100  # rounds of each command


@pytest.mark.parametrize(("command", "rounds", "least"), few_and_many((FEW, 1), (MANY, MANY)))
def test_a_killed_writer_leaves_the_old_or_the_new_index(
    two_states: States, writers: Writers, tmp_path: Path, *, command: str, rounds: int, least: int
) -> None:
    """A writer killed at any moment leaves one of two states, and the next writer needs no repair."""
    states, folder = two_states(command, ITEMS), tmp_path / "index"
    random_ = random.Random(f"{states.command} {rounds}")
    found: Counter[str] = Counter()
    whole = float("inf")
    for _ in range(3):  # the first is slower, and most kills would come too late
        ended = writers.run(states.kind, states.copy_old(folder), states.source)
        assert ended.code == 0, ended.said
        whole = min(whole, ended.seconds)
    # Where other processes end meanwhile, writers are faster than they were, and many kills come too late.
    for number in takewhile(lambda number: number < rounds or found["killed"] < least, range(10 * rounds)):
        states.copy_old(folder)
        # Files of another dead writer may be there already: two of three rounds die again.
        for _ in range(1 + number % 3):
            ended = writers.run(
                states.kind, folder, states.source, kill_after=random_.uniform(0, whole * 1.05)
            )
            found["killed" if ended.killed else "ended first"] += 1
            state = states.state(folder)
            assert state == "new" or ended.killed, ended.said
            found[state] += 1
        if number % 4 == 0:
            states.write_again(folder)
            found["next write"] += 1
    assert found["killed"] >= least
    assert found["old"] + found["new"] == found["killed"] + found["ended first"]
    tell(f"kill -9, {command}", found, lost=0)


@pytest.mark.parametrize(
    ("call", "command"), [(call, command) for call in ("fsync", "rename", "unlink") for command in COMMANDS]
)
@pytest.mark.faults
def test_a_kill_at_each_file_operation_loses_nothing(
    two_states: States, tmp_path: Path, call: str, command: str
) -> None:
    """A writer killed at its first, second, ... fsync, rename and unlink leaves one of the two states."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    states = two_states(command, ITEMS)
    calls = {"unlink": "unlink,unlinkat", "rename": "rename,renameat,renameat2"}.get(call, call)
    found: Counter[str] = Counter()
    for number in range(1, 100):
        folder = states.copy_old(tmp_path / "index")
        inject = f"inject={calls}:signal=KILL:when={number}"
        traced = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject]
        arguments = [*COMMAND, *states.arguments]
        code = subprocess.run(
            [*traced, *arguments, "--index", str(folder)], capture_output=True, check=False
        ).returncode
        found[states.state(folder)] += 1
        if code == 0:
            break
        found["killed"] += 1
    assert found["killed"]
    assert found["new"]
    states.write_again(folder)
    tell(f"kill -9 at each {call}, {command}", found, lost=0)


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.faults)])
def test_a_killed_correction_is_in_file_and_index_or_neither(
    writers: Writers, tmp_path: Path, rounds: int
) -> None:
    """The line may be in the file before the index has it, never after it; the next update applies it."""
    source, ids, old = tmp_path / "a.jsonl", tmp_path / "ids", tmp_path / "old"
    source.write_text('{"id": "a1", "title": "The lamp", "body": "A lamp was lit", "date": "2019-03-04"}\n')
    ids.write_text("a1")
    build([source], old)
    file, index = tmp_path / "corrections.jsonl", tmp_path / "index"
    chance, whole, states = random.Random(rounds), 0.0, set()
    for number in range(rounds):
        file.unlink(missing_ok=True)
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(old, index)
        after = chance.uniform(0, whole * 1.1) if number else None
        ended = writers.run("correct", index, ids, kill_after=after)
        assert ended.killed or not ended.code, ended.said
        whole = whole or ended.seconds
        lines = file.read_text().splitlines() if file.exists() else []
        written = [json.loads(line)["date"] for line in lines]
        assert written in ([], ["1999"])
        assert check_index(index).findings == ()
        states.add((bool(written), _year(index)))
        update([source], index, corrections=file if written else None)
        assert _year(index) == (1999 if written else 2019)
        for unfinished in tmp_path.glob(".corrections.jsonl.*.part"):
            assert not written
            unfinished.unlink()
    assert states <= {(False, 2019), (True, 2019), (True, 1999)}
    assert (True, 1999) in states


def _year(index: Path) -> int:
    with Searcher(index) as searcher:
        day = searcher.item("a1").date
    assert day
    return day.start.year
