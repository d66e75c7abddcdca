"""What is shown to those who wait."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from indexer.progress import Meter, progress_line

if TYPE_CHECKING:
    import pytest


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Gone(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_the_name_of_a_source_never_steers_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters of a file's name are shown, not sent."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_line(patience=0.0) as progress:
        progress("a\x1b]0;owned\x07\n\u202eb.txt", 7)
    lines = terminal.getvalue().replace("\r\x1b[K", "")
    assert lines.startswith("reading a\ufffd]0;owned\ufffd\ufffd\ufffdb.txt: 7 items, ")
    assert not set("\x1b\x07\n\u202e") & set(lines)


def test_a_reader_of_the_progress_who_has_gone_ends_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build goes on to its end where nobody can be shown how far it is."""
    monkeypatch.setattr(sys, "stderr", _Gone())
    with progress_line(pause_in_logs=0.0) as progress:
        progress("a.txt", 7)


def test_a_bar_shows_how_much_of_the_sources_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where their size is known, a bar and the time left stand before what is being read."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    meter = Meter(400)
    with progress_line(meter, patience=0.0) as progress:
        meter.read = 100
        progress("a.txt", 7)
    assert "█████░░░░░░░░░░░░░░░  25%, " in terminal.getvalue()
    assert " s left  reading a.txt: 7 items, " in terminal.getvalue()


def test_a_log_gets_no_line_unless_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off a terminal nothing is shown but where lines were asked for."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with progress_line(Meter(400)) as progress:
        progress("a.txt", 7)
    assert not log.getvalue()
    with progress_line(Meter(400), pause_in_logs=0.0) as progress:
        progress("a.txt", 7)
    assert log.getvalue().count("\n") == 1
