"""Ctrl-C ends in one line, also before any command is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INTERRUPTED_AT = """
import sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            raise {error}
sys.meta_path.insert(0, Interrupting())
from searcher.commands.launch import main
main()
"""


def started(module: str, error: str) -> subprocess.CompletedProcess[str]:
    """Start the program with an error in place of a module that it loads."""
    code = INTERRUPTED_AT.format(error=error)
    return subprocess.run(
        [sys.executable, "-c", code, module], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("module", ["click", "searcher.commands.output"])
def test_ctrl_c_during_start_up_ends_in_one_line(module: str) -> None:
    """An early Ctrl-C prints no traceback."""
    ended = started(module, "KeyboardInterrupt")
    assert ended.returncode != 0
    assert ended.stderr == "dragoman: interrupted\n"


def test_any_other_error_at_start_up_has_a_traceback() -> None:
    """An internal error keeps its traceback."""
    assert "ZeroDivisionError" in started("click", "ZeroDivisionError").stderr
