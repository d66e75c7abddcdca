"""Measure builds on a cluster: python -m benchmarks.bulk [invented | real] [DOCUMENTS] [ROUNDS].

The client and a node of the tests with 1 GB of heap share the machine. A corpus of invented words, or of real
words with topics of the thesaurus, is built several times, each in a new process, with given dates, languages
and countries. The node is cold in the first round.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final
from urllib.request import urlopen

from benchmarks.corpus import documents, write_corpus
from benchmarks.real_words import real_documents

ROOT: Final = Path(__file__).parents[1]
WORK: Final = Path(__file__).with_name("work")
CORPORA: Final = {"invented": documents, "real": real_documents}
USUAL: Final = ("invented", "100000", "3")


def processor(process: int) -> float:
    """Return the processor time of a process in seconds."""
    times = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def measure(node: Any, corpus: Path, count: int) -> str:
    """Build an index of a corpus; return the cells of its row.

    Raises:
        CalledProcessError: The build failed.
    """
    command = [sys.executable, "cli.py", "build", str(corpus), "--index", f"{node.url}/bulk", "--quiet"]
    process = node._process.pid  # noqa: SLF001 - of the tests
    before, started = processor(process), perf_counter()
    builder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed arguments
    _, status, usage = os.wait4(builder.pid, 0)
    seconds, of_node = perf_counter() - started, processor(process) - before
    builder.returncode = os.waitstatus_to_exitcode(status)
    if builder.returncode:
        raise subprocess.CalledProcessError(builder.returncode, command)
    of_client = usage.ru_utime + usage.ru_stime
    with urlopen(f"{node.url}/_stats/store", timeout=60) as answer:  # noqa: S310 - a local node
        size = json.load(answer)["_all"]["total"]["store"]["size_in_bytes"]
    cells = [
        f"{count / seconds:,.0f}/s",
        *[f"{1000 * one / count:.3f} ms" for one in (of_client, of_node)],
        f"{usage.ru_maxrss >> 10} MiB",
        f"{size / count:,.0f}",
    ]
    return " | ".join(cells)


def main(arguments: list[str]) -> None:
    """Build a corpus several times, and print a table."""
    corpus, count, rounds = chain(arguments, islice(USUAL, len(arguments), None))
    sys.path.insert(0, str(ROOT / "tests"))
    nodes: Any = import_module("cluster.nodes")
    WORK.mkdir(exist_ok=True)
    path = WORK / f"{corpus}.{count}.jsonl"
    write_corpus(path, CORPORA[corpus](int(count)))
    print(f"| {int(count):,} documents | rate | client, each | node, each | client at most | bytes each |")
    print("|---|---|---|---|---|---|")
    with TemporaryDirectory(dir=WORK) as folder, nodes.Node(Path(folder), heap="1g", java=()) as node:
        for _ in range(int(rounds)):
            print(f"| {corpus} | {measure(node, path, int(count))} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
