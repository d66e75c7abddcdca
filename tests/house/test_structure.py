"""The structure of the product: no import cycles, short modules and functions, messages in one table."""

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Final

import click
import pytest
from house.imports import ROOT, circles, graph, modules, nodes

from indexer import data_tables, errors
from searcher.commands.program import cli

MAX_MODULE_LENGTH = 500  # lines
MAX_FUNCTION_LENGTH = 60
MAX_MODULES = 325
MIN_MEDIAN_LENGTH = 110  # lines of code
MIN_LENGTH = 40  # lines of code; a smaller module needs a reason in its docstring
MAX_SMALL_MODULES = 20
TOP_LEVEL = """.ci .gitignore ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md LICENSE Makefile README.md
SECURITY.md benchmarks cli.py docs dragoman index_data indexer pyproject.toml searcher tests"""
SHARED_NAMES = {"batch.py", "check.py", "concordance.py", "lock.py", "register.py", "watch.py", "writer.py"}


def test_the_top_level_has_no_other_files() -> None:
    """An output of a command that was run in the checkout is committed easily."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout")
    assert {name.partition("/")[0] for name in listed.stdout.splitlines()} == set(TOP_LEVEL.split())


def test_import_cycles_are_found() -> None:
    """The search reports a cycle, and none in a graph that only branches and joins again."""
    assert circles({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [{"b", "c"}]


def test_modules_have_no_import_cycles() -> None:
    """Lazy imports and imports for types count."""
    assert circles(graph()) == []


def test_folders_of_the_indexer_have_no_import_cycles() -> None:
    """The folders of the indexer are layers as a whole."""
    known = modules()

    def folder(name: str) -> str:
        parts = name.split(".")
        return ".".join(parts[:2]) if f"{parts[0]}.{parts[1] if len(parts) > 1 else ''}" in known else name

    edges: dict[str, set[str]] = {}
    for name, imported in graph().items():
        if name.startswith("indexer."):
            edges.setdefault(folder(name), set()).update(
                folder(other) for other in imported if other.startswith("indexer.")
            )
    for name, imported in edges.items():
        imported.discard(name)
        for other in imported - edges.keys():
            pytest.fail(f"{name} imports {other}, which is no module")
    assert circles(edges) == []


def code_lines(path: Path) -> int:
    """Count the lines of code: no docstrings, comments or blank lines."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    skipped: set[int] = set()
    for node in nodes(path):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            skipped.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(map(str.lstrip, path.read_text(encoding="utf-8").splitlines()), 1)
    return sum(line[:1] not in {"", "#"} for at, line in lines if at not in skipped)


def test_modules_are_few_and_of_a_readable_size() -> None:
    """There are at most 325 modules, few of them small, and their median is a screen or two."""
    sizes = [code_lines(path) for path in modules().values() if path.name != "__init__.py"]
    assert len(sizes) <= MAX_MODULES
    assert median(sizes) >= MIN_MEDIAN_LENGTH
    assert sum(size < MIN_LENGTH for size in sizes) <= MAX_SMALL_MODULES


def test_few_modules_share_a_name() -> None:
    """A base name describes its module; those that two modules share are listed in ARCHITECTURE.md."""
    names = Counter(path.name for path in modules().values() if path.name != "__init__.py")
    assert {name for name, count in names.items() if count > 1} <= SHARED_NAMES


def test_modules_and_functions_are_short() -> None:
    """No module has more than 500 lines, and no function more than 60."""
    long = []
    for name, path in modules().items():
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > MAX_MODULE_LENGTH:
            long.append(name)
        long += [
            f"{name}.{node.name}"
            for node in nodes(path)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LENGTH
        ]
    assert long == []


def test_modules_of_tests_have_distinct_names() -> None:
    """Pytest identifies them by base name: of two in different folders it collects only the first."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_the_wheel_contains_only_the_product() -> None:
    """The wheel has the three packages, typed, and the script that starts them."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = ["dragoman", "indexer", "searcher"]
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["include"] == [f"/{package}" for package in packages]
    assert all((ROOT / package / "py.typed").exists() for package in packages)
    assert project["project"]["scripts"] == {"dragoman": "searcher.commands.launch:main"}


