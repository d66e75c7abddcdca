"""The HTTP interface that programs rely on: routes, parameters, statuses, headers and JSON."""

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
