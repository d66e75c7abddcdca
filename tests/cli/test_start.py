"""Starts: modules that a search may load, and starts that fail in one line."""

import re
import shlex
import subprocess
import sys
import typing
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
from command_line import LOADED, Run, python
from tables import by_table, rows_by_name

from indexer.sample import sample_path

Loaded = Callable[[str], set[str]]
HEAVY = {*rows_by_name(__file__, "heavy")}
# Modules that only some queries need: label forms, periods, counts in words, corrections, custom fields.
FOR_SOME = {*rows_by_name(__file__, "for_some")}


@pytest.fixture(scope="module")
def folder(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of a small archive in two languages."""
    return make_shared_index(
        {"id": "en", "body": "A vessel of the ministry of health left the harbour"},
        {"id": "es", "body": "El barco llegó al puerto con el ministerio de salud", "language": "es"},
    )


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Callable[[str], set[str]]:
    """Return the modules that the search for some words has loaded when its process ends."""

    @cache
    def loaded(words: str) -> set[str]:
        done = python("-c", LOADED, "search", "--index", folder, "--format", "json", *shlex.split(words))
        assert done.returncode in (0, 1), done.stderr
        return set(done.stderr.splitlines()[-1].split())

    return loaded


@by_table
def test_plain_words_load_little_even_with_expansions(loaded: Loaded, words: str) -> None:
    """Plain words, a phrase and required words load neither numpy nor Whoosh, with or without expansions."""
    assert not HEAVY & loaded(words)


def test_a_word_without_expansions_loads_less(loaded: Loaded) -> None:
    """A word in no thesaurus, without filters, does not load the modules that only some queries need."""
    assert not FOR_SOME & loaded("left")
    assert not FOR_SOME & loaded("harbour --no-expand")


def test_a_table_of_hits_reads_no_custom_fields(loaded: Loaded) -> None:
    """JSON has the evidence of countries, which is kept like custom fields; the table for people has not."""
    assert "indexer.custom_fields" not in loaded("harbour --no-expand --format table")


def test_no_module_of_a_search_is_slow_to_import(loaded: Loaded) -> None:
    """Patterns are compiled when a text needs them, and named tuples are those of indexer.runtime."""
    ours = {name for name in loaded("ship") if name.startswith(("searcher.", "indexer."))}
    names = [(module, name, one) for module in ours for name, one in vars(import_module(module)).items()]
    slow = [names for *names, one in names if isinstance(one, re.Pattern) or one is typing.NamedTuple]
    assert slow == []


def test_a_search_loads_no_other_command(loaded: Loaded) -> None:
    """Neither modules of other commands nor of a server are loaded."""
    ours = {module for module in loaded("harbour") if module.startswith("searcher.commands.")}
    parts = ("language", "launch", "output", "plain_search")
    assert ours == {f"searcher.commands.{part}" for part in parts}
    serving = {"starlette", "uvicorn", "httptools", "uvloop", "jinja2", "msgspec", "anyio", "asyncio"}
    assert not serving & loaded("harbour")


def test_expansions_are_searched_without_the_parser(folder: Path) -> None:
    """The search that loads so little still matches the other language."""
    done = python("cli.py", "search", "ship", "--format", "jsonl", "--index", folder)
    assert done.stdout.count('"id": "e') == 2
    assert "also searched" in done.stderr


def test_a_build_starts_its_readers_before_it_loads_the_writer(tmp_path: Path) -> None:
    """The processes that read sources start first, so that they load while this one does."""
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "Ferry", "body": "It sails."}\n')
    program = (
        "import sys; from indexer.documents import worker_pool; start = worker_pool.start_readers\n"
        "def noted(*given): print('indexer.store.indexing' in sys.modules); return start(*given)\n"
        "worker_pool.start_readers = noted\n"
        "from searcher.commands.program import cli; cli()"
    )
    done = python("-c", program, "build", "a.jsonl", cwd=tmp_path)
    assert done.stdout.splitlines()[0] == "False"


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


@pytest.mark.parametrize("command", ["cli.py --version", "cli.py", "-m searcher.commands search --help"])
def test_a_checkout_without_packages_has_a_remedy(command: str) -> None:
    """An interpreter without packages prints one line, whatever the command."""
    names_the_package(python("-S", *command.split()), "click")


def test_an_older_python_is_refused() -> None:
    """An interpreter that is too old prints one line, not a syntax error."""
    code = "import sys; sys.version_info = (3, 9, 2); from searcher.commands.launch import main; main()"
    ended = python("-S", "-c", code)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "Dragoman needs Python 3.11 or later, but this is 3.9" in ended.stderr


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
    for text in (
        "serving an index needs additional libraries (the extra “serve”)",
        f"{sys.executable} -m pip install ",
        "'starlette>=",
    ):
        assert text in done.stderr
    done = python(
        "-c", WITHOUT, "starlette,markupsafe", "report", "ferry", "-o", "-", "--index", sample_index
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "dragoman: writing a report needs additional libraries (the extra “serve”); install"
    )
