"""Fixtures for forged indexes and hostile queries; and a table of the damage and its losses after a run."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from faults.forking_writer import Writers
from faults.sealed_index import make
from faults.tally import TALLIES
from faults.two_states import States, TwoStates

from searcher import Searcher


@pytest.fixture(scope="session")
def writers() -> Iterator[Writers]:
    """Return a starter of writers that can be killed, forked from one long-lived process."""
    with Writers() as kept:
        yield kept


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a real file system of 16 MiB in memory for a test to fill."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,nr_inodes=200", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here (that needs root on Linux)")
    yield folder
    # Lazily: searchers of the test may still map files.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="session")
def two_states(tmp_path_factory: pytest.TempPathFactory) -> States:
    """Return a function that makes both states of a kind of write once; the tests only read them."""

    @cache
    def made(command: str, items: int) -> TwoStates:
        return TwoStates(tmp_path_factory.mktemp("states"), command, items=items)

    return made


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an unchanged index."""
    return make(tmp_path_factory.mktemp("honest") / "index")


@pytest.fixture
def index(honest: Path, tmp_path: Path) -> Path:
    """Return a copy of the index to forge."""
    folder = tmp_path / "index"
    shutil.copytree(honest, folder)
    return folder


@pytest.fixture(scope="module")
def searcher(sample_index: Path) -> Iterator[Searcher]:
    """Return a searcher of the sample archive."""
    with Searcher(sample_index) as opened:
        yield opened


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Pass the lines of an xdist worker on to the process that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tallies"] = TALLIES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the lines of a worker that has ended."""
    TALLIES.extend(getattr(node, "workeroutput", {}).get("tallies", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, if any of the long tests ran."""
    if not TALLIES:
        return
    terminalreporter.section("what was tried, and what was lost")
    width = max(len(tried) for tried, _, _ in TALLIES)
    for tried, found, lost in sorted(TALLIES):
        terminalreporter.write_line(f"{tried:<{width}}  lost {lost}  ({found})")
