"""Compare a commit with the checkout: ``python -m benchmarks.before COMMIT 10000 100000``.

Tables go to standard output, progress to the error one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.before.comparison import report
from benchmarks.before.measure import builds, processes, requests
from benchmarks.before.worktree import ROOT, checkout_side, commit_side
from benchmarks.corpus import documents, questions, write_bare, write_corpus
from benchmarks.real_words import real_documents, real_questions
from benchmarks.report import machine
from benchmarks.timing import pin

WORK = Path(__file__).parents[1] / "work"
SMALLEST = 10_000
BUILD_ROUNDS = {10_000: 5, 100_000: 3}  # by the size of the corpus; larger ones are built once


def main(arguments: list[str]) -> None:
    """Compare everything and print the tables as they are measured."""
    commit, *sizes = arguments
    WORK.mkdir(exist_ok=True)
    sample, real_sample = WORK / f"corpus.{SMALLEST}.jsonl", WORK / f"real.{SMALLEST}.jsonl"
    write_corpus(sample, documents(SMALLEST))
    write_corpus(real_sample, real_documents(SMALLEST))
    asked, asked_real = questions(sample), real_questions(real_sample)
    with commit_side(commit) as before, tempfile.TemporaryDirectory(dir=WORK) as folder:
        pin()
        sides = {"before": before, "again": before, "after": checkout_side()}
        print(f"{commit} beside the checkout. {machine()}\n")
        _tell("whole processes")
        found = processes(sides, ROOT / "indexer" / "sample" / "archive.txt", Path(folder, "sample"))
        print(
            f"Whole processes on the sample archive, milliseconds of processor\n\n{report(found)}\n",
            flush=True,
        )
        for count in sorted(map(int, sizes)) or [SMALLEST]:
            _tell(f"{count:,} documents")
            corpus, bare = WORK / f"corpus.{count}.jsonl", Path(folder, f"bare.{count}.jsonl")
            write_corpus(corpus, documents(count))
            write_bare(corpus, bare)
            rounds = BUILD_ROUNDS.get(count, 1)
            sources = {"build, all given": corpus, "build, languages and countries worked out": bare}
            found = builds(sides, sources, Path(folder, str(count)), rounds)
            print(f"Builds of {count:,} documents, seconds of processor\n\n{report(found)}\n", flush=True)
            found = requests(sides, Path(folder, str(count)), asked)
            real, built = WORK / f"real.{count}.jsonl", Path(folder, f"real.{count}")
            write_corpus(real, real_documents(count))
            builds(sides, {"real words": real}, built, rounds=1)
            found += requests(sides, built, asked_real)
            print(f"Requests at {count:,} documents\n\n{report(found)}\n", flush=True)


def _tell(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
