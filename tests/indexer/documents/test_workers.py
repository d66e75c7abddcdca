"""Processes that read for another one: their results, how they end, and their errors."""

import csv
import errno
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
import zipfile
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from source_samples import SAMPLES
from work import HANGS

from indexer import build
from indexer.documents.worker_pool import _portable, read_sources, start_readers
from indexer.errors import DragomanError
from indexer.progress import Meter
from indexer.sample import sample_path
from indexer.sources import ReadOptions
from indexer.store.indexing import update
from indexer.store.manifest import MANIFEST, Manifest

ROOT = Path(__file__).parents[3]
TEXTS = (
    "The ferry from Lima stops here on Friday, and it will not leave before noon; the quay of Kenya is shut.",
    "El barco de las islas llega el viernes… y no saldrá de Perú hasta el lunes por la noche – o el martes.",
    "Le port a été fermé vendredi à cause de la tempête, un coup au cœur de la ville.\nIt was the end of it.",
    "港の船",
)


def write_table(path: Path, rows: int) -> None:
    """Write rows whose languages and countries must be found, some of which are no items."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("headline", "content", "published"))
        for number in range(rows):
            text = "" if number % 97 == 5 else f"{TEXTS[number % 4] * 4} {number // 3}"
            table.writerow((f"Ship {number}" if text else "", text, "2019-05-04" if number % 5 else "soon"))


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """Return files of many kinds and a folder of them, with faults; one is larger than a message."""
    folder = shutil.copytree(SAMPLES, tmp_path / "news")
    with sample_path() as sample:
        shutil.copy(sample, folder / "page.txt")
    (folder / "none.bin").write_bytes(bytes(range(256)) * 9)
    (folder / "loop").symlink_to(folder)
    (folder / "old.jsonl.gz").write_bytes(gzip.compress((folder / "record.jsonl").read_bytes()))
    with zipfile.ZipFile(folder / "inner.zip", "w") as archive:
        archive.write(folder / "feed.json", "deep/feed.json")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(folder / "inner.zip", "inner.zip")
        archive.writestr("empty.txt", "")
    write_table(tmp_path / "table.csv", 330)
    return [str(tmp_path / name) for name in ("table.csv", "news", "outer.zip")]


def written(sources: list[str], folder: Path, jobs: int, **settings: Any) -> list[Any]:
    """Read sources into an index; return all of its visible state."""
    told: list[tuple[str, int]] = []
    events = folder.with_suffix(".report")
    meter = Meter()
    report = update(
        sources,
        folder,
        progress=lambda *progress: told.append(progress),
        reading=ReadOptions(meter=meter),
        jobs=jobs,
        report=events,
        **settings,
    )
    report.seconds = 0
    files = {path.name: sha256(path.read_bytes()).digest() for path in (folder / "segments").iterdir()}
    counted = {field.name: getattr(report, field.name) for field in fields(report)}
    counted["skipped"] = SimpleNamespace(**vars(report.skipped))
    table = Manifest.read(folder)._replace(built=None, times=None)
    return [counted, told, meter.read, events.read_text(encoding="utf-8"), files, table]


@pytest.mark.slow
def test_an_index_does_not_depend_on_the_number_of_processes(sources: list[str], tmp_path: Path) -> None:
    """Bytes, ids, order, counts, reasons and progress are equal for one process or several."""
    alone = written(sources, tmp_path / "alone", 1)
    assert alone[0]["items"] > 400
    assert alone[0]["skipped"].total > 5
    assert written(sources, tmp_path / "three", 3) == alone
    write_table(Path(sources[0]), 300)
    (Path(sources[1]) / "page.txt").unlink()
    again = written(sources, tmp_path / "alone", 1, mirror=True)
    assert again[0]["deleted"] > 50
    assert written(sources, tmp_path / "three", 2, mirror=True) == again


def test_an_unreadable_source_has_the_usual_message(tmp_path: Path) -> None:
    """The message and the documents before it are those of reading without another process."""
    write_table(tmp_path / "good.csv", 30)
    (tmp_path / "names.csv").write_text("a,b\n1,2\n3,4\n")
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in ("good.csv", "missing.csv", "names.csv", "empty", "good.csv")]
    found = []
    for jobs in (1, 2):
        with read_sources([(path, ReadOptions()) for path in paths], lambda _: None, jobs) as opened:
            first, *faulty, last = opened
            documents = [*first]
            for source in faulty:
                with pytest.raises(DragomanError) as caught:
                    next(source)
                documents += (str(caught.value), type(caught.value))
            found.append((*documents, *last))
    assert found[0] == found[1]
    assert len(found[0]) == 29 + 6 + 29


def test_an_internal_error_has_the_traceback_of_its_process(tmp_path: Path) -> None:
    """The traceback of an error in another process names the code that raised it there."""
    write_table(tmp_path / "good.csv", 3)
    wrong: Any = (("no pair",),)
    with (
        pytest.raises(ValueError, match="unpack") as caught,
        read_sources([(tmp_path / "good.csv", ReadOptions(columns=wrong))], print, 2) as opened,
    ):
        list(next(opened))
    assert "foreign_record.py" in "".join(traceback.format_exception(caught.value))


def test_an_error_that_cannot_be_pickled_is_sent_as_text() -> None:
    """An error of any class is reported to the parent process."""

    class OddError(Exception):
        pass

    def fail() -> None:
        raise OddError("the keel")

    try:
        fail()
    except OddError as error:
        sent = _portable(error)
    assert type(sent) is RuntimeError
    assert "OddError: the keel" in str(sent)
    assert "test_workers.py" in str(sent)


def started_by(process: int) -> set[int]:
    """Return the reading processes that a process has started."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    lines = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return {int(pid) for pid, parent, *args in lines if int(parent) == process and "work(" in " ".join(args)}


@pytest.mark.slow
def test_processes_started_ahead_are_used(tmp_path: Path) -> None:
    """No other is started while there are such; unused ones have ended after the write."""
    write_table(tmp_path / "good.csv", 30)
    given = [(tmp_path / "good.csv", ReadOptions())] * 2
    with start_readers([path for path, _ in given] * 2, jobs=3):
        ahead = started_by(os.getpid())
        with read_sources(given, lambda _: None, jobs=2) as opened:
            assert [len([*documents]) for documents in opened] == [29, 29]
            assert started_by(os.getpid()) <= ahead
        assert len(ahead) == 3
        assert len(started_by(os.getpid())) == 1
    assert not started_by(os.getpid())


class Reading:
    """A command that waits for a source, in a separate process, while another reads it."""

    def __init__(self, folder: Path) -> None:
        self.fifo = folder / "slow.csv"
        os.mkfifo(self.fifo)
        self.index = folder / "index"
        build(self.index, items=[{"id": "tide", "body": TEXTS[0], "language": "en", "countries": []}])
        self.before = (self.index / MANIFEST).read_bytes()
        command = [sys.executable, ROOT / "cli.py", "build", self.fifo, "--jobs", "2", "--index", self.index]
        self.process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            # A suite in the background of a shell ignores Ctrl-C, and its child processes would, too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        self.stream = self.fifo.open("wb", buffering=0)  # from now on it is read
        self.stream.write(b"title,body\n")

    def is_read(self) -> bool:
        """Return whether a process still has the source open."""
        try:
            os.close(os.open(self.fifo, os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return False
        return True

    def end(self) -> tuple[int, list[str]]:
        """Wait for the end; return the exit code and the messages."""
        _, said = self.process.communicate(timeout=HANGS)
        deadline = time.monotonic() + HANGS
        while self.is_read() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.stream.close()
        assert not self.is_read()
        return self.process.returncode, said.decode().splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("killed", ["reader", "command", "interrupted"])
def test_no_process_survives_another(killed: str, tmp_path: Path) -> None:
    """A build that is killed, interrupted or without its reader ends all processes; the old index stays."""
    reading = Reading(tmp_path)
    if killed == "interrupted":
        reading.process.send_signal(signal.SIGINT)
        assert reading.end() == (130, ["dragoman: interrupted"])
    elif killed == "command":
        reading.process.kill()
        assert reading.end() == (-signal.SIGKILL, [])
    else:
        (reader,) = started_by(reading.process.pid)
        os.kill(reader, signal.SIGKILL)
        code, said = reading.end()
        assert (code, len(said)) == (2, 1)
        assert "ended by signal SIGKILL" in said[0]
        assert "--jobs 1" in said[0]
    assert (reading.index / MANIFEST).read_bytes() == reading.before


@pytest.mark.slow
def test_pipes_are_read_by_their_own_process(tmp_path: Path) -> None:
    """A pipe from a shell, between files that other processes read, gives its items in its turn."""
    file = tmp_path / "file.jsonl"
    file.write_text(json.dumps({"body": "of a file"}) + "\n", encoding="utf-8")
    ours, theirs = os.pipe()
    os.write(theirs, json.dumps({"body": "of a pipe"}).encode() + b"\n")
    os.close(theirs)
    given = [(path, ReadOptions()) for path in (file, f"/dev/fd/{ours}", file)]
    with read_sources(given, lambda _: None, jobs=2) as read:
        assert [document.item.body for documents in read for document in documents] == [
            "of a file",
            "of a pipe",
            "of a file",
        ]
    os.close(ours)
