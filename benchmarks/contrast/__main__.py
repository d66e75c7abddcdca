"""Apply the faults of ``make test-faults`` to a stock Whoosh index, and print the losses.

Run it with::

    PYTHONPATH=.:tests python -m benchmarks.contrast
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from faults.file_operations import record
from faults.known_archive import make_items, write_source
from faults.power_loss import Disk
from whoosh import index

from benchmarks.contrast import stock

PROGRAM = str(Path(stock.__file__).resolve())
ROUNDS, SECONDS, THREADS = 60, 10, 8


class States:
    """A stock index before and after an update, with its answers in both states."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.old, self.new = base / "old", base / "new"
        self.before = write_source(base / "before.jsonl", make_items(11, 40).values())
        after = [*make_items(12, 20).values(), *make_items(13, 13, "n").values()]
        self.after = write_source(base / "after.jsonl", after)
        stock.write(self.old, self.before)
        shutil.copytree(self.old, self.new)
        stock.write(self.new, self.after)
        self.answers = {"old": stock.answers(self.old), "new": stock.answers(self.new)}

    def state(self, folder: Path) -> str:
        """Return the name of the state of a folder, or its error."""
        try:
            found = stock.answers(folder)
        except Exception as error:  # noqa: BLE001 - any error of a damaged index counts
            return f"LOST: {type(error).__name__}"
        return next(
            (name for name, answers in self.answers.items() if answers == found), "LOST: wrong answers"
        )

    def copy(self, folder: Path) -> Path:
        """Replace a folder by a copy of the old index."""
        shutil.rmtree(folder, ignore_errors=True)
        return Path(shutil.copytree(self.old, folder))


def kill(states: States) -> Counter[str]:
    """Kill an update at random moments."""
    random_, found = random.Random(1), Counter[str]()
    folder = states.base / "killed"
    command = [sys.executable, PROGRAM, str(folder), str(states.after)]
    states.copy(folder)
    started = time.monotonic()
    subprocess.run(command, check=True)  # noqa: S603 - fixed arguments
    whole = time.monotonic() - started
    for _ in range(ROUNDS):
        states.copy(folder)
        process = subprocess.Popen(command)  # noqa: S603 - fixed arguments
        time.sleep(random_.uniform(whole * 0.3, whole))
        process.kill()
        process.wait()
        found[states.state(folder)] += 1
    return found


def lose_power(states: States) -> Counter[str]:
    """Drop parts of the unsynced data, after each operation of an update."""
    random_, found = random.Random(1), Counter[str]()
    disk_folder, after = states.base / "disk", states.base / "after"
    states.copy(disk_folder / "index")
    before = Path(shutil.copytree(disk_folder, states.base / "before_power"))
    command = [sys.executable, PROGRAM, str(disk_folder / "index"), str(states.after)]
    disk = Disk(disk_folder, before, record(command, disk_folder, states.base / "log"))
    for length in range(len(disk.operations) + 1):
        for lost in disk.losses(length, 20, random_):
            disk.restore(after, length, lost)
            found[states.state(after / "index")] += 1
    return found


def flip(states: States) -> Counter[str]:
    """Flip one bit in every 64th byte of every file except the table of contents."""
    found = Counter[str]()
    folder = states.base / "flipped"
    for path in sorted(states.old.glob("*.seg")):
        data = path.read_bytes()
        for at in range(0, len(data), 64):
            states.copy(folder)
            (folder / path.name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            state = states.state(folder)
            found["unnoticed, answers as before" if state == "old" else state] += 1
    return found


def share(states: States) -> Counter[str]:
    """Share one searcher between threads while another process updates the index."""
    found = Counter[str]()
    folder = states.base / "many"
    stock.write(folder, write_source(states.base / "many.jsonl", make_items(1, 1500).values()))
    writing = subprocess.Popen(  # noqa: S603 - fixed arguments
        [sys.executable, PROGRAM, str(folder), *[str(states.after), str(states.before)] * 100]
    )
    with index.open_dir(str(folder)).searcher() as searcher:
        expected = stock.answers_of(searcher)
        end = time.monotonic() + SECONDS

        def ask() -> None:
            while time.monotonic() < end:
                found[_outcome(searcher, expected)] += 1

        threads = [threading.Thread(target=ask) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    writing.kill()
    writing.wait()
    return found


def _outcome(searcher: Any, expected: list[Any]) -> str:
    try:
        return "right" if stock.answers_of(searcher) == expected else "LOST: wrong answers"
    except Exception as error:  # noqa: BLE001 - any error counts
        return f"LOST: {type(error).__name__}"


def main() -> None:
    """Print each fault and its outcomes."""
    sys.setswitchinterval(5e-6)
    with tempfile.TemporaryDirectory() as base:
        for tried in (kill, lose_power, flip, share):
            folder = Path(base, tried.__name__)
            folder.mkdir()
            found = tried(States(folder))
            lost = sum(count for outcome, count in found.items() if outcome.startswith("LOST"))
            outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(found.items()))
            print(f"stock Whoosh, {tried.__name__:<11} lost {lost:>6,}  ({outcomes})")


main()
