"""A full disk: one clear line, exit code 2, and the old index complete."""

import os
import resource
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from faults.forking_writer import Writers
from faults.full_disk import PAGE, fill
from faults.tally import tell
from faults.two_states import EVERYDAY, ITEMS, RARE, States, few_and_many

from indexer.bulk.run import SpillFile


def _is_clear(said: str) -> bool:
    """Return whether a message is one line that names the cause."""
    return len(said.strip().splitlines()) == 1 and ("not enough disk space" in said or "cannot write" in said)


@pytest.mark.parametrize(("command", "items", "rounds"), few_and_many((ITEMS, 6), (60, 60)))
def test_a_full_disk_leaves_the_old_index(
    two_states: States, writers: Writers, small_disk: Path, *, command: str, items: int, rounds: int
) -> None:
    """Wherever the space ends during a write, the old index is complete; with space the command succeeds."""
    states, disk = two_states(command, items), small_disk
    folder = states.copy_old(disk / "index")
    found: Counter[str] = Counter()
    assert writers.run(states.kind, folder, states.source).code == 0
    # The new index and the old one together fit in the last rounds.
    most = 2 * sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) + 40 * PAGE
    for number in range(rounds):
        (disk / "filler").unlink(missing_ok=True)
        states.copy_old(folder)
        fill(disk, most * number // rounds // PAGE * PAGE)
        ended = writers.run(states.kind, folder, states.source)
        assert ended.code in (0, 2), ended.said
        assert ended.code == 0 or _is_clear(ended.said), ended.said
        assert states.state(folder) == ("new" if ended.code == 0 else "old")
        found["wrote" if ended.code == 0 else "refused"] += 1
        (disk / "filler").unlink()
        states.write_again(folder)
    assert found["refused"]
    assert found["wrote"] or rounds > 6
    tell(f"disk full, {command}", found, lost=0)


def test_the_command_reports_a_full_disk(two_states: States, small_disk: Path, run: Run) -> None:
    """The command ends with one line and exit code 2."""
    states = two_states("update", ITEMS)
    folder = states.copy_old(small_disk / "index")
    fill(small_disk, 2 * PAGE)
    run.refused(
        "update",
        states.source,
        "--index",
        folder,
        says="dragoman: not enough disk space to write the index in",
    )
    assert states.state(folder) == "old"


@pytest.mark.slow
@pytest.mark.parametrize("command", [*EVERYDAY, *RARE])
def test_a_file_size_limit_leaves_the_old_index(
    two_states: States, writers: Writers, tmp_path: Path, command: str
) -> None:
    """A write beyond the limit of its process (RLIMIT_FSIZE) is one line, like a full disk."""
    states = two_states(command, ITEMS)
    folder = tmp_path / "index"
    for most in (1, 100, 1000, PAGE):
        ended = writers.run(states.kind, states.copy_old(folder), states.source, most_bytes=most)
        assert ended.code == 2, ended.said
        assert _is_clear(ended.said), ended.said
        assert states.state(folder) == "old"
    states.write_again(folder)


def test_a_spill_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    """An array that does not fit on the disk is an error when it is spilled, not a shorter array later."""
    file = SpillFile(tmp_path / "run", small=0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        file.add(np.arange(9, dtype=np.uint32))
        with pytest.raises(OSError, match="File too large"):
            file.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_truncated_spill_is_an_error(tmp_path: Path) -> None:
    """A truncated array is never read as the whole one."""
    file = SpillFile(tmp_path / "run", small=0)
    spilled = file.add(np.arange(9, dtype=np.uint32))
    file.close()
    os.truncate(tmp_path / "run", 20)
    with pytest.raises(OSError, match="shorter"):
        spilled.read()
