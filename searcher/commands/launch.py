"""Start the process before the program is imported, and end it fast.

Each search on the command line is a new process, so modules of other commands are not imported.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_LAST_STANDARD = 2  # the descriptor of standard error
_FAULT = 2  # the exit code for errors of the user or the input


def main() -> None:
    """Run the command line, as the entry point of the console script and of ``cli.py``."""
    if sys.excepthook is sys.__excepthook__:
        # Ctrl-C may interrupt the imports, which take half of the time of a search.
        sys.excepthook = _write_interrupted
    gc.disable()  # imported objects are never released
    # Keep numpy from starting a thread per core for linear algebra, which no command uses.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_standard_streams()
    if sys.version_info < (3, 11):  # noqa: UP036 - cli.py may run on an older Python
        from searcher.commands.error_hints import old_python_line

        sys.stderr.write(f"dragoman: {old_python_line()}\n")
        sys.exit(_FAULT)
    try:
        cli = _program()
    except ModuleNotFoundError as error:
        from searcher.commands.error_hints import missing_package_line

        line = missing_package_line(error)
        if line is None:
            raise
        sys.stderr.write(f"dragoman: {line}\n")
        sys.exit(_FAULT)
    gc.freeze()  # excludes imported objects from later collections
    gc.enable()
    # A command creates few reference cycles and ends soon: collecting as often as Python does by default, and
    # finalizing every library at exit, would take a quarter of the time of a search.
    gc.set_threshold(100_000)
    try:
        cli()
    except SystemExit as end:
        _leave(end.code)


def _program() -> Callable[[], object]:
    """Return the function that runs the command.

    Most searches run without click.
    """
    args = sys.argv[1:]
    if args[:1] == ["search"]:
        from searcher.commands.plain_search import plain_search

        if search := plain_search(args):
            return search
    from searcher.commands.program import cli

    return cli


def _write_interrupted(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    elif sys.stderr is not None:
        sys.stderr.write("dragoman: interrupted\n")


def _open_standard_streams() -> None:
    """Open standard streams that the caller closed.

    Otherwise an index file would get the descriptor of a closed stream, and a C library's message on standard
    error would be written to the file.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        pass
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def _leave(code: int | str | None) -> NoReturn:
    """End the process immediately, without cleanup.

    All output must have been flushed.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # errors of the output are already reported
            stream.flush()
    os._exit(code if isinstance(code, int) else 0)
