"""Output on a terminal that differs from that to a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _on_terminal(arguments: list[str], env: dict[str, str], *, errors: bool = False) -> str:
    """Run a command whose standard output, and perhaps error, is a terminal; return its output there."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        stdout=follower,
        stderr=follower if errors else subprocess.DEVNULL,
        env=env,
    )
    os.close(follower)
    written = b""
    try:
        while block := os.read(leader, 65536):
            written += block
    except OSError:  # Linux raises it when the other end is closed
        pass
    os.close(leader)
    assert process.wait() == 0
    return written.decode()


def test_colour_is_for_terminals_without_no_color(sample_index: Path) -> None:
    """A terminal gets colour unless NO_COLOR is set; a pipe never does."""
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    arguments = ["search", "ferry", "--index", str(sample_index)]
    assert "\x1b[" in _on_terminal(arguments, env)
    assert "\x1b[" not in _on_terminal(arguments, env | {"NO_COLOR": "1"})


def test_a_page_on_a_terminal_names_the_next_page(sample_index: Path) -> None:
    """The hint is printed below the results; piped output has only the headline."""
    arguments = ["search", "ferry", "--limit", "2", "--index", str(sample_index)]
    env = dict(os.environ)
    assert "2 of 6 items shown (--offset 2 for the next" in _on_terminal(arguments, env, errors=True)
    piped = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments], capture_output=True, text=True, check=True
    )
    assert "showing 1-2" in piped.stdout
    assert "--offset" not in piped.stderr
