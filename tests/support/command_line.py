"""Run commands in the process of the tests, and a page of two items to index."""

from __future__ import annotations

import json
import shlex
from typing import Any

from click.testing import CliRunner, Result

from searcher.commands.program import cli

PAGE = """3 May 2021
Ferry back in service
The ferry between the two banks sails again after repairs.
Read more here.
2 May 2021
Night market moves
The night market moves to the old quay for the summer.
Read more here.
"""


class Run:
    """Run commands in this process; their output is in ``stdout``, ``stderr`` and ``exit_code``."""

    def __call__(self, command: str = "", *arguments: object, data: bytes | None = None) -> Result:
        """Run a command, whose beginning is written as in a shell."""
        return CliRunner().invoke(cli, [*shlex.split(command), *map(str, arguments)], input=data)

    def json(self, command: str, *arguments: object) -> Any:
        """Run a command that finds something or nothing, and return its JSON."""
        done = self(command, *arguments, "--format", "json")
        assert done.exit_code in {0, 1}, done.stderr
        return json.loads(done.stdout)

    def lines(self, command: str, *arguments: object) -> list[Any]:
        """Run a command, and return its lines of JSON."""
        return [
            json.loads(line) for line in self(command, *arguments, "--format", "jsonl").stdout.splitlines()
        ]

    def refused(self, command: str, *arguments: object, says: str | tuple[str, ...] = ()) -> str:
        """Run a command that ends with exit code 2 and one line with some texts; return the line."""
        done = self(command, *arguments)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.output
        assert done.stderr.startswith("dragoman: ")
        assert "Traceback" not in done.stderr
        for text in (says,) if isinstance(says, str) else says:
            assert text in done.stderr
        return done.stderr
