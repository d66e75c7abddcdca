"""The command line, run many times in processes forked from one that has imported it already."""

import importlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import partial
from typing import IO

from faults.forking_parent import FAILED, ForkingParent, answer, fork, questions
from faults.late_package import LatePackage

IMPORTED_BEFORE = tuple(
    (
        "searcher.commands.program indexer.store.check searcher.present searcher.searcher "
        "searcher.query.expansion searcher.query.resolver searcher.query.grammar "
        "searcher.execution.embedded_engine"
    ).split()
)


class Commands(ForkingParent):
    """Runs commands one by one in a context, each in so many bytes of address space and so many seconds."""

    def __init__(self, memory: int, seconds: int) -> None:
        super().__init__(__file__, memory, seconds)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        code, out, err = self.ask(list(map(str, arguments)))
        return subprocess.CompletedProcess(arguments, code, out, err)


def _serve(memory: int, seconds: int) -> None:
    for module in IMPORTED_BEFORE:
        importlib.import_module(module)
    LatePackage("numpy")
    for arguments in questions():
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = fork(partial(_run, arguments, memory, seconds, out, err))
            _, status = os.waitpid(process, 0)
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode("utf-8", "replace"))
        answer([os.waitstatus_to_exitcode(status), *said])


def _run(arguments: list[str], memory: int, seconds: int, out: IO[bytes], err: IO[bytes]) -> int:
    from searcher.commands.launch import main

    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        signal.alarm(seconds)
        sys.argv = ["dragoman", *arguments]
        main()
    except BaseException:  # noqa: BLE001 - the test looks for a traceback
        traceback.print_exc()
        sys.stderr.flush()
    return FAILED  # the command line ends its process itself


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
