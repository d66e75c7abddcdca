"""The application, asked without a server: what it answers is what the command line prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from searcher.commands.program import cli
from searcher.web.app import application
from searcher.web.serving import Serving


@pytest.fixture(scope="module")
def client(sample_index: Path) -> TestClient:
    return TestClient(application(Serving(str(sample_index))))


def test_the_json_is_that_of_the_command_line(client: TestClient, sample_index: Path) -> None:
    """What /search.json answers is what `search --format json` prints, but for how long it took."""
    asked = ["search", "ferry", "--country", "KE", "--format", "json", "--index", str(sample_index)]
    printed = CliRunner().invoke(cli, asked).stdout
    answered = client.get("/search.json?q=ferry&country=KE").text
    without_time = [json.loads(text) | {"took_ms": 0} for text in (printed, answered)]
    assert without_time[0] == without_time[1]
    assert without_time[0]["total"]
