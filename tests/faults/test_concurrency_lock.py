"""One writer at a time: a second one waits, or fails with the process that holds the lock."""

import errno
import fcntl
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from command_line import Run
from faults.forking_parent import ROOT
from faults.known_archive import make_items, write_source
from faults.small_thesaurus import build

import indexer.store.indexing
from indexer.errors import IndexFolderError
from indexer.store.indexing import update
from indexer.store.lock import LOCK, WriterLock

HOLD = (
    "import sys; from pathlib import Path; from indexer.store.lock import WriterLock\n"
    "lock = WriterLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start another process that holds the lock until its standard input ends."""
    (tmp_path / "index").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "index")],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_writer_learns_who_holds_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """The message has the id of the process, and since when it writes."""
    with pytest.raises(IndexFolderError) as told:
        WriterLock(tmp_path / "index")
    found = re.search(r"process (\d+), since ([^)]+)\)", str(told.value))
    assert int(found[1]) == holder.pid
    assert datetime.fromisoformat(found[2]) <= datetime.now().astimezone()
    assert "wait=SECONDS" in str(told.value)


@pytest.mark.parametrize("command", ["build", "update"])
def test_the_command_reports_who_holds_the_lock(tmp_path: Path, run: Run, command: str) -> None:
    """Build and update end with that line and exit code 2, and do not change the index."""
    folder = tmp_path / "index"
    source = write_source(tmp_path / "a.jsonl", make_items(1, 3).values())
    build([source], folder)
    before = (folder / "dragoman.json").read_bytes()
    with WriterLock(folder):
        run.refused(command, source, "--index", folder, "--wait", 0.2, says=f"process {os.getpid()}, since ")
    assert (folder / "dragoman.json").read_bytes() == before


def test_a_writer_waits_for_another_one(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """With ``wait`` the second writer continues as soon as the first has ended."""
    threading.Timer(0.3, holder.stdin.close).start()
    with WriterLock(tmp_path / "index", wait=60):
        assert holder.stdin.closed


def test_a_wait_ends_with_an_error(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that waited in vain has tried more than once, and reports who is writing."""
    assert holder.poll() is None
    tries: list[int] = []
    lock = indexer.store.lock.lock_descriptor

    def counted(descriptor: int) -> None:
        tries.append(descriptor)
        lock(descriptor)

    monkeypatch.setattr(indexer.store.lock, "lock_descriptor", counted)
    with pytest.raises(IndexFolderError, match="another process is writing"):
        WriterLock(tmp_path / "index", wait=0.3)
    assert len(tries) > 1


def test_memory_beyond_any_machine_is_accepted(tmp_path: Path) -> None:
    """A limit that exceeds the machine's integers means all memory."""
    source = write_source(tmp_path / "a.jsonl", make_items(1, 3).values())
    assert indexer.store.indexing.build([source], tmp_path / "index", memory_mb=10**20).items == 3


def test_a_killed_writer_holds_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """The kernel frees the lock of a killed process; the process id in the file keeps nobody out."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert json.loads((tmp_path / "index" / LOCK).read_bytes())["process"] == holder.pid
    with WriterLock(tmp_path / "index"):
        assert json.loads((tmp_path / "index" / LOCK).read_bytes())["process"] == os.getpid()


@pytest.mark.parametrize("wait", [0.0, float("nan")])
def test_two_threads_of_one_process_exclude_each_other(tmp_path: Path, wait: float) -> None:
    """The lock belongs to its holder, not to the process; NaN seconds are no endless wait."""
    with WriterLock(tmp_path), pytest.raises(IndexFolderError, match=f"process {os.getpid()}"):
        WriterLock(tmp_path, wait=wait)


def test_a_removed_lock_file_lets_no_second_writer_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock on an unlinked file does not count: the file that has its name now is locked instead."""
    import indexer.store.lock

    lock = indexer.store.lock.lock_descriptor
    removed = []

    def remove_first(descriptor: int) -> None:
        if not removed:
            removed.append((tmp_path / LOCK).unlink())
        lock(descriptor)

    monkeypatch.setattr(indexer.store.lock, "lock_descriptor", remove_first)
    with WriterLock(tmp_path, wait=5), pytest.raises(IndexFolderError):
        WriterLock(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("again", range(3))
def test_writers_that_start_together_all_succeed(tmp_path: Path, again: int) -> None:
    """Writers that start at once on a missing folder take turns, and none undoes the work of another."""
    folder = tmp_path / "index"
    sources = [
        write_source(tmp_path / f"{n}.jsonl", make_items(n, 5, f"{n}x{again}-").values()) for n in range(4)
    ]
    with ThreadPoolExecutor(len(sources)) as pool:
        assert len([*pool.map(lambda source: update([source], folder, wait=60), sources)]) == len(sources)
    assert update([sources[0]], folder).items == 20


def test_a_disk_without_locks_is_not_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system cannot lock, this is reported at once, and nobody waits for a nonexistent writer."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(IndexFolderError, match=r"cannot lock .*: No locks available") as told:
        WriterLock(tmp_path, wait=60)
    assert "another process" not in str(told.value)


def test_a_pipe_as_lock_file_blocks_nobody(tmp_path: Path) -> None:
    """If the holder of the lock cannot be read, the message says so at once."""
    os.mkfifo(tmp_path / LOCK)
    with WriterLock(tmp_path), pytest.raises(IndexFolderError, match="unknown process"):
        WriterLock(tmp_path)


def test_removing_the_lock_file_lets_no_second_writer_in(tmp_path: Path) -> None:
    """A user who removes the file of an active writer still gets the message."""
    with WriterLock(tmp_path):
        (tmp_path / LOCK).unlink()
        with pytest.raises(IndexFolderError, match="another process is writing"):
            WriterLock(tmp_path)
    with WriterLock(tmp_path):
        pass


def test_a_drive_with_only_file_locks_admits_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a network drive without locks of folders, the file is enough."""
    flock = fcntl.flock

    def files_alone(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", files_alone)
    with WriterLock(tmp_path), pytest.raises(IndexFolderError, match="another process is writing"):
        WriterLock(tmp_path)
