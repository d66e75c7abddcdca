"""The examples of docs/reference/http-api.md are responses of the server."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from searcher.web.app import application
from searcher.web.generations import Serving
from searcher.web.parameters import PARAMETERS

PAGE = (Path(__file__).parents[2] / "docs/reference/http-api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```console\n\$ curl (-I )?'http://127\.0\.0\.1:8017([^']+)'\n(.*?)```", re.DOTALL)


def test_the_examples_are_real_responses(sample_index: Path) -> None:
    """Each example is a response of the server, with three dots for omitted parts."""
    site = application(Serving(str(sample_index), access_log=False))
    client = TestClient(site, base_url="http://127.0.0.1:8017")
    examples = BLOCK.findall(PAGE)
    assert len(examples) == PAGE.count("```console")
    for head, path, shown in examples:
        answer = client.get(path)
        lines = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        text = "\n".join(lines) if head else answer.text
        expected = re.escape(shown.strip()).replace(r"\.\.\.", ".*")
        assert re.fullmatch(expected, text.strip(), re.DOTALL), (path, text)


def test_every_parameter_is_documented() -> None:
    """docs/reference/http-api.md names each parameter in its table."""
    table = PAGE.split("## Parameters")[1].split("\n\n")[2]
    assert set(re.findall(r"`([a-z_]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()))) == set(
        PARAMETERS
    )
