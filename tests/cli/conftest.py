"""Fixtures for running commands as a user does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from two_items import PAGE

from searcher.commands.program import cli

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in this process; its output is in ``stdout``, ``stderr`` and ``exit_code``."""
    for name in [name for name in os.environ if name.startswith("DRAGOMAN_")]:
        monkeypatch.delenv(name)

    def command(*arguments: object, data: bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=data)

    return command


@pytest.fixture
def index(run: Run, tmp_path: Path) -> Path:
    """Return an index of a page of two items."""
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    folder = tmp_path / "index"
    assert run("build", page, "--index", folder).exit_code == 0
    return folder
