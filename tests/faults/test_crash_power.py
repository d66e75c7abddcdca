"""Power lost at any moment leaves the old index or the new one, complete, whatever unsynced data is lost."""

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from faults.file_operations import Operation, record
from faults.power_loss import Disk
from faults.small_thesaurus import COMMAND
from faults.tally import tell
from faults.two_states import States, TwoStates, few_and_many

from indexer.errors import IndexFolderError


def _strace_works() -> bool:
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode
        == 0
    )


needs_strace = pytest.mark.skipif(
    not _strace_works(), reason="strace, which records file operations, is missing or not allowed"
)


class Recorded(NamedTuple):
    """The operations of a writer that ran to its end."""

    states: TwoStates
    disk: Disk


Recording = Callable[[str, int], Recorded]


@pytest.fixture(scope="module")
def recorded(two_states: States, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Return a function that runs a command on a disk, once for all tests, and returns its operations."""

    @cache
    def made(command: str, items: int) -> Recorded:
        states = two_states(command, items)
        folder = tmp_path_factory.mktemp("recorded")
        base = folder / "disk"
        base.mkdir()
        if command != "first":  # a first build makes its folder itself
            states.copy_old(base / "index")
        before = shutil.copytree(base, folder / "before")
        arguments = [*COMMAND, *states.arguments]
        operations = record([*arguments, "--index", str(base / "index")], base, folder / "log")
        return Recorded(states, Disk(base, before, operations))

    return made


@needs_strace
@pytest.mark.parametrize(
    ("command", "items", "moments", "samples"), few_and_many((14, 7, 1), (20, 100_000, 3))
)
def test_power_loss_leaves_the_old_or_the_new_index(
    recorded: Recording, tmp_path: Path, command: str, *, items: int, moments: int, samples: int
) -> None:
    """Whatever unsynced data reaches the disk, one of two states is there, and can be updated."""
    states, disk = recorded(command, items)
    after = tmp_path / "after"
    random_ = random.Random(states.command)
    lengths = range(len(disk.operations))
    lengths = [*sorted(random_.sample(lengths, min(moments, len(lengths)))), len(disk.operations)]
    found: Counter[str] = Counter(moments=len(lengths))
    for length in lengths:
        for lost in disk.losses(length, samples, random_):
            disk.restore(after, length, lost)
            found[states.state(after / "index")] += 1
        states.write_again(after / "index")
    # The changes of a command that ended with exit code 0 are permanent, whatever is lost later.
    for lost in disk.losses(len(disk.operations), samples, random_):
        disk.restore(after, len(disk.operations), lost)
        assert states.state(after / "index") == "new"
    found["different disks"] = states.distinct
    assert found["new"]
    assert found["old"]
    tell(f"power lost, {command}", found, lost=0)


@pytest.mark.slow
@needs_strace
@pytest.mark.parametrize("forgotten", ["sync", "sync_folder"])
def test_a_writer_without_fsync_is_detected(recorded: Recording, tmp_path: Path, forgotten: str) -> None:
    """Without the fsyncs of files, or those of folders, the simulation finds an index in neither state."""
    states, disk = recorded("build", 14)
    disk = disk.without(forgotten)
    random_ = random.Random(1)

    def lose_all_kinds() -> None:
        for _ in range(200):
            for lost in disk.losses(len(disk.operations), 1, random_):
                disk.restore(tmp_path / "after", len(disk.operations), lost)
                states.state(tmp_path / "after" / "index")

    with pytest.raises((AssertionError, IndexFolderError)):
        lose_all_kinds()


def test_the_model_drops_unsynced_data(tmp_path: Path) -> None:
    """A renamed file without an fsync may be empty under its new name, which the model can represent."""
    base = tmp_path / "disk"
    (tmp_path / "before").mkdir()
    name = str(base / "a")
    done = [
        Operation("create", f"{name}.new", 0),
        Operation("write", inode=0, data=b"whole"),
        Operation("rename", f"{name}.new", 0, name),
        Operation("sync_folder", str(base)),
    ]
    disk = Disk(base, tmp_path / "before", done)
    assert disk.uncertain(3) == [0, 1, 2]
    assert disk.uncertain(4) == [1]
    disk.restore(tmp_path / "after", 4, {1})
    assert (tmp_path / "after" / "a").read_bytes() == b""
    disk.restore(tmp_path / "after", 4, set())
    assert (tmp_path / "after" / "a").read_bytes() == b"whole"
