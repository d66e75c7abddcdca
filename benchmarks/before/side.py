"""Install the sides of a comparison, a commit and the checkout, in identical separate environments.

Only the command line and ``searcher.Searcher`` are used, so a commit may have other modules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.processes import ROOT, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.question import Question

ASK = Path(__file__).with_name("ask.py")


class Side(NamedTuple):
    """An installed checkout."""

    name: str
    root: Path
    python: Path

    def run(self, *arguments: str) -> float:
        """Run a command as a whole process, and return its CPU time in seconds.

        Other users of the machine affect CPU time less than elapsed time. Finding nothing is not a failure.
        """
        command = [str(self.python), "cli.py", *arguments]
        return run(command, cwd=self.root, env=_environment(), codes=(0, 1)).cpu

    def build(self, source: Path, index: Path) -> float:
        """Build an index, and return the CPU time in seconds."""
        return self.run("build", str(source), "--index", str(index))


@contextmanager
def asking(side: Side, index: Path, hash_seed: int) -> Iterator[Callable[[Sequence[Question]], list[float]]]:
    """Start a process of one side with an open index.

    Args:
        side: The side.
        index: The index that this side built.
        hash_seed: The seed of the process's string hashes, which slightly affect the times of all queries.

    Yields:
        The function that runs queries and returns the CPU time of each in milliseconds.
    """
    with subprocess.Popen(  # noqa: S603 - fixed arguments
        [str(side.python), "-P", str(ASK), str(index)],
        cwd=side.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment() | {"PYTHONPATH": str(side.root), "PYTHONHASHSEED": str(hash_seed)},
    ) as process:

        def ask(questions: Sequence[Question]) -> list[float]:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps([question.arguments() for question in questions]) + "\n")
            process.stdin.flush()
            answer: list[float] = json.loads(process.stdout.readline())
            return answer

        yield ask


@contextmanager
def both_sides(commit: str) -> Iterator[tuple[Side, Side]]:
    """Check out a commit, install it and the current checkout, and yield both; remove them afterwards."""
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
    """Return this process's environment, but with caching of compiled modules, as for users."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
