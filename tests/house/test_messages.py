"""The catalogue of messages: every message of the code is in it, with the same placeholders everywhere."""

import ast
import re
from functools import cache
from importlib.resources import files
from typing import Final

import click
from house.imports import modules, nodes

from indexer import data_tables, errors
from searcher.commands.program import cli

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
