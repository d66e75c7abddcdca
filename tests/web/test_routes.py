"""The table of routes, its OpenAPI description and the pages that the gate knows agree."""

from __future__ import annotations

from typing import Any

import pytest

from searcher.web.gate import is_page
from searcher.web.openapi import description
from searcher.web.routes import HTML, ROUTES, Route

# For browsers and programs that look for a description; neither is part of the described API.
UNDESCRIBED = {"/openapi.json", "/opensearch.xml"}
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
