"""Starts that fail in one line: a missing package or extra, an old Python, an early Ctrl-C."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from command_line import Run, python

from indexer.sample import sample_path

# A program without some packages, which its first argument names.
WITHOUT = """
import sys
hidden = sys.argv.pop(1).split(",")
class Hiding:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hiding())
from searcher.commands.launch import main
main()
"""
INTERRUPTED_AT = """
import sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            raise {error}
sys.meta_path.insert(0, Interrupting())
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
    """A command names a missing package that it loads late."""
    with sample_path() as page:
        names_the_package(python("-c", WITHOUT, package, "build", page, cwd=tmp_path), package)


def test_version_is_that_of_the_package(run: Run) -> None:
    """``--version`` needs no installed package, and an installed one has the same version."""
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"dragoman {version('dragoman')}\n")


@pytest.mark.parametrize("module", ["click", "searcher.commands.output"])
def test_ctrl_c_during_start_up_ends_in_one_line(module: str) -> None:
    """An early Ctrl-C prints no traceback."""
    ended = python("-c", INTERRUPTED_AT.format(error="KeyboardInterrupt"), module)
    assert (ended.returncode != 0, ended.stderr) == (True, "dragoman: interrupted\n")


def test_any_other_error_at_start_up_has_a_traceback() -> None:
    """An internal error keeps its traceback."""
    ended = python("-c", INTERRUPTED_AT.format(error="ZeroDivisionError"), "click")
    assert "ZeroDivisionError" in ended.stderr


def test_a_missing_extra_ends_in_one_line(sample_index: Path) -> None:
    """`serve` or `report` without its libraries is one line that names the extra, and exit code 2."""
    without = ("-c", WITHOUT, "starlette,markupsafe")
    done = python(*without, "serve", "--index", sample_index)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    for text in ("the extra serve", f"{sys.executable} -m pip install ", "'starlette>="):
        assert text in done.stderr
    done = python(
        "-c", WITHOUT, "starlette,markupsafe", "report", "ferry", "-o", "-", "--index", sample_index
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dragoman: a report needs more libraries (the extra serve); install")
