"""The command line, run over and over in processes that one forks which has imported it already."""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn, Self

ROOT = Path(__file__).parents[2]
IMPORTED_BEFORE = (
    "cli",
    "indexer.codec.check",
    "searcher.output",
    "searcher.searcher",
    "searcher.query.expand",
    "searcher.query.resolve",
    "searcher.query.syntax",
)


class Commands:
    """Runs commands one by one; use it as a context manager.

    Args:
        memory: Bytes of addresses that each may take.
        seconds: How long each may run; one that runs longer is killed.
    """

    def __init__(self, memory: int, seconds: int) -> None:
        self._limits = [str(memory), str(seconds)]

    def __enter__(self) -> Self:
        self._parent = subprocess.Popen(
            [sys.executable, __file__, *self._limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        self._parent.stdin.write(json.dumps(list(map(str, arguments))) + "\n")
        self._parent.stdin.flush()
        code, out, err = json.loads(self._parent.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, out, err)


def _serve(memory: int, seconds: int) -> None:
    # What a question imports; numpy is none of it, and decides how a question is answered.
    for module in IMPORTED_BEFORE:
        importlib.import_module(module)
    assert "numpy" not in sys.modules
    while line := sys.stdin.readline():
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = os.fork()
            if not process:
                _run(json.loads(line), memory, seconds, out, err)
            _, status = os.waitpid(process, 0)
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode("utf-8", "replace"))
        print(json.dumps([os.waitstatus_to_exitcode(status), *said]), flush=True)  # noqa: T201 - the answer


def _run(arguments: list[str], memory: int, seconds: int, out: IO[bytes], err: IO[bytes]) -> NoReturn:
    import cli

    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        signal.alarm(seconds)
        sys.argv = ["dragoman", *arguments]
        cli.main()
    except BaseException:  # noqa: BLE001 - the test looks for a traceback
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
