"""Completion in shells, the man page, and the table of commands."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from command_line import LOADED, ROOT, python
from tables import by_table

from searcher.commands.program import cli

MAN_PAGE = ROOT / "docs/reference/dragoman.1"
STARTED = """
import sys
from collections.abc import Callable
sys.argv[0] = "dragoman"
from searcher.commands.launch import main
main()
"""


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Complete the last of some words as the program does for bash."""

    def complete(words: str) -> str:
        monkeypatch.setenv("COMP_WORDS", f"dragoman {words}")
        monkeypatch.setenv("COMP_CWORD", str(len(words.split(" "))))
        return BashComplete(cli, {}, "dragoman", "_DRAGOMAN_COMPLETE").complete()

    return complete


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    """The script calls the program, and completes the command of that name."""
    if shell == "bash" and not shutil.which("bash"):
        pytest.skip("click asks bash for its version")
    made = python("-c", STARTED, env={"_DRAGOMAN_COMPLETE": f"{shell}_source"})
    assert made.returncode == 0
    assert f"_DRAGOMAN_COMPLETE={shell}_complete" in made.stdout
    assert re.search(r"(compdef|complete) .*dragoman", made.stdout)


@by_table
def test_commands_options_and_values_are_completed(
    completed: Callable[[str], str], words: str, offered: list[str]
) -> None:
    """Names of commands and options complete, and values where there are few."""
    found = [line.removeprefix("plain,") for line in completed(words).splitlines()]
    assert set(offered) <= set(found)
    assert all(one.lower().startswith(words.rpartition(" ")[2].lower()) for one in found)


@pytest.mark.parametrize("words", ["build arch", "items arch", "search ferry --index arch", "evaluate arch"])
def test_names_of_files_are_left_to_the_shell(completed: Callable[[str], str], words: str) -> None:
    """For a file or a folder, the shell completes its own names."""
    assert completed(words) == "file,arch"


def test_commands_are_completed_without_loading_them() -> None:
    """Completing a command loads none of their modules, completing its options only its own."""
    apart = {f"searcher.commands.{name}" for name in ("build", "search", "items", "info", "evaluate")}
    asked, options = (
        python(
            "-c",
            LOADED,
            env={"_DRAGOMAN_COMPLETE": "bash_complete", "COMP_WORDS": f"dragoman {words}", "COMP_CWORD": at},
        )
        for words, at in (("", "1"), ("search --l", "2"))
    )
    assert "plain,search" in asked.stdout
    assert "searcher.commands.program" in asked.stderr
    assert not apart & set(asked.stderr.split())
    assert apart & set(options.stderr.split()) == {"searcher.commands.search"}


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_completion_works_in_bash(tmp_path: Path) -> None:
    """The script for bash completes an option in bash."""
    program = tmp_path / "dragoman"
    program.write_text(f"#!{sys.executable}\nfrom searcher.commands.launch import main\nmain()\n")
    program.chmod(0o755)
    lines = """
        eval "$(_DRAGOMAN_COMPLETE=bash_source dragoman)"
        COMP_WORDS=(dragoman search --lim) COMP_CWORD=2
        _dragoman_completion dragoman && echo "${COMPREPLY[@]}"
    """
    env = os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    made = subprocess.run(["bash", "-c", lines], env=env, capture_output=True, text=True, check=False)
    assert (made.stdout, made.stderr) == ("--limit\n", "")


def test_the_man_page_has_every_command_and_option() -> None:
    """Each command has its section with all of its options."""
    page = MAN_PAGE.read_text(encoding="utf-8").replace(r"\-", "-").replace(r"\fR", " ").replace(",", " ")
    for name, command in cli.commands.items():
        section = re.search(rf'\.SS "dragoman {name} (.*?)(?=\n\.S[SH] |\Z)', page, re.DOTALL)
        assert section, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"{one} " in section[1] for one in option.opts), (name, option.opts)


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff")
def test_the_man_page_is_valid_roff() -> None:
    """Groff reads it without a warning, and renders each character correctly."""
    command = ["groff", "-man", "-ww", "-Tutf8", "-Kutf8", str(MAN_PAGE)]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    assert made.stderr == ""
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", made.stdout)
    assert "'*.html'" in shown
    assert "--no-expand" in shown


def test_the_table_of_commands_has_the_names_of_the_commands() -> None:
    """Each entry leads to the command of that name, and other names are no commands."""
    assert {name: command.name for name, command in cli.commands.items()} == {
        name: name for name in cli.commands
    }
    assert cli.commands.get("options") is None
