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
PAUSE_IN_LOGS = 5.0  # and in a file or a pipe, where lines are wanted
BAR = 20  # cells
MIN_DONE = 0.02  # of the sources: before, nobody knows how long the rest will take


class Meter:
    """How much of some sources was read.

    Args:
        total: Their bytes; None where that is not known.

    Attributes:
        total: The same.
        read: The bytes that were read.
    """

    def __init__(self, total: int | None = None) -> None:
        self.total = total
        self.read = 0


@contextmanager
def progress_line(
    meter: Meter | None = None, patience: float = PATIENCE, pause_in_logs: float | None = None
) -> Iterator[Progress]:
    """Show how far a build is on standard error.

    Args:
        meter: How much of the sources was read; where their size is known, a bar and the time left are shown.
        patience: Seconds without a word on a terminal.
        pause_in_logs: Seconds before the first line, and between two, in a file or a pipe; None for no line.

    Yields:
        What :func:`indexer.store.indexing.build` calls with the source's name and the number of items read.
    """
    started = monotonic()
    with _patient_line(patience, pause_in_logs) as show:
        yield lambda source, items: show(
            lambda: (
                f"{_bar(meter, monotonic() - started)}reading {source}: {items:,} items, "
                f"{items / (monotonic() - started):,.0f} a second"
            )
        )


def _bar(meter: Meter | None, seconds: float) -> str:
    """Draw how much of the sources was read, and tell how long the rest will take at this rate."""
    if meter is None or not meter.total:
        return ""
    done = min(meter.read / meter.total, 1.0)
    left = f", {seconds / done - seconds:,.0f} s left" if done > MIN_DONE else ""
    return f"{'█' * round(done * BAR):░<{BAR}} {done:4.0%}{left}  "


@contextmanager
def check_progress() -> Iterator[Callable[[str, int], None]]:
    """Show how far a check is on standard error.

    Yields:
        What is called with the name of a file and how much of it was read since.
    """
    done: dict[str, int] = {}
    with _patient_line(PATIENCE, None) as show:

        def update(file: str, read: int) -> None:
            done[file] = done.get(file, 0) + read
            show(lambda: f"checking {file}: {done[file]:,} bytes and postings")

        yield update


@contextmanager
def count_progress(what: str = "items written") -> Iterator[Callable[[int, int], None]]:
    """Show how far an export or another long list is on standard error.

    Args:
        what: What is counted.

    Yields:
        What is called with the number of them that are done, and of all of them.
    """
    with _patient_line(PATIENCE, None) as show:
        yield lambda done, total: show(lambda: f"{done:,} of {total:,} {what}")


@contextmanager
def _patient_line(
    patience: float, pause_in_logs: float | None
) -> Iterator[Callable[[Callable[[], str]], None]]:
    """Show a line that moves to those who have waited; yield what is called with how to make it."""
    terminal = sys.stderr.isatty()
    started = monotonic()
    pause = PAUSE if terminal else pause_in_logs
    if pause is None:
        yield lambda _line: None
        return
    next_update = started + (patience if terminal else pause)
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
        next_update = now + pause

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
