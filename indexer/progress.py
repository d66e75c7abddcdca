"""Show progress on one line, which appears after a moment and is then updated."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from indexer.errors import message

Progress = Callable[[str, int], None]
"""A callback for the name of a source and the number of items read so far from all sources."""

PATIENCE = 0.7  # seconds before the line appears
PAUSE = 0.2  # seconds between two updates on a terminal
PAUSE_IN_LOGS = 5.0  # seconds between two lines in a file or a pipe
BAR = 20  # cells
MIN_DONE = 0.02  # fraction of the sources that must be read before the remaining time is estimated


class Meter:
    """Counts the bytes read from sources so far.

    Attributes:
        total: The size of all sources in bytes; ``None`` if unknown.
        read: The number of bytes read.
    """

    def __init__(self, total: int | None = None) -> None:
        self.total = total
        self.read = 0


@contextmanager
def progress_line(
    meter: Meter | None = None,
    patience: float = PATIENCE,
    pause_in_logs: float | None = None,
    say: Callable[..., str] = message,
) -> Iterator[Progress]:
    """Show the progress of a build on standard error.

    Args:
        meter: Counts the bytes read. If it has the total, a bar and the remaining time are shown.
        patience: The seconds before the line appears on a terminal. A quicker build shows no line.
        pause_in_logs: The seconds before the first line, and between lines, if standard error is a file or a
            pipe; ``None`` to print no lines there.
        say: Returns the text for a key of ``messages.tsv`` and its values, in the user's language.

    Yields:
        The function that :func:`indexer.store.indexing.build` calls with the name of the source and the
        number of items read.
    """
    started = monotonic()
    with _patient_line(patience, pause_in_logs) as show:
        yield lambda source, items: show(
            lambda: (
                _bar(meter, monotonic() - started, say)
                + say(
                    "progress.reading",
                    source=source,
                    items=items,
                    rate=round(items / (monotonic() - started)),
                )
            )
        )


def _bar(meter: Meter | None, seconds: float, say: Callable[..., str]) -> str:
    """Return a progress bar with the estimated remaining time, or an empty text if the total is unknown."""
    if meter is None or not meter.total:
        return ""
    done = min(meter.read / meter.total, 1.0)
    left = say("progress.left", seconds=round(seconds / done - seconds)) if done > MIN_DONE else ""
    return f"{'█' * round(done * BAR):░<{BAR}} {done:4.0%}{left}  "


@contextmanager
def check_progress(
    say: Callable[..., str] = message, patience: float = PATIENCE
) -> Iterator[Callable[[str, int], None]]:
    """Show the progress of a check on standard error.

    Args:
        say: Returns the message with a key, in the language of the user.
        patience: The seconds before the line appears on a terminal.

    Yields:
        The function to call with a file's name and the number of bytes or postings read since the last call,
        or with the name of a part whose bytes are not counted, and 0.
    """
    done: dict[str, int] = {}
    with _patient_line(patience, None) as show:

        def update(file: str, read: int) -> None:
            done[file] = done.get(file, 0) + read
            key = "progress.checking" if done[file] else "progress.checking_part"
            show(lambda: say(key, file=file, read=done[file]))

        yield update


@contextmanager
def count_progress(
    key: str = "progress.items_written", say: Callable[..., str] = message
) -> Iterator[Callable[[int, int], None]]:
    """Show the progress of an export or another long task on standard error.

    Yields:
        The function to call with the number of finished steps and the total.
    """
    with _patient_line(PATIENCE, None) as show:
        yield lambda done, total: show(lambda: say(key, done=done, total=total))


@contextmanager
def _patient_line(
    patience: float, pause_in_logs: float | None
) -> Iterator[Callable[[Callable[[], str]], None]]:
    """Yield a function that prints a line, first after a delay and then at intervals."""
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
        text = _printable(line())
        with suppress(OSError):  # a closed pipe, or a full disk of a log, must not end a build
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


def _printable(line: str) -> str:
    """Replace control characters in a line, which the name of a source may contain."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)
