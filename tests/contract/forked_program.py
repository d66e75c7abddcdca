"""Runs ``cli.py``, each time in a new process that is forked from one with all imports."""

import gc
import importlib
import os
import pkgutil
import runpy
import sys
import tempfile
import traceback
from functools import partial
from typing import IO, Any

from faults.forking_parent import FAILED, ROOT, ForkingParent, answer, fork, questions

PROGRAM = str(ROOT / "cli.py")


class Program(ForkingParent):
    """The command line; use it as a context manager."""

    def __init__(self) -> None:
        super().__init__(__file__)

    def run(
        self, arguments: list[str], folder: str, *, text: str = "", settings: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Run a command in a folder; return its exit code, standard output and standard error.

        Args:
            arguments: The command with its options.
            folder: The current folder of the command.
            text: Its standard input.
            settings: Environment variables.
        """
        code, out, err = self.ask([arguments, folder, text, settings or {}])
        return code, out, err


def _serve() -> None:
    for name in [name for name in os.environ if name.startswith("DRAGOMAN_")]:
        del os.environ[name]
    os.environ |= {"COLUMNS": "100", "OPENBLAS_NUM_THREADS": "1", "XDG_CONFIG_HOME": os.devnull}
    _import_all()
    _read_tables()
    gc.freeze()
    for arguments, folder, text, settings in questions():
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            given.write(text.encode())
            given.seek(0)
            process = fork(partial(_run, arguments, folder, settings, (given, out, err)))
            _, status = os.waitpid(process, 0)
            printed = []
            for file in (out, err):
                file.seek(0)
                printed.append(file.read().decode())
        answer([os.waitstatus_to_exitcode(status), *printed])


def _import_all() -> None:
    """Import every module of the product, so that no command has to."""
    for package in map(importlib.import_module, ("indexer", "searcher")):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _read_tables() -> None:
    """Read the tables of the product, so that no command has to: index a page and read it in this process."""
    from indexer import build
    from searcher import Searcher

    with tempfile.TemporaryDirectory() as index:
        build(index, ROOT / "tests/contract/archive/page.txt", jobs=1)
        with Searcher(index) as searcher:
            searcher.search("fishing Portugal 2017").to_record()
            list(searcher.stories())


def _run(arguments: list[str], folder: str, settings: dict[str, str], streams: tuple[IO[Any], ...]) -> int:
    try:
        for descriptor, stream in enumerate(streams):
            os.dup2(stream.fileno(), descriptor)
        os.chdir(folder)
        os.environ |= settings
        sys.argv = ["dragoman", *arguments]
        runpy.run_path(PROGRAM, run_name="__main__")
    except BaseException:  # noqa: BLE001 - a test shows it
        traceback.print_exc()
        sys.stderr.flush()
    return FAILED  # the program ends its process itself


if __name__ == "__main__":
    _serve()
