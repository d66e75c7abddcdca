"""Run whole processes, and measure their time and their memory."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
WORK: Final = Path(__file__).with_name("work")


class ProcessCost(NamedTuple):
    """The cost of a process.

    Attributes:
        seconds: The elapsed time.
        cpu: The CPU time in seconds, including child processes.
        peak_mb: The peak memory in MiB.
    """

    seconds: float
    cpu: float
    peak_mb: float


def run(
    command: Sequence[str],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    codes: Collection[int] = (0,),
) -> ProcessCost:
    """Run a command, discard its output, and measure it.

    Raises:
        RuntimeError: The exit code is not in ``codes``.
    """
    started = perf_counter()
    process = subprocess.Popen(  # noqa: S603 - fixed arguments
        command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return ProcessCost(perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def dragoman(*arguments: object) -> list[str]:
    """Return a command of this checkout."""
    return [sys.executable, "-m", "searcher.commands", *map(str, arguments)]


def processor(process: int) -> float:
    """Return the CPU time of a running process in seconds."""
    times = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def size_of(folder: Path) -> int:
    """Return the size of all files in a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def cluster_node() -> Iterator[Any]:
    """Start an OpenSearch node of the tests with 1 GB of heap."""
    sys.path.insert(0, str(ROOT / "tests"))
    nodes: Any = import_module("cluster.nodes")
    WORK.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=WORK) as folder, nodes.Node(Path(folder), heap="1g", java=()) as node:
        yield node
