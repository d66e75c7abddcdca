"""Measure an index of millions of items: ``python -m benchmarks.scale FOLDER 5000000 [copies]``.

Each command is a process: the elapsed and the processor time, and the peak of the memory that belongs to it
alone, without pages of the index that the system can drop. With ``copies``, a quarter of the items has near
duplicates. The corpus and the index stay in FOLDER, and are used again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.corpus import write_corpus
from benchmarks.fresh import KINDS, ask_once, fresh_questions
from benchmarks.large_corpus import COPIES, lines
from benchmarks.peers.dragoman_peer import open_index
from benchmarks.report import machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDED: Final = 1_000  # items of an update
SAMPLE: Final = 10_000  # items from which the questions are made
QUESTIONS: Final = 400
SAMPLED: Final = 0.2  # seconds between two readings of the memory


class Measured(NamedTuple):
    """A process.

    Attributes:
        seconds: The elapsed time.
        cpu: The processor time in seconds, with its children.
        private_mb: The peak of its private memory with its children, in MiB.
    """

    seconds: float
    cpu: float
    private_mb: float


def measure(arguments: Sequence[str]) -> Measured:
    """Run a command of Dragoman.

    Raises:
        RuntimeError: It failed.
    """
    command = [sys.executable, "-m", "searcher.commands", *arguments]
    started, ended, peaks = perf_counter(), Event(), [0]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed arguments

    def watch() -> None:
        while not ended.wait(SAMPLED):
            peaks.append(sum(map(_private, _family(process.pid))))

    watcher = Thread(target=watch)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed")
    seconds = perf_counter() - started
    return Measured(seconds, usage.ru_utime + usage.ru_stime, max(peaks) / (1 << 20))


def _family(process: int) -> Iterator[int]:
    """Yield the number of a process and of its children."""
    yield process
    try:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))
    except OSError:  # it has ended
        return


def _private(process: int) -> int:
    """Return the bytes of a process that are in memory and in no file."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("RssAnon"))


def main(arguments: list[str]) -> None:
    """Build an index unless it exists, and print a table of commands."""
    folder, items, *rest = arguments
    place, copies = Path(folder), rest == ["copies"]
    corpus, index, sample = place / "corpus.jsonl", place / "index", place / "sample.jsonl"
    place.mkdir(parents=True, exist_ok=True)
    if not corpus.exists():
        _write(corpus, lines(int(items), copies=copies))
    write_corpus(sample, map(json.loads, islice(corpus.open(encoding="utf-8"), SAMPLE)))
    print(
        f"{items} items. {machine()}\n\n| command | s | s of processors | MiB of its own |\n|---|---|---|---|"
    )
    if not (index / "dragoman.json").exists():
        _row("build", measure(("build", str(corpus), "--index", str(index), "--quiet")))
    for command in ("info", "duplicates", "check"):
        _row(command, measure((command, "--index", str(index))))
    asked = _times(sample, index)
    added = place / "added.jsonl"
    _write(added, [_renamed(line) for line in islice(sample.open(encoding="utf-8"), ADDED)])
    _row(f"update of {ADDED:,} items", measure(("update", str(added), "--index", str(index), "--quiet")))
    again = _times(sample, index)
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    print(f"\n{size / 1e6:,.0f} MB\n\n| questions | ms | after the update |\n|---|---|---|")
    for kind, times in asked.items():
        print(f"| {kind} | {median(times):.2f} | {median(again[kind]):.2f} |")


def _row(command: str, measured: Measured) -> None:
    seconds, cpu, private_mb = measured
    print(f"| {command} | {seconds:.1f} | {cpu:.1f} | {private_mb:,.0f} |", flush=True)


def _write(path: Path, text: Iterator[str] | list[str]) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.writelines(text)
    temporary.replace(path)


def _renamed(line: str) -> str:
    """Return an item with another id and another text."""
    item = json.loads(line)
    number = 2 * COPIES + int(item["id"])
    return json.dumps(item | {"id": str(number), "text": f"{item['text']} Added{number}."}) + "\n"


def _times(sample: Path, index: Path) -> dict[str, list[float]]:
    """Return the times of questions by kind, each run once, in milliseconds of the processor."""
    (times,) = ask_once([(open_index(index), KINDS)], fresh_questions(sample, QUESTIONS + 20), 20)
    found: dict[str, list[float]] = {}
    for question, taken in times.items():
        found.setdefault(question.kind, []).append(taken)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
