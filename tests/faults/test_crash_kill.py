"""Writers killed with -9 at random moments leave the old index or the new one, complete."""

import random
import shutil
import subprocess
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest
from faults.forking_writer import Writers
from faults.small_thesaurus import COMMAND
from faults.tally import tell
from faults.two_states import COMMANDS, ITEMS, States, few_and_many

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
