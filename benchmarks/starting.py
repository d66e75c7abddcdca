"""Measure starting: whole processes compared with Python's imports, and opening an index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

ROUNDS = 21
OPENING = """
import json, sys
from time import perf_counter
from searcher import Searcher
def resident():
    return int(open('/proc/self/statm').read().split()[1]) * 4096 / (1 << 20)
before, started = resident(), perf_counter()
searcher = Searcher(sys.argv[1])
print(json.dumps([(perf_counter() - started) * 1000, resident(), resident() - before]))
"""


class Opened(NamedTuple):
    """The opening of an index: milliseconds, resident MiB before the first query, and added MiB."""

    ms: float
    resident_mb: float
    added_mb: float


def python(code: str) -> list[str]:
    """Return the command that runs Python code."""
    return [sys.executable, "-c", code]


def search(words: str, index: Path) -> list[str]:
    """Return the command that runs one search."""
    program = Path(sys.executable).with_name("dragoman")
    return [str(program), "search", words, "--index", str(index), "--format", "json"]


def whole_processes(commands: dict[str, list[str]]) -> dict[str, float]:
    """Run commands alternately; return the median elapsed time of each in milliseconds."""
    # As for users: the first run writes the compiled modules.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            started = perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=environment)  # noqa: S603 - fixed
            times[name].append((perf_counter() - started) * 1000)
    return {name: median(some[1:]) for name, some in times.items()}


def opening(index: Path) -> Opened | None:
    """Open an index in new processes, or return ``None`` if the system does not report resident memory."""
    if not Path("/proc/self/statm").exists():
        return None
    runs = []
    for _ in range(5):
        command = [*python(OPENING), str(index)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - fixed
        runs.append(json.loads(done.stdout))
    return Opened(*(median(column) for column in zip(*runs, strict=True)))
