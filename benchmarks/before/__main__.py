"""Compare a commit with the checkout: ``python -m benchmarks.before COMMIT 10000 100000``.

Tables are printed, with progress on standard error.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.before.comparison import report
from benchmarks.before.measure import builds, processes, requests
from benchmarks.before.side import both_sides
from benchmarks.corpus import write_bare
from benchmarks.fresh import REAL_WARM_UP, WARM_UP, fresh_questions, fresh_real_questions
from benchmarks.processes import ROOT, WORK
from benchmarks.real_words import corpus_file
from benchmarks.report import machine
from benchmarks.timing import pin

SMALLEST = 10_000
BUILT = 300_000  # the maximum number of documents in all rounds of builds
BUILD_ROUNDS = 9


def main(arguments: list[str]) -> None:
    """Compare everything and print the tables as they are measured."""
    commit, *sizes = arguments
    sample, real_sample = corpus_file("invented", SMALLEST), corpus_file("real", SMALLEST)
    asked, asked_real = fresh_questions(sample), fresh_real_questions(real_sample)
    with both_sides(commit) as sides, tempfile.TemporaryDirectory(dir=WORK) as folder:
        pin()
        print(f"{commit} beside the checkout. {machine()}\n")
        _print_progress("whole processes")
        found = processes(sides, ROOT / "indexer" / "sample" / "archive.txt", Path(folder, "sample"))
        print(f"Whole processes on the sample archive, processor time\n\n{report(found)}\n", flush=True)
        for count in sorted(map(int, sizes)) or [SMALLEST]:
            _print_progress(f"{count:,} documents")
            corpus, real = corpus_file("invented", count), corpus_file("real", count)
            bare, built = Path(folder, f"bare.{count}.jsonl"), Path(folder, str(count))
            write_bare(corpus, bare)
            rounds = max(1, min(BUILD_ROUNDS, BUILT // count))
            sources = {"all given": corpus, "languages and countries worked out": bare}
            found = builds(sides, sources, built / "words", rounds)
            print(f"Builds of {count:,} documents; the ratio is of processor time\n")
            print(f"{report(found, count)}\n", flush=True)
            builds(sides, {"real words": real}, built / "real", rounds=1)
            found = requests(sides, built / "words", asked, WARM_UP)
            found += requests(sides, built / "real", asked_real, REAL_WARM_UP)[:-1]
            print(
                f"Questions asked once, {count:,} documents, processor time\n\n{report(found)}\n", flush=True
            )


def _print_progress(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
