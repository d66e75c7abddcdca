"""docs/reference/http-api.md, the table of routes and the OpenAPI description agree with the server."""

import re
from pathlib import Path

from page_reading import client_of, site_of
from starlette.testclient import TestClient

from searcher.web.gate import is_page
from searcher.web.parameters import APPEARANCE, PARAMETERS
from searcher.web.routes import HTML, ROUTES

PAGE = (Path(__file__).parents[2] / "docs/reference/http-api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```console\n\$ curl (-I )?'http://127\.0\.0\.1:8017([^']+)'\n(.*?)```", re.DOTALL)


def test_the_examples_are_real_responses(sample_index: Path) -> None:
    """Each example is a response of the server, with three dots for omitted parts."""
    site = site_of(sample_index, access_log=False)
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
UNDESCRIBED = {"/openapi.json", "/opensearch.xml", "/robots.txt", "/favicon.ico", "/sitemap.xml"}


def test_openapi_describes_every_route(sample_index: Path) -> None:
    """The description has the routes of the table with their parameters, and the health check."""
    client = client_of(sample_index)
    paths = client.get("/openapi.json").json()["paths"]
    routes = [route for route in ROUTES if route.path not in UNDESCRIBED]
    assert {route.path.replace("{item_id:path}", "{id}") for route in routes} | {"/healthz"} == set(paths)
    for route in routes:
        operation = paths[route.path.replace("{item_id:path}", "{id}")]["get"]
        given = {one.get("name") or one["$ref"].rpartition("/")[2] for one in operation["parameters"]}
        taken = {"id", "q", *APPEARANCE} if route.path.startswith("/items/") else {*route.parameters}
        assert given == ({"id"} if route.path.endswith("}.json") else taken)


def test_the_gate_knows_the_pages() -> None:
    """A path is a page for the gate if its route makes HTML."""
    assert all(is_page(route.path) == (route.media is HTML) for route in ROUTES)
