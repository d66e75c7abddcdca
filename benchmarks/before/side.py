"""The sides of a comparison: a commit and the checkout, each in an identical separate environment.

Only their command lines and ``searcher.Searcher`` are used, so that a commit may have other modules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from benchmarks.question import Question

ROOT = Path(__file__).resolve().parents[2]
ASK = Path(__file__).with_name("ask.py")


class Side(NamedTuple):
    """A checkout."""

    name: str
    root: Path
    python: Path

    def run(self, *arguments: str) -> float:
        """Run a command as a whole process; return its processor time in seconds.

        Other users of the machine affect it less than elapsed time.

        Raises:
            RuntimeError: The command failed (finding nothing is not a failure).
        """
        process = subprocess.Popen(  # noqa: S603 - fixed arguments
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
        """Build an index; return the processor time in seconds."""
        return self.run("build", str(source), "--index", str(index))


class Asked:
    """A process of one side with an open index; use it as a context manager.

    Args:
        side: The side.
        index: The index that this side built.
        hash_seed: The seed of its string hashes, which affect the times of all questions a little.
    """

    def __init__(self, side: Side, index: Path, hash_seed: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - fixed arguments
            [str(side.python), "-P", str(ASK), str(index)],
            cwd=side.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment() | {"PYTHONPATH": str(side.root), "PYTHONHASHSEED": str(hash_seed)},
        )

    def ask(self, questions: Sequence[Question]) -> list[float]:
        """Run questions; return the processor time of each in milliseconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([question.arguments() for question in questions]) + "\n")
        self._process.stdin.flush()
        answer: list[float] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.communicate()


@contextmanager
def both_sides(commit: str) -> Iterator[tuple[Side, Side]]:
    """Check a commit out, and install it and the checkout; everything is removed afterwards.

    Yields:
        The commit, and the checkout with uncommitted changes.

    Raises:
        SystemExit: There is no such commit.
    """
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run(  # noqa: S603 - fixed arguments
        [*git, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise SystemExit(f"no such commit: {commit}")
    with tempfile.TemporaryDirectory(prefix="dragoman-before-") as folder:
        root = Path(folder, "checkout")
        _run([*git, "worktree", "add", "--quiet", "--detach", str(root), found.stdout.strip()])
        try:
            yield _installed("before", root, Path(folder)), _installed("after", ROOT, Path(folder))
        finally:
            _run([*git, "worktree", "remove", "--force", str(root)])


def _installed(name: str, root: Path, folder: Path) -> Side:
    environment = folder / f"environment.{name}"
    _run([sys.executable, "-m", "venv", "--without-pip", str(environment)])
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    _run([*pip, "--disable-pip-version-check", "--editable", f"{root}[fast,serve]"])
    return Side(name, root, python)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 - fixed arguments


def _environment() -> dict[str, str]:
    """Return this process's environment, but with compiled modules cached, as for users."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
