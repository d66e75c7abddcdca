"""The start of the process: what must be set before the program is imported, and how the process ends.

A question from the command line is a new process, so that a command's module is imported when it is called.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

_LAST_STANDARD = 2  # the descriptor of standard error
_FAULT = 2  # the exit code where the user or the input is at fault


def main() -> None:
    """Run the command line; the entry of the console script and of ``cli.py``."""
    if sys.excepthook is sys.__excepthook__:
        # Importing is half of the time of a question: Ctrl-C may fall into it.
        sys.excepthook = _write_interrupted
    gc.disable()  # nothing that is imported is ever released
    # numpy would start a thread for each core, for algebra that no command does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_standard_streams()
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts cli.py of a checkout may have an older one
        from searcher.commands.error_hints import old_python_line

        sys.stderr.write(f"dragoman: {old_python_line()}\n")
        sys.exit(_FAULT)
    try:
        from searcher.commands.program import cli
    except ModuleNotFoundError as error:
        from searcher.commands.error_hints import missing_package_line

        line = missing_package_line(error)
        if line is None:
            raise
        sys.stderr.write(f"dragoman: {line}\n")
        sys.exit(_FAULT)
    gc.freeze()  # what is imported is never looked at again
    gc.enable()
    # A command makes few cycles of objects and soon ends: collecting as often as Python does by itself, and
    # taking every library apart at the end, would be a quarter of the time of a question.
    gc.set_threshold(100_000)
    try:
        cli()
    except SystemExit as end:
        _leave(end.code)


def _write_interrupted(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    elif sys.stderr is not None:
        sys.stderr.write("dragoman: interrupted\n")


def _open_standard_streams() -> None:
    """Open the standard streams that the caller closed, so that no file of the index gets their descriptor.

    What a library in C writes to standard error would otherwise land in that file.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        pass
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def _leave(code: int | str | None) -> NoReturn:
    """End the process now: all that was printed is flushed, all that was written is on disk."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # output without room is told by then
            stream.flush()
    os._exit(code if isinstance(code, int) else 0)
