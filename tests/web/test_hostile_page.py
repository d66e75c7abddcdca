"""A page of another site in a real browser: it learns nothing of the archive, and its links still open."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import web_server
from page_reading import site_of
from served import free_port, in_a_thread
from tables import rows_by_name

from searcher import Searcher
from searcher.web.access import accepted_hosts
from searcher.web.generations import ResponseCache

pytestmark = pytest.mark.web

# What a page tries with the address of an archive; each ends when the browser has a response or an error.
ATTACKS = {name: code for name, ((code,),) in rows_by_name(__file__, "attacks").items()}
HOSTILE = Path(__file__).with_suffix(".html").read_bytes()


class Archive:
    """A server that records each request with its status, and each query that is searched."""

    def __init__(self, index: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.requests: list[tuple[str, str, dict[bytes, bytes], int]] = []
        self.searched: list[Any] = []
        self._app = site_of(index, hosts=accepted_hosts("127.0.0.1", "127.0.0.1", None, ()), write=True)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Respond to a request, and record it."""

        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start":
                told = scope["method"], scope["path"], dict(scope["headers"]), message["status"]
                self.requests.append(told)
            await send(message)

        await self._app(scope, receive, noted if scope["type"] == "http" else send)

    def forget(self) -> None:
        """Forget the records."""
        self.requests.clear()
        self.searched.clear()


@pytest.fixture(scope="module")
def archive(sample_index: Path) -> Iterator[Archive]:
    """Serve the sample archive, and record its searches."""
    served = Archive(sample_index, port := free_port())
    search: Callable[..., Any] = Searcher.search

    def noted(self: Searcher, query: Any, *arguments: Any, **options: Any) -> Any:
        served.searched.append(query)
        return search(self, query, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Searcher, "search", noted)
        patch.setattr(ResponseCache, "put", lambda *_: None)  # each page that is sent is searched
        with in_a_thread(served, port):
            yield served


@pytest.fixture(params=["127.0.0.1", "localhost"], ids=["same-site", "cross-site"])
def hostile(request: pytest.FixtureRequest, browser: Any, archive: Archive) -> Iterator[Any]:
    """Open a hostile page on another port of the archive's host, or on another host."""
    context = browser.new_context()
    with web_server.running() as server:
        server.page("/", HOSTILE, Content_Type="text/html")
        server.serve("/away", lambda params: params.send(b"", 302, Location=params.path.partition("?")[2]))
        page = context.new_page()
        page.goto(f"http://{request.param}:{server.server_port}/")
        archive.forget()
        yield page
    context.close()


def attack(page: Any, address: str, code: str) -> Any:
    return page.evaluate(f"async address => {{ window.attacked = address; {code} }}", address)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_page_starts_no_search(hostile: Any, archive: Archive, name: str) -> None:
    """Each of its requests is refused before any work, for pages as for data."""
    for path in ("/search?q=ferry", "/search.json?q=ferry"):
        attack(hostile, archive.address + path, ATTACKS[name])
    assert archive.searched == []
    assert {path for _, path, *_ in archive.requests} == {"/search", "/search.json"}
    assert {status for *_, status in archive.requests} == {403}


def test_a_popup_cannot_be_observed(hostile: Any, archive: Archive) -> None:
    """A page cannot access a window that it opens, which shows pages but no data."""
    for path, searched in (("/search.json?q=ferry", set()), ("/search?q=ferry", {"ferry"})):
        with hostile.context.expect_page() as opened:
            hostile.evaluate("address => { window.popup = open(address) }", archive.address + path)
        opened.value.wait_for_load_state()
        assert set(archive.searched) == searched
    assert opened.value.evaluate("window.opener") is None
    assert hostile.evaluate("[popup.closed, popup.length]") == [True, 0]


def test_links_of_other_sites_open_pages(hostile: Any, archive: Archive) -> None:
    """A link, a form and a script that navigates the whole window to a page of the archive show that page."""
    start = hostile.url
    for word, code in {
        "ferry": "added('a', {href: address}); document.querySelector('a').click()",
        "harbour": "sent('get', '_self')",
        "agua": "location.href = address",
    }.items():
        hostile.goto(start)
        archive.forget()
        with hostile.expect_navigation(url=f"{archive.address}/**"):
            attack(hostile, f"{archive.address}/search?q={word}", code)
        assert hostile.locator("h3 a").count() > 0
        assert set(archive.searched) == {word}
        assert [status for _, path, _, status in archive.requests if path == "/search"] == [200]
