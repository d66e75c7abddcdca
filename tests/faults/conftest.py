"""The table of what the fault tests tried and what was lost, at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.tally import TALLIES

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where any of the long tests ran."""
    if not TALLIES:
        return
    terminalreporter.section("what was tried, and what was lost")
    width = max(len(tried) for tried, _, _ in TALLIES)
    for tried, found, lost in sorted(TALLIES):
        terminalreporter.write_line(f"{tried:<{width}}  lost {lost}  ({found})")
