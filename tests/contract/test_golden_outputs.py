"""Golden outputs of commands and of the server: keys, values, exit codes, options, and names in Python."""

from typing import Any

import pytest
from contract.areas import (
    COMMANDS,
    ENDINGS,
    REQUESTS,
    described_routes,
    file_of,
    key_of,
    name_of,
    read_help,
    record_ending,
    record_python,
    record_request,
)
from contract.golden import GOLDEN, missing, read_golden
from contract.workspace import Workspace, record_command
from served import Served


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


def test_public_names_and_defaults_stay(archive: Workspace) -> None:
    """Names, positional and keyword arguments, defaults and attributes stay; new ones may be added."""
    assert missing(read_golden("python"), record_python(archive)["python"]) == []


ENDED = read_golden("exit_codes")


@pytest.mark.parametrize("case", ENDINGS, ids=key_of)
def test_exit_code_and_streams_stay_the_same(archive: Workspace, case: dict[str, Any]) -> None:
    """A command keeps its exit code and the streams that it prints on."""
    assert missing(ENDED[case["run"]], record_ending(archive, case)) == []


def test_a_mistake_is_one_line_on_standard_error() -> None:
    """Exit code 2 implies one line on standard error, and nothing on standard output."""
    mistakes = [one for one in ENDED.values() if one["exit"] == 2]
    assert mistakes
    assert all((one["stdout"], one["stderr"]) == ("nothing", "one line") for one in mistakes)
    assert {one["exit"] for one in ENDED.values()} == {0, 1, 2}


OPTIONS = read_golden("options")


@pytest.mark.parametrize("command", OPTIONS)
def test_a_command_keeps_its_options(archive: Workspace, command: str) -> None:
    """A command keeps each option with its short name, value, choices and default; it may gain others."""
    answer = archive.run(f"{command} --help")
    assert answer.code == 0
    assert missing(OPTIONS[command], read_help(answer.out)) == []


ANSWERED = read_golden("http")


@pytest.mark.parametrize("case", REQUESTS, ids=name_of)
def test_an_answer_keeps_status_headers_and_keys(server: Served, case: dict[str, Any]) -> None:
    """A request keeps its status, headers and keys, and may get more."""
    assert missing(ANSWERED[name_of(case)], record_request(server, case)) == []


def test_routes_keep_their_parameters(server: Served) -> None:
    """The API describes each known route with its parameters, their values and statuses."""
    assert missing(read_golden("http_parameters"), described_routes(server)) == []
