"""A process that imports the modules of its children once, and forks a child for each line that it reads."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
FAILED = 70  # the exit code of a child that ends unexpectedly


class ForkingParent:
    """The process that runs a module with its arguments, seen from the tests; use it as a context manager."""

    def __init__(self, program: str, *arguments: object) -> None:
        self._command = [sys.executable, program, *map(str, arguments)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
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
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def ask(self, question: Any) -> Any:
        """Write a line, and return the next line of its output."""
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def questions() -> Iterator[Any]:
    """Yield the lines of the input."""
    while line := sys.stdin.readline():
        yield json.loads(line)


def answer(value: Any) -> None:
    """Write a line."""
    print(json.dumps(value), flush=True)  # noqa: T201 - the answer


def fork(run: Callable[[], int]) -> int:
    """Return the id of a new process that runs a function and exits with the code that it returns."""
    process = os.fork()
    if process:
        return process
    code = FAILED
    try:
        code = run()
    finally:
        os._exit(code)