# The catalogue of messages; these tests are here since all read the nodes of all modules, in one process.
ROWS: Final = {row[0]: row for row in data_tables.rows(errors.__file__, "messages.tsv")}
FUNCTIONS: Final = {"message", "say"}
# The messages with these keys are not yet translated: remove an area when its rows are complete.
UNTRANSLATED: Final = ()
PLACEHOLDER: Final = re.compile(r"{(\w+)")
KEY: Final = re.compile(r"[a-z_]+\.\w+")
# The beginnings of keys of names.
DERIVED: Final = "column. country. fact. facet. language. parameter. part. system.".split()


@cache
def calls() -> list[tuple[str, str, set[str], bool]]:
    """Return the module, key and values of each message of the code, and whether it has further values."""
    found = []
    for name, path in modules().items():
        for node in nodes(path):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            key = node.args[0]
            if node.func.id in FUNCTIONS and isinstance(key, ast.Constant):
                values = {one.arg for one in node.keywords if one.arg}
                found.append((name, str(key.value), values, any(one.arg is None for one in node.keywords)))
    return found


def test_every_message_of_the_code_is_in_the_catalogue() -> None:
    """Each key has a row, and the code gives exactly the values of its placeholders."""
    assert len(calls()) > 300
    wrong = []
    for module, key, values, has_more in calls():
        if key not in ROWS:
            wrong.append((module, key))
            continue
        places = set(PLACEHOLDER.findall(ROWS[key][1]))
        if values - places - {"n"} or (places - values and not has_more):
            wrong.append((module, key))
    assert wrong == []


def test_messages_of_the_code_are_sorted() -> None:
    """The lines after the texts of the page are sorted, since they are found by bisection."""
    table = files("indexer").joinpath("messages.tsv").read_bytes()
    lines = table.partition(errors.SORTED)[2].splitlines()
    assert lines == sorted(lines)
    assert {line.partition(b"\t")[0].decode() for line in lines} == {key for key in ROWS if "." in key}


def test_every_row_of_the_catalogue_is_used() -> None:
    """A key is written in the code or in a table, or made of a constant beginning and a name."""
    written, begun = set[str](), set(DERIVED)
    for path in modules().values():
        written.update(KEY.findall(path.read_text(encoding="utf-8")))
        for node in nodes(path):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
        for table in path.parent.glob("foreign_*.tsv"):
            written.update(KEY.findall(table.read_text(encoding="utf-8")))
    prefixes = tuple(one for one in begun if re.fullmatch(r"[a-z_]+\.\w*", one))
    code = [key for key in ROWS if "." in key]
    assert [key for key in code if key not in written and not key.startswith(prefixes)] == []


def test_translations_have_the_same_placeholders_and_forms() -> None:
    """Every language has the same placeholders, and as many forms; no key is repeated."""
    rows = data_tables.rows(errors.__file__, "messages.tsv")
    assert len(rows) == len(ROWS)
    for key, english, *others in rows:
        assert len(others) == 2, key
        for other in filter(None, others):
            assert set(PLACEHOLDER.findall(other)) == set(PLACEHOLDER.findall(english)), key
            assert other.count(errors.FORMS) == english.count(errors.FORMS), key


def test_only_listed_areas_are_untranslated() -> None:
    """Both translations are there, except in the listed areas, each of which still lacks some."""
    lacking = {key.partition(".")[0] for key, _, *others in ROWS.values() if not all(others)}
    assert lacking == set(UNTRANSLATED)


def test_every_option_has_one_help_text() -> None:
    """The table of help texts has all commands and options in three languages, and nothing else."""
    table = {row[0]: row for row in data_tables.rows(errors.__file__, "help.tsv")}
    found = set[str]()
    for name, command in (("dragoman", cli), *cli.commands.items()):
        keys = [one.opts[0] for one in command.params if isinstance(one, click.Option)]
        found |= {name, *[own if (own := f"{name} {key}") in table else key for key in keys]}
    assert set(table) == found
    assert all(all(row) and len(row) == 4 for row in table.values())
