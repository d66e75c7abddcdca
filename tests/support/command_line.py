"""Run commands in the process of the tests, and provide a page of two items to index."""

import json
import os
import pty
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from click.testing import CliRunner, Result

from searcher.commands.program import cli

ROOT = Path(__file__).parents[2]
PAGE = """3 May 2021
Ferry back in service
The ferry between the two banks sails again after repairs.
Read more here.
2 May 2021
Night market moves
The night market moves to the old quay for the summer.
Read more here.
"""


# A program that prints the modules it has loaded on standard error when its command ends.
LOADED = """
import os, sys
sys.argv[0] = "dragoman"
ending = os._exit
def told(code):
    print(" ".join(sorted(sys.modules)), file=sys.stderr)
    sys.stderr.flush()
    ending(code)
os._exit = told
from searcher.commands.launch import main
main()
"""


def python(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> CompletedProcess[str]:
    """Run an interpreter as a new process that can import the packages of this checkout."""
    command = [sys.executable, *map(str, arguments)]
    known = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, check=False)


def on_terminal(*arguments: object, cwd: Path = ROOT, env: dict[str, str], errors: bool = True) -> str:
    """Run an interpreter with a terminal as its standard output, and return the output."""
    leader, follower = pty.openpty()
    command, error = [sys.executable, *map(str, arguments)], follower if errors else subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=follower, stderr=error, env=env, cwd=cwd)
    os.close(follower)
    written = b""
    with suppress(OSError):  # Linux raises it when the other end is closed
        while block := os.read(leader, 65536):
            written += block
    os.close(leader)
    assert process.wait() == 0
    return written.decode()


class Run:
    """Runs commands in this process, and returns their ``stdout``, ``stderr`` and ``exit_code``."""

    def __call__(self, command: str = "", *arguments: object, data: bytes | None = None) -> Result:
        """Run a command, whose beginning is written as in a shell."""
        return CliRunner().invoke(cli, [*shlex.split(command), *map(str, arguments)], input=data)

    def json(self, command: str, *arguments: object) -> Any:
        """Run a command with exit code 0 or 1, and return its JSON output."""
        done = self(command, *arguments, "--format", "json")
        assert done.exit_code in {0, 1}, done.stderr
        return json.loads(done.stdout)

    def lines(self, command: str, *arguments: object) -> list[Any]:
        """Run a command, and return its output lines, parsed as JSON."""
        return [
            json.loads(line) for line in self(command, *arguments, "--format", "jsonl").stdout.splitlines()
        ]

    def refused(self, command: str, *arguments: object, says: str | tuple[str, ...] = ()) -> str:
        """Run a command that must end with exit code 2 and one line with some texts; return the line."""
        done = self(command, *arguments)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.output
        assert done.stderr.startswith("dragoman: ")
        assert "Traceback" not in done.stderr
        for text in (says,) if isinstance(says, str) else says:
            assert text in done.stderr
        return done.stderr
