"""The progress that users see."""

import io
import sys

import pytest

from indexer.progress import Meter, progress_line


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Gone(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_source_name_contains_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters of a file name are escaped on a terminal."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_line(patience=0.0) as progress:
        progress("a\x1b]0;owned\x07\n\u202eb.txt", 7)
    lines = terminal.getvalue().replace("\r\x1b[K", "")
    assert lines.startswith("reading a\ufffd]0;owned\ufffd\ufffd\ufffdb.txt: 7 items, ")
    assert not set("\x1b\x07\n\u202e") & set(lines)


def test_a_closed_progress_output_ends_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build continues if its progress cannot be printed."""
    monkeypatch.setattr(sys, "stderr", _Gone())
    with progress_line(pause_in_logs=0.0) as progress:
        progress("a.txt", 7)


def test_a_bar_shows_the_share_of_the_sources_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """If their size is known, a bar and the remaining time precede the current source."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    meter = Meter(400)
    with progress_line(meter, patience=0.0) as progress:
        meter.read = 100
        progress("a.txt", 7)
    assert "█████░░░░░░░░░░░░░░░  25%, " in terminal.getvalue()
    assert " s left  reading a.txt: 7 items, " in terminal.getvalue()


def test_a_log_has_progress_lines_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is printed unless lines were requested."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with progress_line(Meter(400)) as progress:
        progress("a.txt", 7)
    assert not log.getvalue()
    with progress_line(Meter(400), pause_in_logs=0.0) as progress:
        progress("a.txt", 7)
    assert log.getvalue().count("\n") == 1
