"""Output of commands: keys, types and values, for scripts that read it."""

from typing import Any

import pytest
from contract.areas import COMMANDS, file_of, key_of, record_python
from contract.golden import GOLDEN, missing, read_golden
from contract.workspace import Workspace, record_command


@pytest.mark.parametrize("case", COMMANDS, ids=key_of)
def test_output_keeps_every_key_and_value(archive: Workspace, case: dict[str, Any]) -> None:
    """A command prints and writes everything in its golden file, and may add keys."""
    golden = read_golden(file_of(case["run"]))[key_of(case)]
    assert missing(golden, record_command(archive, case)) == []


def test_every_golden_output_has_a_command() -> None:
    """Golden files have the outputs of the commands that are run, and no others."""
    files = {file_of(case["run"]) for case in COMMANDS}
    assert {f"commands/{file.stem}" for file in (GOLDEN / "commands").iterdir()} == files
    held = [key for file in files for key in read_golden(file)]
    assert sorted(held) == sorted(map(key_of, COMMANDS))


def test_snippets_mark_matching_words(archive: Workspace) -> None:
    """A matching word is between two pairs of asterisks."""
    archive.begin()
    assert "**flood**" in archive.run("search flood --limit 1 --format json").out.lower()


def test_results_are_the_only_standard_output(archive: Workspace) -> None:
    """The output of --format json is one JSON document; messages go to standard error."""
    archive.begin()
    answer = archive.run("search flood --format json")
    assert answer.out.startswith("{")
    assert answer.out.endswith("}\n")
    assert "also searched for" not in answer.out


def test_public_names_and_defaults_stay(archive: Workspace) -> None:
    """Names, positional and keyword arguments, defaults and attributes stay; new ones may be added."""
    assert missing(read_golden("python"), record_python(archive)["python"]) == []
