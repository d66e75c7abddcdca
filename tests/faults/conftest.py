"""Fixtures for forged indexes and hostile queries; and the table of what was tried and lost, after a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.forked_command import Commands
from faults.refusal import MEMORY, SECONDS, Run
from faults.sealed_index import make
from faults.tally import TALLIES

from searcher import Searcher


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Runs commands in processes of their own, forked by one that is kept."""
    with Commands(MEMORY, SECONDS) as commands:
        yield commands.run


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that nothing was done to."""
    return make(tmp_path_factory.mktemp("honest") / "index")


@pytest.fixture
def index(honest: Path, tmp_path: Path) -> Path:
    """A copy of it to forge."""
    folder = tmp_path / "index"
    shutil.copytree(honest, folder)
    return folder


@pytest.fixture(scope="module")
def searcher(sample_index: Path) -> Iterator[Searcher]:
    """The sample archive, open."""
    with Searcher(sample_index) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where any of the long tests ran."""
    if not TALLIES:
        return
    terminalreporter.section("what was tried, and what was lost")
    width = max(len(tried) for tried, _, _ in TALLIES)
    for tried, found, lost in sorted(TALLIES):
        terminalreporter.write_line(f"{tried:<{width}}  lost {lost}  ({found})")
