"""The HTTP interface that programs rely on: routes, parameters, statuses, headers and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contract.areas import REQUESTS, described_routes, name_of, record_request
from contract.golden import missing, read_golden
from served import Served

GOLDEN = read_golden("http")


@pytest.mark.parametrize("case", REQUESTS, ids=name_of)
def test_an_answer_keeps_status_headers_and_keys(server: Served, case: dict[str, Any]) -> None:
    """A request keeps its status, headers and keys, and may get more."""
    assert missing(GOLDEN[name_of(case)], record_request(server, case)) == []


def test_routes_keep_their_parameters(server: Served) -> None:
    """The API describes each known route with its parameters, their values and statuses."""
    assert missing(read_golden("http_parameters"), described_routes(server)) == []


def test_a_known_entity_tag_gets_304(server: Served) -> None:
    """A request with the tag of its earlier response in If-None-Match gets 304 without a body."""
    _, headers, _ = server.ask("/search.json?q=ferry")
    status, again, body = server.ask("/search.json?q=ferry", headers={"If-None-Match": headers["etag"]})
    assert (status, again["etag"], body) == (304, headers["etag"], b"")


def test_next_links_lead_to_every_hit_once(server: Served) -> None:
    """Following the links called next yields each hit once, as many as X-Total-Count."""
    path, seen = "/search.json?limit=7&group=0", []
    while path:
        _, headers, body = server.ask(path)
        seen += [hit["id"] for hit in json.loads(body)["hits"]]
        links = dict(part.split("; rel=")[::-1] for part in headers["link"].split(", "))
        path = links.get('"next"', "").strip("<>")
    assert len(seen) == len(set(seen)) == int(headers["x-total-count"])
