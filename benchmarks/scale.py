"""Measure an index of millions of items: ``python -m benchmarks.scale FOLDER 5000000 [OPTION ...]``.

Each command is a process, whose elapsed and CPU time and peak private memory (without pages of the index that
the system can drop) are measured. With ``copies``, a quarter of the items have near duplicates; with
``fields``, all items have custom fields, and their facets are measured; with ``tantivy``, tantivy is
compared. The corpus and the indexes stay in FOLDER for reuse. The server needs the extra ``serve``.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from benchmarks.corpus import SEED, documents, read_corpus, write_corpus
from benchmarks.fresh import KINDS, PEER_KINDS, PLAIN, ask_once, fresh_questions
from benchmarks.peers import DRAGOMAN, PEERS, Peer
from benchmarks.processes import ProcessCost, dragoman, run, size_of
from benchmarks.question import parameters
from benchmarks.report import machine, table
from benchmarks.timing import Spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.question import Question

ADDED: Final = 1_000  # new items in an update
SAMPLE: Final = 10_000  # items from which the queries are made
QUESTIONS: Final = 1_000
WARM_UP: Final = 20
SERVED: Final = 200  # queries to the server
FIRST: Final = 5  # queries that are the first of a process
DEEP: Final = 0.3  # the offset of a deep page, as a part of all items
STARTING: Final = 300  # requests to a server that is starting
SAMPLED: Final = 0.2  # seconds between two readings of the memory
COPIED: Final = 0.25  # the share of documents with copies, if any have
COPIES: Final = 10**9  # the ids of copies are above this number
FIELDS: Final = {"section": 12, "author": 5_000, "edition": 40, "place": 600}  # custom fields: their values
OF_TANTIVY: Final = (
    "import sys, pathlib, benchmarks.peers.tantivy_peer as peer;"
    "peer.build(*map(pathlib.Path, sys.argv[1:]), threads=2)"
)


def measure(command: Sequence[str]) -> tuple[ProcessCost, float]:
    """Run a command; return its cost, and the peak private memory with child processes, in MiB."""
    ended, peaks = Event(), [0]

    def watch() -> None:
        while not ended.wait(SAMPLED):
            peaks.append(sum(map(_private, _children(os.getpid()))))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        used = run(command, codes=(0, 1))  # exit code 1: no matches
    finally:
        ended.set()
        watcher.join()
    return used, max(peaks) / (1 << 20)


def _children(process: int) -> Iterator[int]:
    """Yield the process ids of all descendants of a process."""
    try:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in map(int, children.read_text().split()):
                yield child
                yield from _children(child)
    except OSError:  # the process has ended
        return


def _private(process: int) -> int:
    """Return the bytes of a process's memory that no file backs."""
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
    write_corpus(corpus, _items(count, copies="copies" in options, fields="fields" in options))
    write_corpus(sample, islice(read_corpus(corpus), SAMPLE))
    asked = fresh_questions(sample, QUESTIONS + WARM_UP)
    print(f"{items} items. {machine()}\n")
    print("| command | s | s of processors | MiB of its own |\n|---|---|---|---|")
    if not (index / "dragoman.json").exists():
        _row("build", dragoman("build", corpus, f"--index={index}", "--quiet"))
    for peer in peers[1:]:
        if not indexes[peer].exists():
            command = [sys.executable, "-c", OF_TANTIVY, str(corpus), str(indexes[peer])]
            _row(f"build of {peer.name}", command)
    before = _ask(indexes, asked)
    for name in ("info", "duplicates"):
        _row(name, dragoman(name, f"--index={index}"))
    added = place / "added.jsonl"
    write_corpus(added, map(_renamed, islice(read_corpus(sample), ADDED)))
    _row(f"update of {ADDED:,} items", dragoman("update", added, f"--index={index}", "--quiet"))
    after = _ask({DRAGOMAN: index}, asked)
    print(f"| serve, after {SERVED} questions | | | {_served(index, asked[:SERVED]):,.0f} |", flush=True)
    _row("check", dragoman("check", f"--index={index}"))  # the longest
    print()
    for peer, own in indexes.items():
        print(f"{peer.name}: {size_of(own) / 1e6:,.0f} MB")
    _print_questions(before, after[DRAGOMAN])
    _print_first(indexes, [question for question in asked if question.kind == PLAIN][:FIRST])
    _print_deep(index, int(DEEP * count), [*FIELDS] if "fields" in options else [])


def _items(count: int, *, copies: bool, fields: bool) -> Iterator[dict[str, Any]]:
    """Yield the documents of the corpus.

    Args:
        count: The number of documents, without copies.
        copies: Whether some documents have copies and versions with a changed word, up to three days later.
        fields: Whether all documents have custom fields.
    """
    chance = random.Random(SEED)
    for item in documents(count):
        number, day = int(item["id"]), date.fromisoformat(item["date"])
        if fields:
            item |= {name: f"{name} {number % values}" for name, values in FIELDS.items()}
        yield item
        for copy in range(1 + number % 3 if copies and chance.random() < COPIED else 0):
            text = item["text"] if copy % 2 else item["text"].replace(" ", f" changed{number} ", 1)
            later = (day + timedelta(copy + 1)).isoformat()
            yield item | {"id": str(COPIES + 3 * number + copy), "text": text, "date": later}


def _renamed(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item with another id and another text."""
    number = 2 * COPIES + int(item["id"])
    return item | {"id": str(number), "text": f"{item['text']} Added{number}."}


def _row(name: str, command: Sequence[str]) -> None:
    used, private_mb = measure(command)
    print(f"| {name} | {used.seconds:.1f} | {used.cpu:.1f} | {private_mb:,.0f} |", flush=True)


def _ask(indexes: Mapping[Peer, Path], asked: Sequence[Question]) -> dict[Peer, dict[str, Spread]]:
    """Run each query once, and return the CPU times in milliseconds by kind."""
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
    """Print the times of queries by kind, with the ratios of the medians and of the 95th percentiles."""
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
    """Print the time of a process's first query with and without cached pages of the index."""
    rows = []
    for peer, folder in indexes.items():
        cached, read = ([_first(peer, folder, one, drop=drop) for one in asked] for drop in (False, True))
        rows.append((peer.name, f"{median(cached):,.0f}", f"{median(read):,.0f}", f"{max(read):,.0f}"))
    print(table(("first question, ms", "cached pages", "no cached pages", "worst"), rows))


def _first(peer: Peer, folder: Path, question: Question, *, drop: bool) -> float:
    """Return the time of opening an index and running one query in a new process, in milliseconds."""
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
    """Return a server's private memory after a number of queries, in MiB."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = dragoman("serve", f"--index={index}", f"--port={port}", "--no-access-log")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed arguments
    try:
        for question in asked:
            _get(f"http://127.0.0.1:{port}/search.json?{parameters(question)}")
        return _private(process.pid) / (1 << 20)
    finally:
        process.terminate()
        process.wait()


def _get(address: str) -> bytes:
    """Return the response of a server that may still be starting."""
    for _ in range(STARTING):
        try:
            with urlopen(address) as answer:  # noqa: S310 - a fixed address
                return bytes(answer.read())
        except HTTPError as error:  # an error of the query
            return error.read()
        except URLError:
            sleep(SAMPLED)
    raise RuntimeError("the server did not start")


def _print_deep(index: Path, offset: int, fields: Sequence[str]) -> None:
    """Print the first and the best elapsed time of deep pages and of facets of custom fields."""
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
