"""Compare an update with 1 % new items to a build: ``python -m benchmarks.one_percent 100000``.

Prints the ratio of the CPU times of whole processes, run alternately.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.corpus import documents, write_corpus
from benchmarks.processes import dragoman, run

ROUNDS = 3
UPDATES = 3  # per round; a build takes as long as twenty


def main(arguments: list[str]) -> None:
    """Build an index, update it with 1 % more items, and print both times."""
    count = int(arguments[0]) if arguments else 20_000
    with TemporaryDirectory() as place:
        every, new = Path(place, "all.jsonl"), Path(place, "new.jsonl")
        items = [dict(item) for item in documents(count + count // 100)]
        write_corpus(every, iter(items[:count]))
        write_corpus(new, iter(items[count:]))
        built, updated = Path(place, "built"), Path(place, "updated")
        builds, updates = [], []
        for _ in range(ROUNDS):
            builds.append(run(dragoman("build", every, "--index", built)).cpu)
            for _ in range(UPDATES):
                shutil.rmtree(updated, ignore_errors=True)
                shutil.copytree(built, updated)
                updates.append(run(dragoman("update", new, "--index", updated)).cpu)
    build, update = median(builds), median(updates)
    print(f"build {build:.2f} s, update {update:.3f} s: {update / build:.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
