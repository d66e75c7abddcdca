"""JSON and CSV over HTTP are what the commands print, to the byte."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from tables import by_table


@by_table
def test_http_and_command_give_the_same_bytes(
    client: TestClient, run: Callable[..., Any], sample_index: Path, command: str, address: str
) -> None:
    """Defaults are the same too; only the time taken differs."""
    without = re.compile(r'"took_ms": [0-9.]+')
    for form in ("json",) if address.startswith(("/facets", "/items")) else ("json", "csv"):
        answer = client.get(address.format(form))
        assert answer.status_code == 200
        printed = run(command, "--index", sample_index, "--format", form).stdout
        assert without.sub("", answer.text) == without.sub("", printed)
