"""Progress for people who wait: nothing for the first moments, then one line that moves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.build import Progress


PATIENCE = 0.7  # seconds without a word
PAUSE = 0.2  # seconds between two updates on a terminal
PAUSE_IN_LOGS = 5.0  # and where standard error is a file or a pipe


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Show how far a build is on standard error.

    Yields:
        What :func:`indexer.build.build` calls with the source's name and the number of items read.
    """
    terminal = sys.stderr.isatty()
    started = monotonic()
    next_update = started + (PATIENCE if terminal else PAUSE_IN_LOGS)
    shown = False

    def update(source: str, items: int) -> None:
        nonlocal next_update, shown
        now = monotonic()
        if now < next_update:
            return
        line = f"reading {source}: {items:,} items, {items / (now - started):,.0f} a second"
        if terminal:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            shown = True
        else:
            sys.stderr.write(f"{line}\n")
        next_update = now + (PAUSE if terminal else PAUSE_IN_LOGS)

    try:
        yield update
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
