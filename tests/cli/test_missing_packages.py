"""A missing package ends in one line with the remedy."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from command_line import Run, python

from indexer.sample import sample_path

WITHOUT_A_PACKAGE = """
import sys
hidden = sys.argv.pop(1)
class Hiding:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hiding())
from searcher.commands.launch import main
main()
"""


def names_the_package(ended: subprocess.CompletedProcess[str], package: str) -> None:
    """Assert that a process ended with one line that names the missing package and the remedy."""
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(f"dragoman: the package “{package}” is not installed; install Dragoman")


@pytest.mark.parametrize("command", ["cli.py --version", "cli.py", "-m searcher.commands search ferry"])
def test_a_checkout_without_packages_has_a_remedy(command: str) -> None:
    """An interpreter without packages prints one line, whatever the command."""
    names_the_package(python("-S", *command.split()), "click")


def test_an_older_python_is_refused() -> None:
    """An interpreter that is too old prints one line, not a syntax error."""
    code = "import sys; sys.version_info = (3, 9, 2); from searcher.commands.launch import main; main()"
    ended = python("-S", "-c", code)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "Dragoman needs Python 3.11 or newer, and this is 3.9" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("package", ["Stemmer", "numpy", "langdetect"])
def test_a_package_that_is_loaded_later_is_named(tmp_path: Path, package: str) -> None:
    """A command that needs a missing package later ends as one that cannot start."""
    with sample_path() as page:
        command = ("build", str(page), "--index", str(tmp_path / "index"))
        names_the_package(python("-c", WITHOUT_A_PACKAGE, package, *command), package)


def test_version_is_that_of_the_package(run: Run) -> None:
    """``--version`` needs no installed package, and an installed one has the same version."""
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"dragoman {version('dragoman')}\n")
