"""Ctrl-C ends in one line, also before any command is loaded."""

from __future__ import annotations

import pytest
from command_line import python

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


@pytest.mark.parametrize("module", ["click", "searcher.commands.output"])
def test_ctrl_c_during_start_up_ends_in_one_line(module: str) -> None:
    """An early Ctrl-C prints no traceback."""
    ended = python("-c", INTERRUPTED_AT.format(error="KeyboardInterrupt"), module)
    assert (ended.returncode != 0, ended.stderr) == (True, "dragoman: interrupted\n")


def test_any_other_error_at_start_up_has_a_traceback() -> None:
    """An internal error keeps its traceback."""
    ended = python("-c", INTERRUPTED_AT.format(error="ZeroDivisionError"), "click")
    assert "ZeroDivisionError" in ended.stderr
