"""Commands that run on a forged index, and how they refuse it."""

import subprocess
from collections.abc import Callable

Run = Callable[..., subprocess.CompletedProcess[str]]
"""Runs a command in a process of its own, in bounded memory and time."""

MEMORY = 2 << 30  # bytes of address space: 1 GiB more than for a whole index
SECONDS = 20
COMMANDS = (
    ("search", "anchor"),
    ("search", "haws*"),
    ("facets",),
    ("show", "quay-03"),
    ("info",),
    ("check",),
)


def is_refused(result: subprocess.CompletedProcess[str]) -> None:
    """Assert that a command ended in one clear line."""
    assert result.returncode == 2, (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("dragoman: ")
    assert "Traceback" not in result.stderr
