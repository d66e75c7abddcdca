"""Commands, their arguments and their options, as ``--help`` lists them."""

import pytest
from contract.areas import read_help
from contract.golden import missing, read_golden
from contract.workspace import Workspace

GOLDEN = read_golden("options")


@pytest.mark.parametrize("command", GOLDEN)
def test_a_command_keeps_its_options(archive: Workspace, command: str) -> None:
    """A command keeps each option with its short name, value, choices and default; it may gain others."""
    answer = archive.run(f"{command} --help")
    assert answer.code == 0
    assert missing(GOLDEN[command], read_help(answer.out)) == []
