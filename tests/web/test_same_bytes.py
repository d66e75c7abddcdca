"""JSON and CSV over HTTP are what the commands print, to the byte."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

PAIRS = [
    ("search ferry", "/search.{}?q=ferry"),
    ("search ferry --facet topic", "/search.{}?q=ferry&facet=topic"),
    ("search ferry --limit 2 --offset 1 --sort newest", "/search.{}?q=ferry&limit=2&offset=1&sort=newest"),
    ("search zzzqqq", "/search.{}?q=zzzqqq"),
    ("facets ferry", "/facets.{}?q=ferry"),
    ("facets --facet month --facet source", "/facets.{}?facet=month&facet=source"),
    ("timeline ferry --by month --vs school", "/timeline.{}?q=ferry&by=month&vs=school"),
    ("timeline --facet language --share", "/timeline.{}?facet=language&share=1"),
    ("concordance ferry", "/concordance.{}?q=ferry"),
    ("concordance ferry --limit 3", "/concordance.{}?q=ferry&limit=3"),
    ("concordance ferry --limit 10", "/concordance.{}?q=ferry&limit=10"),
    ("concordance ferry --sort left", "/concordance.{}?q=ferry&order=left"),
    ("concordance zzzqqq", "/concordance.{}?q=zzzqqq"),
    ("stories", "/stories.{}"),
    ("stories --limit 1 --window 30", "/stories.{}?limit=1&window=30"),
]


@pytest.mark.parametrize(("command", "address"), PAIRS)
def test_http_and_command_give_the_same_bytes(
    client: TestClient, run: Callable[..., Any], sample_index: Path, command: str, address: str
) -> None:
    """Defaults are the same too; only the time taken differs."""
    for form in ("json",) if address.startswith("/facets") else ("json", "csv"):
        _require_same(client, run, command, address, sample_index, form)


def _require_same(
    client: TestClient, run: Callable[..., Any], command: str, address: str, *request: Any
) -> None:
    sample_index, form = request
    answer = client.get(address.format(form))
    assert answer.status_code == 200
    printed = run(*command.split(), "--index", str(sample_index), "--format", form).stdout
    without = re.compile(r'"took_ms": [0-9.]+')
    assert without.sub("", answer.text) == without.sub("", printed)
