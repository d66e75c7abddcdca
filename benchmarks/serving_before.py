"""Compare `dragoman serve` of a commit and of the checkout: ``python -m benchmarks.serving_before COMMIT``.

Both have the same core and items and get the questions of `benchmarks.serving`, alternately in blocks of some
hundred, so that changes in the speed of the machine affect both.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.before.side import both_sides
from benchmarks.corpus import documents, write_corpus
from benchmarks.http_load import Request, load, uncached
from benchmarks.question import parameters
from benchmarks.serving import WORK, Server, drawn, started

if TYPE_CHECKING:
    from benchmarks.before.side import Side

AT_A_TIME: Final = 200  # questions to one side, about half a second
ROUNDS: Final = 3  # in addition to one that warms up


def started_side(stack: ExitStack, side: Side, count: int) -> Server:
    """Start the server of a side on an index that it builds, which is removed with it."""
    index = Path(stack.enter_context(TemporaryDirectory(dir=WORK)), "index")
    side.build(WORK / f"corpus.{count}.jsonl", index)
    command = [str(side.python), str(side.root / "cli.py"), "serve", f"--index={index}"]
    return stack.enter_context(started(*command, "--port=PORT", "--no-access-log", root=side.root))


def compared(name: str, servers: list[Server], requests: list[Request]) -> None:
    """Send requests to both servers alternately, and print a row."""
    cpu, ratios = [0.0, 0.0], []
    for number in range(ROUNDS + 1):
        for at in range(0, len(requests), AT_A_TIME):
            some = [one._replace(path=uncached(one.path, number)) for one in requests[at : at + AT_A_TIME]]
            taken = [0.0, 0.0]
            for one in (0, 1) if at // AT_A_TIME % 2 else (1, 0):
                before = servers[one].cpu()
                if load(servers[one].port, some).failed:
                    raise RuntimeError(f"{name}: an answer failed")
                taken[one] = servers[one].cpu() - before
            if number:  # the first round warms them up
                cpu = [whole + part for whole, part in zip(cpu, taken, strict=True)]
                ratios.append(taken[1] / taken[0])
    asked = ROUNDS * len(requests) / 1000
    print(f"| {name} | {cpu[0] / asked:.2f} | {cpu[1] / asked:.2f} | {median(ratios):.3f} |", flush=True)


def main(arguments: list[str]) -> None:
    """Compare JSON responses and pages, and print a table."""
    commit, count = arguments[0], int([*arguments[1:], "100000"][0])
    WORK.mkdir(exist_ok=True)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    write_corpus(WORK / f"corpus.{count}.jsonl", documents(count))
    write_corpus(sample := WORK / "corpus.10000.jsonl", documents(10_000))
    paths = list(map(parameters, drawn(sample)))
    print("| | before, ms of processor | checkout | checkout / before, median |\n|---|---|---|---|")
    with both_sides(commit) as sides, ExitStack() as stack:
        servers = [started_side(stack, side, count) for side in sides]
        compared("JSON", servers, [Request(f"/search.json?{one}") for one in paths])
        compared("page", servers, [Request(f"/search?{one}") for one in paths])


if __name__ == "__main__":
    main(sys.argv[1:])
