"""Measure builds on a cluster: python -m benchmarks.bulk [invented | real] [DOCUMENTS] [ROUNDS].

The client and a node of the tests with 1 GB of heap share the machine. A corpus of invented words, or of real
words with topics of the thesaurus, is built several times, each in a new process, with given dates, languages
and countries. The node is cold in the first round.
"""

from __future__ import annotations

import json
import sys
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final
from urllib.request import urlopen

from benchmarks.processes import cluster_node, dragoman, processor, run
from benchmarks.real_words import corpus_file

if TYPE_CHECKING:
    from pathlib import Path

USUAL: Final = ("invented", "100000", "3")


def measure(node: Any, corpus: Path, count: int) -> str:
    """Build an index of a corpus, and return the cells of its table row."""
    process = node._process.pid  # noqa: SLF001 - of the tests
    before = processor(process)
    used = run(dragoman("build", corpus, "--index", f"{node.url}/bulk", "--quiet"))
    of_node = processor(process) - before
    with urlopen(f"{node.url}/_stats/store", timeout=60) as answer:  # noqa: S310 - a local node
        size = json.load(answer)["_all"]["total"]["store"]["size_in_bytes"]
    cells = [
        f"{count / used.seconds:,.0f}/s",
        *[f"{1000 * one / count:.3f} ms" for one in (used.cpu, of_node)],
        f"{used.peak_mb:.0f} MiB",
        f"{size / count:,.0f}",
    ]
    return " | ".join(cells)


def main(arguments: list[str]) -> None:
    """Build a corpus several times, and print a table."""
    corpus, count, rounds = chain(arguments, islice(USUAL, len(arguments), None))
    path = corpus_file(corpus, int(count))
    print(f"| {int(count):,} documents | rate | client, each | node, each | client at most | bytes each |")
    print("|---|---|---|---|---|---|")
    with cluster_node() as node:
        for _ in range(int(rounds)):
            print(f"| {corpus} | {measure(node, path, int(count))} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
