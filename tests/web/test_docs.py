"""docs/reference/http-api.md, the table of routes and the OpenAPI description agree with the server."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from searcher.web.app import application
from searcher.web.gate import is_page
from searcher.web.generations import Serving
from searcher.web.openapi import description
from searcher.web.parameters import PARAMETERS
from searcher.web.routes import HTML, ROUTES, Route

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


# For browsers and programs that look for a description; none is part of the described API.
UNDESCRIBED = {"/openapi.json", "/opensearch.xml", "/robots.txt", "/favicon.ico"}
DATA = [route for route in ROUTES if route.media is not HTML and route.path not in UNDESCRIBED]
DESCRIBED: dict[str, Any] = description("")


def _path(route: Route) -> str:
    """Return the path in OpenAPI notation."""
    return route.path.replace("{item_id:path}", "{id}")


def test_openapi_describes_every_data_route() -> None:
    """The description has the routes of the table that are not pages, and the health check."""
    assert {*map(_path, DATA), "/healthz"} == set(DESCRIBED["paths"])


@pytest.mark.parametrize("route", DATA, ids=lambda route: route.path)
def test_openapi_has_the_parameters_of_a_route(route: Route) -> None:
    """The description of a route has its media type and the parameters that it accepts."""
    operation = DESCRIBED["paths"][_path(route)]["get"]
    given = [one.get("name") or one["$ref"].rpartition("/")[2] for one in operation["parameters"]]
    assert sorted(given) == sorted(route.parameters or (["id"] if "item_id" in route.path else []))
    assert list(operation["responses"]["200"]["content"]) == [route.media.partition(";")[0]]


def test_the_gate_knows_the_pages() -> None:
    """A path is a page for the gate if its route makes HTML."""
    assert all(is_page(route.path) == (route.media is HTML) for route in ROUTES)
