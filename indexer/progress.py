"""Progress for people who wait: nothing for the first moments, then one line that moves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

Progress = Callable[[str, int], None]
"""Called now and then with the name of a source and the number of items read so far, from all sources."""

PATIENCE = 0.7  # seconds without a word
PAUSE = 0.2  # seconds between two updates on a terminal
PAUSE_IN_LOGS = 5.0  # and where standard error is a file or a pipe


@contextmanager
def shown_progress(patience: float = PATIENCE, pause_in_logs: float = PAUSE_IN_LOGS) -> Iterator[Progress]:
    """Show how far a build is on standard error.

    Args:
        patience: Seconds without a word on a terminal.
        pause_in_logs: Seconds before the first line, and between two, in a file or a pipe.

    Yields:
        What :func:`indexer.store.build.build` calls with the source's name and the number of items read.
    """
    started = monotonic()
    with _patient_line(patience, pause_in_logs) as show:
        yield lambda source, items: show(
            lambda: f"reading {source}: {items:,} items, {items / (monotonic() - started):,.0f} a second"
        )


@contextmanager
def shown_check() -> Iterator[Callable[[str, int], None]]:
    """Show how far a check is on standard error.

    Yields:
        What is called with the name of a file and how much of it was read since.
    """
    done: dict[str, int] = {}
    with _patient_line(PATIENCE, PAUSE_IN_LOGS) as show:

        def update(file: str, read: int) -> None:
            done[file] = done.get(file, 0) + read
            show(lambda: f"checking {file}: {done[file]:,} bytes and postings")

        yield update


@contextmanager
def _patient_line(patience: float, pause_in_logs: float) -> Iterator[Callable[[Callable[[], str]], None]]:
    """Show a line that moves to those who have waited; yield what is called with how to make it."""
    terminal = sys.stderr.isatty()
    started = monotonic()
    next_update = started + (patience if terminal else pause_in_logs)
    shown = False

    def update(line: Callable[[], str]) -> None:
        nonlocal next_update, shown
        now = monotonic()
        if now < next_update:
            return
        text = _shown(line())
        with suppress(OSError):  # a reader who has gone, or a full disk behind a log, ends no build
            if terminal:
                sys.stderr.write(f"\r\x1b[K{text}")
                sys.stderr.flush()
                shown = True
            else:
                sys.stderr.write(f"{text}\n")
        next_update = now + (PAUSE if terminal else pause_in_logs)

    try:
        yield update
    finally:
        if shown:
            with suppress(OSError):
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()


def _shown(line: str) -> str:
    """Make a line that steers no terminal, whatever the name of a source holds."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)
