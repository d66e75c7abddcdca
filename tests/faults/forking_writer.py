"""Writers that can be killed at any moment, started cheaply: one process imports everything, then forks.

Run as a program it reads one command a line, ``["update", folder, source, limit]``, forks a writer for it,
tells the writer's process number, and, when the writer has ended, how.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

# What a writer imports in any case: it need not each time.
IMPORTED_BEFORE = (
    "faults.small_thesaurus",
    "numpy",
    "whoosh.filedb.filestore",
    "whoosh.index",
    "indexer.bulk.writer",
    "indexer.codec.whoosh_codec",
    "indexer.languages.statistics",
    "indexer.update",
)
ROOT = Path(__file__).parents[2]


class Ended(NamedTuple):
    """How a writer ended: killed, or with its exit code, and what it said."""

    killed: bool
    code: int
    said: str
    seconds: float


class Writers:
    """Starts writers one by one; use it as a context manager."""

    def __enter__(self) -> Self:
        self._parent = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()

    def run(
        self,
        command: str,
        folder: Path,
        source: Path,
        *,
        kill_after: float | None = None,
        most_bytes: int = 0,
    ) -> Ended:
        """Let a writer run, and kill it (-9) after so many seconds if it has not ended by then.

        Args:
            command: ``build`` or ``update``.
            folder: The index folder.
            source: What to read.
            kill_after: Seconds from its start; None to let it end.
            most_bytes: The size that no file of the writer may pass, 0 for any.
        """
        self._parent.stdin.write(json.dumps([command, str(folder), str(source), most_bytes]) + "\n")
        self._parent.stdin.flush()
        process = int(self._parent.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            # Its parent waits for it only when told to, so the number is its own even when it has ended.
            os.kill(process, signal.SIGKILL)
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        status, seconds, said = json.loads(self._parent.stdout.readline())
        return Ended(os.WIFSIGNALED(status), os.waitstatus_to_exitcode(status), said, seconds)


def _serve() -> None:
    for module in IMPORTED_BEFORE:
        importlib.import_module(module)
    from indexer.countries import find_countries
    from indexer.languages import split_by_language

    find_countries(("The ferry to Jordan",), None)
    split_by_language(("El barco que está en el puerto de la ciudad",), None)
    while line := sys.stdin.readline():
        command, folder, source, most_bytes = json.loads(line)
        reading, writing = os.pipe()
        started = time.monotonic()
        process = os.fork()
        if not process:
            os.close(reading)
            _write(command, Path(folder), Path(source), most_bytes, writing)
        os.close(writing)
        print(process, flush=True)  # noqa: T201 - the answer
        sys.stdin.readline()
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(process, 0)
        print(json.dumps([status, time.monotonic() - started, said]), flush=True)  # noqa: T201


def _write(command: str, folder: Path, source: Path, most_bytes: int, writing: int) -> None:
    from faults.small_thesaurus import use_in_this_process

    import indexer.build
    import indexer.update
    from indexer.errors import DragomanError

    code = 70
    try:
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        use_in_this_process()
        function = indexer.build.build if command == "build" else indexer.update.update
        function([source], folder)
        code = 0
    except DragomanError as error:
        os.write(writing, str(error).encode())
        code = 2
    except BaseException as error:  # noqa: BLE001 - told to the test, which fails
        os.write(writing, repr(error).encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
