"""Modules that a search from the command line may load: it is a new process and pays for each import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "numpy",
    "whoosh",
    "langdetect",
    "rich",
    "charset_normalizer",
    "ahocorasick_rs",
    "pathlib",
    "dataclasses",
    "urllib.parse",
    "indexer.codec.layout_writer",
    "indexer.countries.country_mentions",
    "indexer.sources",
    "indexer.http_validators",
    "urllib3",
    "searcher.query.near_words",
}
# Modules that only some queries need: label forms, periods, counts in words, corrections, custom fields.
FOR_SOME = {
    "indexer.store.register",
    "searcher.explain",
    "searcher.present.rows",
    "searcher.query.name_words",
    "searcher.query.label_parts",
    "searcher.query.near_words",
    "searcher.query.corrector",
    "searcher.query.grammar",
    "searcher.present.wording",
    "searcher.periods",
    "searcher.query.notes",
    "indexer.analysis.word_forms",
}
TELL_AT_THE_END = """
import os, sys
ending = os._exit
def told(code):
    print(" ".join(sorted(sys.modules)), file=sys.stderr)
    sys.stderr.flush()
    ending(code)
os._exit = told
from searcher.commands.launch import main
main()
"""


def loaded(folder: Path, *words: str) -> set[str]:
    """Return the modules that the search for some words has loaded when its process ends."""
    command = [
        sys.executable,
        "-c",
        TELL_AT_THE_END,
        "search",
        "--index",
        str(folder),
        "--format",
        "json",
        *words,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.splitlines()[-1].split())


def made_at_import(module_name: str) -> list[str]:
    """Return the names in a module that take long to make: patterns, and named tuples of ``typing``."""
    names = vars(import_module(module_name)).items()
    return [name for name, value in names if isinstance(value, re.Pattern) or value is typing.NamedTuple]


@pytest.fixture
def folder(make_index: Callable[..., Path]) -> Path:
    """Return an index of a small archive in two languages."""
    return make_index(
        {"id": "en", "body": "A vessel of the ministry of health left the harbour"},
        {"id": "es", "body": "El barco llegó al puerto con el ministerio de salud", "language": "es"},
    )


@pytest.mark.parametrize(
    "words",
    [
        ("harbour",),
        ("+harbour", "+vessel"),
        ('"left the harbour"',),
        ("ministerio de salud",),  # names a concept: labels in other languages are added
        ("ship",),  # is only in the thesaurus
        ("harbour", "--from", "2018", "--country", "CO", "--sort", "newest"),
    ],
)
def test_plain_words_load_little_even_with_expansions(folder: Path, words: tuple[str, ...]) -> None:
    """Plain words, a phrase and required words load neither numpy nor Whoosh, with or without expansions."""
    assert not HEAVY & loaded(folder, *words)


def test_a_word_without_expansions_loads_less(folder: Path) -> None:
    """A word in no thesaurus, without filters, does not load the modules that only some queries need."""
    assert not FOR_SOME & loaded(folder, "harbour", "--no-expand")
    assert not FOR_SOME & loaded(folder, "left")


def test_a_table_of_hits_reads_no_custom_fields(folder: Path) -> None:
    """JSON has the evidence of countries, which is kept like custom fields; the table for people has not."""
    assert "indexer.custom_fields" not in loaded(folder, "harbour", "--no-expand", "--format", "table")


def test_no_module_of_a_search_is_slow_to_import(folder: Path) -> None:
    """Patterns are compiled when a text needs them, and named tuples are those of indexer.runtime."""
    ours = {name for name in loaded(folder, "ship") if name.startswith(("searcher.", "indexer."))}
    assert {name: made for name in sorted(ours) if (made := made_at_import(name))} == {}


def test_a_search_loads_no_other_command(folder: Path) -> None:
    """The modules of other commands are not loaded."""
    ours = {module for module in loaded(folder, "harbour") if module.startswith("searcher.commands.")}
    parts = ("language", "launch", "options", "output", "program", "search")
    assert ours == {f"searcher.commands.{part}" for part in parts}


def test_expansions_are_searched_without_the_parser(folder: Path) -> None:
    """The search that loads so little still matches the other language."""
    command = [sys.executable, "cli.py", "search", "--index", str(folder), "--format", "jsonl", "ship"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert done.stdout.count('"id": "e') == 2
    assert "also searched for" in done.stderr


def test_a_build_starts_its_readers_before_it_loads_the_writer(tmp_path: Path) -> None:
    """The processes that read sources start first, so that they load while this one does."""
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "Ferry", "body": "It sails."}\n')
    program = (
        "import sys; from indexer.documents import worker_pool; start = worker_pool.started_ahead\n"
        "def noted(*given): print('indexer.store.indexing' in sys.modules); return start(*given)\n"
        "worker_pool.started_ahead = noted\n"
        "from searcher.commands.program import cli; cli()"
    )
    command = [sys.executable, "-c", program, "build", "a.jsonl"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0] == "False"
