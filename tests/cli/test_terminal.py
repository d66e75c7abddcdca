"""Output on a terminal that differs from that to a pipe."""

from __future__ import annotations

import os
from pathlib import Path

from command_line import on_terminal, python


def test_colour_is_for_terminals_without_no_color(sample_index: Path) -> None:
    """A terminal gets colour unless NO_COLOR is set; a pipe never does."""
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    arguments = ("cli.py", "search", "ferry", "--index", sample_index)
    assert "\x1b[" in on_terminal(*arguments, env=env, errors=False)
    assert "\x1b[" not in on_terminal(*arguments, env=env | {"NO_COLOR": "1"}, errors=False)


def test_a_page_on_a_terminal_names_the_next_page(sample_index: Path) -> None:
    """The hint is printed below the results; piped output has only the headline."""
    arguments = ("cli.py", "search", "ferry", "--limit", "2", "--index", sample_index)
    assert "2 of 6 items shown (--offset 2 for the next" in on_terminal(*arguments, env=dict(os.environ))
    piped = python(*arguments)
    assert "showing 1-2" in piped.stdout
    assert "--offset" not in piped.stderr
