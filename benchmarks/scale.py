"""Measure an index of millions of items: ``python -m benchmarks.scale FOLDER 5000000 [OPTION ...]``.

Each command is a process: the elapsed and the processor time, and the peak of the memory that belongs to it
alone, without pages of the index that the system can drop. With ``copies``, a quarter of the items has near
duplicates; with ``fields``, all have custom fields, and their facets are measured; with ``tantivy``, it is
compared. The corpus and the indexes stay in FOLDER, and are used again. The server needs the extra ``serve``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from benchmarks.corpus import write_corpus
from benchmarks.fresh import KINDS, PEER_KINDS, PLAIN, ask_once, fresh_questions
from benchmarks.large_corpus import COPIES, FIELDS, lines
from benchmarks.peers import DRAGOMAN, PEERS, Peer
from benchmarks.question import parameters
from benchmarks.report import machine, table
from benchmarks.timing import Spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.question import Question

ADDED: Final = 1_000  # items of an update
SAMPLE: Final = 10_000  # items from which the questions are made
QUESTIONS: Final = 1_000
WARM_UP: Final = 20
SERVED: Final = 200  # questions to the server
FIRST: Final = 5  # questions that are the first of a process
DEEP: Final = 0.3  # the offset of a deep page, as a part of all items
STARTING: Final = 300  # requests to a server that is starting
SAMPLED: Final = 0.2  # seconds between two readings of the memory
COMMANDS: Final = ("-m", "searcher.commands")
OF_TANTIVY: Final = (
    "import sys, pathlib, benchmarks.peers.tantivy_peer as peer;"
    "peer.build(*map(pathlib.Path, sys.argv[1:]), threads=2)"
)


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
    """Run a Python program with arguments.

    Raises:
        RuntimeError: It failed.
    """
    command = [sys.executable, *arguments]
    begun, ended, peaks = perf_counter(), Event(), [0]
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
    if process.returncode not in {0, 1}:  # 1 if nothing was found
        raise RuntimeError(f"{' '.join(arguments)} failed")
    seconds = perf_counter() - begun
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
    """Build the indexes unless they exist, and print tables."""
    folder, items, *rest = arguments
    place, count, options = Path(folder), int(items), {*rest}
    corpus, sample = place / "corpus.jsonl", place / "sample.jsonl"
    peers = (DRAGOMAN, *(peer for peer in PEERS if peer.name in options))
    indexes = {peer: place / peer.module for peer in peers}
    index = indexes[DRAGOMAN]
    place.mkdir(parents=True, exist_ok=True)
    if not corpus.exists():
        _write(corpus, lines(count, copies="copies" in options, fields="fields" in options))
    write_corpus(sample, map(json.loads, islice(corpus.open(encoding="utf-8"), SAMPLE)))
    asked = fresh_questions(sample, QUESTIONS + WARM_UP)
    print(f"{items} items. {machine()}\n")
    print("| command | s | s of processors | MiB of its own |\n|---|---|---|---|")
    if not (index / "dragoman.json").exists():
        _row("build", (*COMMANDS, "build", str(corpus), f"--index={index}", "--quiet"))
    for peer in peers[1:]:
        if not indexes[peer].exists():
            _row(f"build of {peer.name}", ("-c", OF_TANTIVY, str(corpus), str(indexes[peer])))
    before = _ask(indexes, asked)
    for command in ("info", "duplicates"):
        _row(command, (*COMMANDS, command, f"--index={index}"))
    added = place / "added.jsonl"
    _write(added, [_renamed(line) for line in islice(sample.open(encoding="utf-8"), ADDED)])
    update = (*COMMANDS, "update", str(added), f"--index={index}", "--quiet")
    _row(f"update of {ADDED:,} items", update)
    after = _ask({DRAGOMAN: index}, asked)
    print(f"| serve, after {SERVED} questions | | | {_served(index, asked[:SERVED]):,.0f} |", flush=True)
    _row("check", (*COMMANDS, "check", f"--index={index}"))  # the longest
    print()
    for peer, own in indexes.items():
        print(f"{peer.name}: {_size(own) / 1e6:,.0f} MB")
    _print_questions(before, after[DRAGOMAN])
    _print_first(indexes, [question for question in asked if question.kind == PLAIN][:FIRST])
    _print_deep(index, int(DEEP * count), [*FIELDS] if "fields" in options else [])


def _row(name: str, command: Sequence[str]) -> None:
    seconds, cpu, private_mb = measure(command)
    print(f"| {name} | {seconds:.1f} | {cpu:.1f} | {private_mb:,.0f} |", flush=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


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


def _ask(indexes: Mapping[Peer, Path], asked: Sequence[Question]) -> dict[Peer, dict[str, Spread]]:
    """Return the times of questions by kind, each run once, in milliseconds of the processor."""
    opened = [
        (peer.load().open_index(folder), KINDS if peer is DRAGOMAN else PEER_KINDS)
        for peer, folder in indexes.items()
    ]
    found = {}
    for peer, times in zip(indexes, ask_once(opened, asked, WARM_UP), strict=True):
        by_kind: dict[str, list[float]] = {}
        for question, taken in times.items():
            by_kind.setdefault(question.kind, []).append(taken)
        found[peer] = {kind: Spread.of(some) for kind, some in by_kind.items()}
    return found


def _print_questions(before: Mapping[Peer, dict[str, Spread]], after: Mapping[str, Spread]) -> None:
    """Print the times of questions by kind, with the ratios of the medians and of the 95th percentiles."""
    rows = []
    for kind, (half, most) in before[DRAGOMAN].items():
        row = [kind, f"{half:.2f} / {most:.2f}"]
        for peer, times in before.items():
            if peer is not DRAGOMAN and kind in times:
                other = times[kind]
                row += [
                    f"{other.median:.2f} / {other.p95:.2f}",
                    f"{half / other.median:.2f} / {most / other.p95:.2f}",
                ]
            elif peer is not DRAGOMAN:
                row += ["", ""]
        rows.append([*row, f"{after[kind].median / half:.2f} / {after[kind].p95 / most:.2f}"])
    others = [column for peer in [*before][1:] for column in (f"{peer.name}, ms", "ratio")]
    print(f"\nmedian / p95\n\n{table(('questions', 'ms', *others, 'after the update'), rows)}\n")


def _print_first(indexes: Mapping[Peer, Path], asked: Sequence[Question]) -> None:
    """Print the time of the first question of a process with and without cached pages of the index."""
    rows = []
    for peer, folder in indexes.items():
        cached, read = ([_first(peer, folder, one, drop=drop) for one in asked] for drop in (False, True))
        rows.append((peer.name, f"{median(cached):,.0f}", f"{median(read):,.0f}", f"{max(read):,.0f}"))
    print(table(("first question, ms", "cached pages", "no cached pages", "worst"), rows))


def _first(peer: Peer, folder: Path, question: Question, *, drop: bool) -> float:
    """Return the time of opening an index and of one question, in a new process, in milliseconds."""
    if drop:
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_open_and_ask, peer.module, folder, question).result()


def _open_and_ask(module: str, folder: Path, question: Question) -> float:
    peer: Any = import_module(f"benchmarks.peers.{module}")
    begun = perf_counter()
    peer.open_index(folder).ask(question)
    return (perf_counter() - begun) * 1000


def _served(index: Path, asked: Sequence[Question]) -> float:
    """Return the memory of a server after some questions, in MiB of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, *COMMANDS, "serve", f"--index={index}", f"--port={port}", "--no-access-log"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed arguments
    try:
        for question in asked:
            _get(f"http://127.0.0.1:{port}/search.json?{parameters(question)}")
        return _private(process.pid) / (1 << 20)
    finally:
        process.terminate()
        process.wait()


