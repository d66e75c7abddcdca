"""Measure the time and the peak memory of builds: a process each, from text to a searchable index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.peers import DRAGOMAN, PEERS, Peer


class Built(NamedTuple):
    """A build.

    Attributes:
        seconds: The elapsed time of the process.
        cpu: The processor time in seconds.
        peak_mb: The peak memory, in MiB.
        disk_mb: The size on disk, in MiB, including stored text.
    """

    seconds: float
    cpu: float
    peak_mb: float
    disk_mb: float


def build(peer: Peer, corpus: Path, folder: Path) -> Built:
    """Build a peer's index in a separate process.

    Raises:
        RuntimeError: The process failed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.building", peer.name, str(corpus), str(folder)]
    started = perf_counter()
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])  # noqa: S603 - fixed arguments
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{peer.name} could not build {folder}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)
    return Built(perf_counter() - started, usage.ru_utime + usage.ru_stime, peak, size / (1 << 20))


if __name__ == "__main__":
    name, source, target = sys.argv[1:]
    chosen = next(peer for peer in (DRAGOMAN, *PEERS) if peer.name == name)
    chosen.load().build(Path(source), Path(target))
