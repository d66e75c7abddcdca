"""A commit checked out in a temporary folder, with an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.before.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def commit_side(commit: str) -> Iterator[Side]:
    """Check a commit out and install it; everything is removed afterwards.

    Args:
        commit: Anything that git takes for a commit.

    Raises:
        SystemExit: There is no such commit.
    """
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run(  # noqa: S603 - our own command
        [*git, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise SystemExit(f"no such commit: {commit}")
    with tempfile.TemporaryDirectory(prefix="dragoman-before-") as folder:
        root, environment = Path(folder, "checkout"), Path(folder, "environment")
        _run([*git, "worktree", "add", "--quiet", "--detach", str(root), found.stdout.strip()])
        try:
            python = environment / "bin" / "python"
            _run([sys.executable, "-m", "venv", str(environment)])
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _run([*pip, "--editable", f"{root}[fast,serve]"])
            yield Side("before", root, python)
        finally:
            _run([*git, "worktree", "remove", "--force", str(root)])


def checkout_side() -> Side:
    """Return the checkout as it is, changes that are not committed included."""
    return Side("after", ROOT, Path(sys.executable))


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 - our own command
