"""Tokens and origins: who may read, and with which requests."""

import asyncio
import stat
from pathlib import Path

import pytest
import uvicorn
from click.testing import CliRunner
from page_reading import site_of
from starlette.testclient import TestClient
from tables import by_table

from indexer.errors import DragomanError
from searcher.commands.program import cli
from searcher.web.access import normalize_origin, read_token, token_of
from searcher.web.responses import ALWAYS
from searcher.web.server import FROM_ONE_ADDRESS, Connection

TOKEN = "u7Qk-2mXw_90aBcDeF"
DESK = "https://desk.example.org"
PATHS = ("/", "/search?q=ferry", "/search.json?q=ferry", "/openapi.json", "/nowhere", "/static/page.css")
CROSS = {"Origin": DESK, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}


def client_of(index: Path, base: str = "http://testserver", **serving: object) -> TestClient:
    site = site_of(index, **{"access_log": False} | serving)
    return TestClient(site, base_url=base, follow_redirects=False)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_answered_without_the_token(sample_index: Path, path: str) -> None:
    """All addresses answer with 401 and a problem; a wrong token or cookie does not help."""
    client = client_of(sample_index, token=TOKEN)
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Cookie": f"dragoman={TOKEN}"},
        {"Cookie": "dragoman="},
    ):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert all(answer.headers[name] == value for name, value in ALWAYS.items())
        assert answer.json()["status"] == 401
    assert client.get("/healthz").status_code == 200


def test_the_link_sets_a_cookie_and_goes_to_the_clean_address(sample_index: Path) -> None:
    """A reader opens the link once; the token is in no later address."""
    client = client_of(sample_index, token=TOKEN)
    answer = client.get(f"/search?q=a+b&token={TOKEN}&lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search?q=a+b&lang=en")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert TOKEN not in cookie
    assert client.get("/search?q=ferry").status_code == 200
    assert client.get("/search?q=ferry&token=wrong").status_code == 400


@pytest.mark.parametrize("path", ["//evil.example/", "/%2Fevil.example/", "/\\evil.example/"])
def test_the_link_never_leads_to_another_site(sample_index: Path, path: str) -> None:
    """The redirect stays on the site, whatever the path is."""
    answer = client_of(sample_index, token=TOKEN).get(f"http://testserver{path}?token={TOKEN}")
    assert answer.status_code == 303
    assert answer.headers["Location"][:2] not in {"//", "/\\"}


def test_behind_a_proxy_the_cookie_is_secure(sample_index: Path) -> None:
    """With https the cookie is secure; its path and the redirect are below the base address."""
    base = "https://news.example.org/archive/"
    client = client_of(sample_index, "http://news.example.org", token=TOKEN, base_url=base)
    answer = client.get(f"/search?token={TOKEN}")
    assert answer.headers["Location"] == "/archive/search"
    assert {"Secure", "Path=/archive/"} <= set(answer.headers["Set-Cookie"].split("; "))


def test_scripts_send_the_token_in_a_header(sample_index: Path) -> None:
    """The scheme may be in any case."""
    client = client_of(sample_index, token=TOKEN)
    for scheme in ("Bearer", "bearer"):
        answer = client.get("/search.json?q=ferry", headers={"Authorization": f"{scheme} {TOKEN}"})
        assert answer.status_code == 200


def test_pages_of_a_named_origin_may_read_the_api(sample_index: Path) -> None:
    """Another origin may not, and no origin may read pages; a preflight request needs no token."""
    client = client_of(sample_index, token=TOKEN, origins=frozenset({DESK}))
    preflight = {**CROSS, "Access-Control-Request-Headers": "authorization"}
    asked = client.options("/search.json", headers=preflight)
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Headers"] == "Authorization"
    given = {"Authorization": f"Bearer {TOKEN}"}
    answer = client.get("/search.json?q=ferry", headers=CROSS | given)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == DESK
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Origin" in answer.headers["Vary"]
    assert client.get("/search.json?q=ferry", headers=CROSS).status_code == 401
    for path, origin in (("/search.json", "https://evil.example"), ("/search", DESK)):
        refused = client.get(f"{path}?q=ferry", headers=CROSS | given | {"Origin": origin})
        assert refused.status_code == 403
        assert "Access-Control-Allow-Origin" not in refused.headers


def test_the_token_of_an_index_is_stable_and_private(tmp_path: Path) -> None:
    """Each index has one token, in a file that only the user may read."""
    folder = tmp_path / "tokens"
    first = token_of("/a", folder)
    assert first == token_of("/a", folder) != token_of("/b", folder)
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("text", ["", "short", "with a space in it", "señal-de-acceso-ñ", "line\nline2line3"])
def test_a_token_file_without_a_token_is_an_error(tmp_path: Path, text: str) -> None:
    """The line names the file and the remedy."""
    file = tmp_path / "token"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(
        DragomanError, match="a token must have at least 16 letters and digits, without spaces"
    ):
        read_token(str(file))
    with pytest.raises(DragomanError, match="cannot read"):
        read_token(str(tmp_path / "none"))


@pytest.mark.parametrize(
    "origin", ["desk.example.org", "https://desk.example.org/page", "*", "null", "https://a@b.example", ""]
)
def test_an_invalid_origin_is_an_error(sample_index: Path, origin: str) -> None:
    """An origin has a scheme and a host, and nothing else."""
    done = CliRunner().invoke(cli, ["serve", "--index", str(sample_index), "--cors", origin])
    assert done.exit_code == 2
    assert "is not an origin" in done.stderr
    assert normalize_origin("HTTPS://Desk.example.org:8443/") == "https://desk.example.org:8443"


def test_the_log_has_no_queries_unless_requested(
    sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The parameters would show what readers search for."""
    for log_queries in (False, True):
        client_of(sample_index, access_log=True, log_queries=log_queries).get("/search.json?q=ferry")
        logged = capsys.readouterr().err
        assert "GET /search.json" in logged
        assert ("ferry" in logged) is log_queries


class Transport(asyncio.Transport):
    """A transport that records the bytes written and whether it was closed."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 1), "sockname": ("10.0.0.1", 80)})
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:  # type: ignore[override] # all that is written
        """Record bytes."""
        self.written += data

    def close(self) -> None:
        """Record that the connection is closed."""
        self.closed = True

    def is_closing(self) -> bool:
        """Return whether it was closed."""
        return self.closed


@by_table
def test_one_address_has_a_bounded_number_of_connections(address: str, refused: int) -> None:
    """Further ones are refused until one is closed; other addresses and this computer are not affected."""

    async def connect_many() -> list[int]:
        config = uvicorn.Config(lambda *_: None, http=Connection, log_config=None)
        config.load()
        state, made, outcomes = uvicorn.server.ServerState(), [], []
        for source in (*[address] * (FROM_ONE_ADDRESS + 1), "10.0.0.8", None, None, address):
            if source is None:
                made.pop(0).connection_lost(None)
                continue
            protocol, transport = Connection(config, state, {}), Transport(source)
            protocol.connection_made(transport)
            made.append(protocol)
            outcomes.append(transport.closed + transport.written.count(b" 429 "))
        for protocol in made:
            protocol.connection_lost(None)
        assert not Connection._open
        return outcomes

    expected = [*[0] * FROM_ONE_ADDRESS, 2 * refused, 0, 0]
    assert asyncio.run(connect_many()) == expected
