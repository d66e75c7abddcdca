"""Requests of pages of other origins that no test of the token covers."""

from pathlib import Path

from starlette.testclient import TestClient
from test_access import CROSS, TOKEN, client_of


def test_options_without_a_named_origin_need_the_token(sample_index: Path) -> None:
    """Only a preflight request of a named origin is answered without the token."""
    assert client_of(sample_index, token=TOKEN).options("/search.json").status_code == 401


def test_other_origins_may_not_send_forms(sample_index: Path) -> None:
    """They may read the responses for programs; a form under such an address is refused before it is read."""
    client = client_of(sample_index, origins=frozenset({CROSS["Origin"]}), write=True)
    answer = client.post("/items/x.json", data={"tags": "x"}, headers=CROSS)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_shared_response_still_varies_by_its_encoding(sample_index: Path) -> None:
    """A cache keeps responses by origin and by encoding."""
    client: TestClient = client_of(sample_index, origins=frozenset({CROSS["Origin"]}))
    vary = client.get("/search.json?q=ferry", headers=CROSS).headers["Vary"].lower()
    assert "origin" in vary
    assert "accept-encoding" in vary


def test_a_link_with_two_tokens_sets_no_cookie(sample_index: Path) -> None:
    """The token is a parameter that is given once."""
    answer = client_of(sample_index, token=TOKEN).get(f"/search?token={TOKEN}&token=wrong")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
