"""Sessions of the command line in the files of the folder sessions."""

from pathlib import Path

import pytest
from command_line import Run
from sessions import Session, Terminal, sessions


@pytest.mark.parametrize("session", sessions())
def test_a_session_prints_and_writes_the_same(
    run: Run, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    """Exit codes, output and files are those that the session states."""
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(run, monkeypatch, SAMPLE=sample_index)
    for step in session.steps:
        terminal.do(step)
