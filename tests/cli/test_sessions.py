"""Sessions of the command line in the files of the folder sessions."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from command_line import Run
from sessions import Session, Terminal, sessions


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], Path]:
    """Return a function that returns the folder for all sessions with the same setup."""
    return cache(lambda _: tmp_path_factory.mktemp("sessions"))


@pytest.mark.parametrize("session", sessions())
def test_a_session_prints_and_writes_the_same(
    run: Run,
    sample_index: Path,
    folder_of: Callable[[tuple[str, ...]], Path],
    monkeypatch: pytest.MonkeyPatch,
    session: Session,
) -> None:
    """Exit codes, output and files are those that the session states."""
    folder = folder_of(session.setup)
    shutil.rmtree(folder / "here", ignore_errors=True)
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    terminal = Terminal(run, monkeypatch, SAMPLE=sample_index)
    terminal.prepare(session.setup, folder / "kept")
    for step in session.steps:
        terminal.do(step)
