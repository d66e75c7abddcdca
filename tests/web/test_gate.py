"""The checks before the application: a refused request does not reach it."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from tables import by_table

from searcher.web.access import Hosts
from searcher.web.gate import Gate
from searcher.web.generations import Serving
from searcher.web.responses import ALWAYS

PAGES = tuple("/ /search /search?q=ferry /report /timeline /concordance /stories /terms /items/a".split())
DATA = ("/search.json", "/search.csv", "/search.atom", "/facets.json", "/timeline.svg", "/timeline.json")
MORE_DATA = ("/items/a.json", "/healthz", "/openapi.json", "/opensearch.xml", "/nowhere", "/search%2Ejson")
LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
EMBEDDED = (
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    *({**LINK, "Sec-Fetch-Dest": one} for one in ("iframe", "frame", "object", "embed")),
    {"Sec-Fetch-Mode": "navigate"},
    {"Sec-Fetch-Dest": "document"},
    {**LINK, "Sec-Purpose": "prefetch"},
    {**LINK, "Sec-Purpose": "prefetch;prerender"},
    {},
)


class Site:
    """A gate before an application that records the requests that reach it."""

    def __init__(self, hosts: Hosts | None = None, base_url: str | None = None) -> None:
        self.reached: list[str] = []
        self._gate = Gate(self._app, Serving("", base_url, hosts=hosts, access_log=False))

    async def _app(self, scope: Any, _receive: Any, send: Any) -> None:
        self.reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": repr(scope["state"]["site"]).encode()})

    def ask(
        self, path: str, headers: list[tuple[bytes, bytes]], method: str = "GET", version: str = "1.1"
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Send a request, and return the status, the headers and the body of the response."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("the gate reads no body")

        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "scheme": "http"}
        scope |= {"query_string": b"", "headers": headers, "http_version": version}
        with pytest.raises(StopIteration):  # it waits for nothing, so that it needs no event loop
            self._gate(scope, receive, send).send(None)
        return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "cross-site, none", "unknown"])
def test_embedded_requests_of_other_sites_are_refused(client: TestClient, site: str) -> None:
    """The problem has the reason, before any search; a page of the same site is no exception, nor is HEAD."""
    gate = Site()
    for path in (*PAGES, *DATA, *MORE_DATA, "/static/page.css"):
        for headers in EMBEDDED:
            named = {"Host": "localhost", "Sec-Fetch-Site": site, **headers}
            sent = [(name.lower().encode(), value.encode()) for name, value in named.items()]
            for method in ("GET", "HEAD"):
                status, found, _ = gate.ask(path.partition("?")[0], sent, method)
                assert status == 403, (path, headers)
                assert found[b"content-type"] == b"application/problem+json"
                assert found[b"cache-control"] == b"no-store"
    assert gate.reached == []
    assert client.get("/search", headers={"Sec-Fetch-Site": site}).json()["title"] == "Forbidden"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_links_of_other_sites_open_only_pages(client: TestClient, site: str) -> None:
    """A link opens a page; data, posted forms and other methods are refused."""
    headers = {"Sec-Fetch-Site": site, **LINK}
    for path in PAGES:
        for method in ("GET", "HEAD"):
            answer = client.request(method, path, headers=headers)
            assert answer.status_code == client.get(path).status_code
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert client.request(method, path, headers=headers).status_code == 403
    for path in (*DATA, *MORE_DATA):
        assert client.get(path, headers=headers).status_code == 403, path


@pytest.mark.parametrize("site", [None, "none", "same-origin"])
def test_programs_and_own_pages_are_served(client: TestClient, site: str | None) -> None:
    """Programs send no ``Sec-Fetch-Site``; a browser sends `none` for a typed address."""
    headers = {"Sec-Fetch-Site": site} if site else {}
    for path in ("/", "/search?q=ferry", "/search.json?q=ferry", "/search.atom?q=ferry", "/opensearch.xml"):
        assert client.get(path, headers=headers).status_code == 200


@by_table
def test_sockets_and_prefetches_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    """Chromium does not report that a page of another site has made these."""
    for path in ("/search?q=ferry", "/search.json?q=ferry"):
        assert client.get(path, headers=headers).status_code == 403


def test_pages_below_a_base_address_can_be_linked() -> None:
    """A proxy may keep the path of the base address or remove it; data below it is still refused."""
    site = Site(base_url="https://news.example.org/archive/")
    link = [(b"host", b"news.example.org"), (b"sec-fetch-site", b"cross-site")]
    link += [(b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"document")]
    for path, status in (
        *(("/archive/search", 200), ("/search", 200), ("/archive", 200), ("/archive/items/a.json/", 200)),
        *(("/archive/search.json", 403), ("/archive/items/a.json", 403), ("/other/search", 403)),
    ):
        assert site.ask(path, link)[0] == status, path
    assert site.reached == ["/search", "/search", "/", "/items/a.json/"]


@by_table
def test_a_request_must_name_one_known_host(version: str, hosts: list[bytes], status: int) -> None:
    site = Site(Hosts(frozenset({"localhost"})))
    told, headers, body = site.ask("/search", [(b"host", host) for host in hosts], version=version)
    assert (told, bool(site.reached)) == (status, status == 200)
    if status != 200:
        problem = json.loads(body)
        assert problem["status"] == status
        assert ("--allowed-host NAME" in problem["detail"]) == (status == 421)
        assert b"evil" not in body
        always = {name.lower().encode(): value.encode() for name, value in ALWAYS.items()}
        assert always.items() <= headers.items()


def test_any_host_is_accepted_if_none_is_configured() -> None:
    """A program that mounts the application checks hosts itself; a missing host is no origin."""
    site = Site()
    assert site.ask("/", [(b"host", b"[0::1]:80")])[2] == b"('', 'http://[::1]:80')"
    assert site.ask("/", [], version="1.0")[2] == b"('', '')"


def test_every_response_has_the_cross_site_headers(client: TestClient) -> None:
    """Pages, data, files, problems and redirects have the headers by which browsers isolate them."""
    style = client.get("/search").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    pages = ("/", "/report?q=ferry", "/search.json", "/openapi.json", "/healthz", style)
    for path, headers, method, status in (
        *((path, {}, "GET", 200) for path in pages),
        ("/search", {"If-None-Match": client.get("/search").headers["ETag"]}, "GET", 304),
        ("/search?limit=x", {}, "GET", 400),
        ("/search.json?limit=x", {}, "GET", 400),
        ("/search", {"Sec-Fetch-Site": "cross-site"}, "GET", 403),
        ("/nowhere", {}, "GET", 404),
        ("/nowhere", {"Accept": "text/html"}, "GET", 404),
        ("/search", {}, "POST", 405),
    ):
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == status, path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
