"""Run ``cli.py`` in the process of the tests, which has imported the product."""

import gc
import io
import os
import runpy
import sys
from contextlib import chdir
from typing import Any, NoReturn
from unittest.mock import patch

from served import ROOT

SETTINGS = {"COLUMNS": "100", "XDG_CONFIG_HOME": os.devnull}


class _EndedError(BaseException):
    """The exit of the program, with its code."""


class Program:
    """The command line."""

    def __init__(self) -> None:
        self._main = runpy.run_path(str(ROOT / "cli.py"))["main"]

    def run(
        self, arguments: list[str], folder: str, *, text: str = "", settings: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Run a command in a folder; return its exit code, standard output and standard error."""
        streams = [
            io.TextIOWrapper(io.BytesIO(given), encoding="utf-8") for given in (text.encode(), b"", b"")
        ]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
        hook, threshold = sys.excepthook, gc.get_threshold()
        with (
            patch.multiple(sys, argv=["dragoman", *arguments], **dict(zip(_STREAMS, streams, strict=True))),
            patch.dict(os.environ, kept | SETTINGS | (settings or {}), clear=True),
            patch.object(sys.modules["__main__"], "__package__", None, create=True),  # else help shows it
            patch.object(os, "_exit", _leaving(os.getpid(), os._exit)),
            chdir(folder),
        ):
            try:
                self._main()
            except _EndedError as end:
                (code,) = end.args
            finally:
                sys.excepthook = hook
                gc.set_threshold(*threshold)
                gc.unfreeze()
        out, err = (stream.buffer.getvalue().decode() for stream in streams[1:])
        return code, out, err


_STREAMS = ("stdin", "stdout", "stderr")


def _leaving(process: int, leave: Any) -> Any:
    def ended(code: int) -> NoReturn:
        if os.getpid() != process:  # a process of the command, which really ends
            leave(code)
        raise _EndedError(code)

    return ended
