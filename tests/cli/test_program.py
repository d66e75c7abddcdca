"""The program: its commands, each documented, and its entry point."""

from __future__ import annotations

import re
from pathlib import Path

import click

from searcher.commands.program import cli

ROOT = Path(__file__).parents[2]


def test_every_command_and_option_is_documented() -> None:
    """The command reference names every command and every option."""
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        section = re.search(rf"## dragoman {name}\n(.*?)(?=\n## |\Z)", reference, re.DOTALL)
        assert section, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(option in section.group(1) for option in parameter.opts), (name, parameter.opts)


def test_the_table_of_commands_has_the_names_of_the_commands() -> None:
    """Each entry leads to the command of that name, and other names are no commands."""
    assert {name: command.name for name, command in cli.commands.items()} == {
        name: name for name in cli.commands
    }
    assert cli.commands.get("options") is None


def test_the_console_script_starts_the_same_program() -> None:
    """The installed ``dragoman`` starts the same function as ``cli.py``."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dragoman = "searcher.commands.launch:main"' in pyproject
