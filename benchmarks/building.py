"""Measure the time and the peak memory of builds: a process each, from text to a searchable index."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers import DRAGOMAN, PEERS, Peer
from benchmarks.processes import run, size_of


class Built(NamedTuple):
    """A build: CPU time in seconds, peak memory, and size on disk with stored text, both in MiB."""

    cpu: float
    peak_mb: float
    disk_mb: float


def build(peer: Peer, corpus: Path, folder: Path) -> Built:
    """Build a peer's index in a separate process."""
    shutil.rmtree(folder, ignore_errors=True)
    used = run([sys.executable, "-m", "benchmarks.building", peer.name, str(corpus), str(folder)])
    return Built(used.cpu, used.peak_mb, size_of(folder) / (1 << 20))


if __name__ == "__main__":
    name, source, target = sys.argv[1:]
    chosen = next(peer for peer in (DRAGOMAN, *PEERS) if peer.name == name)
    chosen.load().build(Path(source), Path(target))
