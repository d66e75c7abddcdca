"""Run all benchmarks: ``python -m benchmarks 10000 100000``.

Tables are printed, with progress on standard error. Queries that run once come first; ``--once`` runs only
these. ``--write`` also writes the tables to docs/measurements/performance.md.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

from benchmarks.corpus import questions
from benchmarks.fresh import fresh_questions, fresh_real_questions
from benchmarks.processes import ROOT, WORK
from benchmarks.real_words import corpus_file
from benchmarks.report import machine, replace_section
from benchmarks.run import measure, measure_once
from benchmarks.tables import full_report, once_report
from benchmarks.timing import pin

SMALLEST = 10_000


def main(arguments: list[str]) -> None:
    """Measure every requested size and print the tables."""
    write = "--write" in arguments
    sizes = sorted({int(argument) for argument in arguments if not argument.startswith("--")}) or [SMALLEST]
    pin()
    sample, real_sample = corpus_file("invented", SMALLEST), corpus_file("real", SMALLEST)
    # In another process, since peak memory measured in child processes is at least the parent's.
    with ProcessPoolExecutor(1) as drawing:
        fresh = drawing.submit(fresh_questions, sample).result()
        real = drawing.submit(fresh_real_questions, real_sample).result()
    once = [measure_once(count, fresh, real, WORK) for count in sizes]
    _show("once", once_report(once, machine()), write=write)
    if "--once" not in arguments:
        again = questions(sample)
        _show("figures", full_report([measure(one, again, WORK) for one in once], machine()), write=write)


def _show(section: str, report: str, *, write: bool) -> None:
    print(report, flush=True)
    if write:
        replace_section(ROOT / "docs/measurements/performance.md", section, report)


if __name__ == "__main__":
    main(sys.argv[1:])
