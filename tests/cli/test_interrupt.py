"""Ctrl-C ends in one line, also where there is no command yet that it could end."""

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
    """Start the program with an error in the place of a module that it loads."""
    code = INTERRUPTED_AT.format(error=error)
    return subprocess.run(
        [sys.executable, "-c", code, module], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("module", ["click", "searcher.commands.output"])
def test_ctrl_c_while_the_program_is_loaded_is_one_line(module: str) -> None:
    """Who presses it at once sees no line of Python's."""
    ended = started(module, "KeyboardInterrupt")
    assert ended.returncode != 0
    assert ended.stderr == "dragoman: interrupted\n"


def test_any_other_error_while_the_program_is_loaded_is_told_by_python() -> None:
    """A fault of ours keeps its traceback."""
    assert "ZeroDivisionError" in started("click", "ZeroDivisionError").stderr