def _get(address: str) -> bytes:
    """Return an answer of a server that may be starting."""
    for _ in range(STARTING):
        try:
            with urlopen(address) as answer:  # noqa: S310 - a fixed address
                return bytes(answer.read())
        except HTTPError as error:  # an error of the question
            return error.read()
        except URLError:
            sleep(SAMPLED)
    raise RuntimeError("the server did not start")


def _print_deep(index: Path, offset: int, fields: Sequence[str]) -> None:
    """Print the elapsed time of deep pages and of facets of custom fields: the first, and the best."""
    from searcher import Searcher

    rows = []
    with Searcher(index) as searcher:
        asked: list[tuple[str, str, dict[str, Any]]] = [(f"*, offset {offset:,}", "*", {"offset": offset})]
        if fields:
            asked.append((f"*, facets {', '.join(fields)}", "*", {"facets": fields}))
        for name, text, options in asked:
            times = []
            for _ in range(3):
                begun = perf_counter()
                searcher.search(text, **options)
                times.append((perf_counter() - begun) * 1000)
            rows.append((name, f"{times[0]:,.0f}", f"{min(times):,.0f}"))
    print(f"\n{table(('question', 'first, ms', 'best'), rows)}")


if __name__ == "__main__":
    main(sys.argv[1:])
