"""One side of a comparison: a checkout, reached through its command line and ``searcher.Searcher`` alone."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from types import TracebackType

    from benchmarks.question import Question

ASK = Path(__file__).with_name("ask.py")


class Side(NamedTuple):
    """A checkout.

    Attributes:
        name: What the tables call it.
        root: Its folder.
        python: The interpreter of its environment.
    """

    name: str
    root: Path
    python: Path

    def run(self, *arguments: str) -> float:
        """Run a command of its command line as a whole process; return seconds of processor.

        A machine that others use too changes these less than the time from start to end.

        Raises:
            RuntimeError: The command failed (nothing found is no failure).
        """
        process = subprocess.Popen(  # noqa: S603 - our own command
            [str(self.python), "cli.py", *arguments],
            cwd=self.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {0, 1}:
            raise RuntimeError(f"{self.name}: {' '.join(arguments)} ended with {process.returncode}")
        return usage.ru_utime + usage.ru_stime

    def build(self, source: Path, index: Path) -> float:
        """Build an index; return seconds of processor."""
        return self.run("build", str(source), "--index", str(index))


class Asked:
    """A process of one side that has an index open; use it as a context manager.

    Args:
        side: Whose searcher is asked.
        index: The index that this side built.
        questions: What is asked; each once before the first round, untimed.
    """

    def __init__(self, side: Side, index: Path, questions: list[Question]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [str(side.python), str(ASK), str(index)],
            cwd=side.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment() | {"PYTHONPATH": str(side.root)},
        )
        self._say([question.arguments() for question in questions])

    def round(self) -> list[float]:
        """Ask all questions once; return milliseconds of each."""
        times: list[float] = self._say("round")
        return times

    def _say(self, message: object) -> list[float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        answer: list[float] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.communicate()


def _environment() -> dict[str, str]:
    """Return this process's environment, where Python keeps compiled modules, as users have it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
