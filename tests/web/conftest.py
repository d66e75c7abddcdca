"""The sample archive as an application, as a server, and in a real browser for tests marked `web`."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from httpx2 import ASGITransport, ByteStream, Request, Response
from page_reading import client_of
from served import serving
from starlette.testclient import TestClient, _TestClientTransport

from searcher import Searcher
from searcher.web import app

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session", autouse=True)
def _one_loop() -> Iterator[None]:
    """Answer the requests of all clients in one event loop, each in one call instead of seven."""

    async def answered(sender: Any, request: Request) -> Response:
        inside = ASGITransport(sender.app, sender.raise_server_exceptions, client=sender.client)
        answer = await inside.handle_async_request(request)
        parts = [part async for part in answer.stream]
        return Response(answer.status_code, headers=answer.headers, stream=ByteStream(b"".join(parts)))

    def prepare_once(searcher: Searcher) -> None:
        """Prepare the suggestions of the first application; hundreds need none, and prepare them at need."""
        patch.setattr(app, "prepare", lambda _: None)
        prepare(searcher)

    prepare = app.prepare
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "prepare", prepare_once)
        patch.setitem(sys.modules, "sniffio", None)  # each request would look for it, but anyio does without
        patch.setattr(TestClient, "portal", portal)
        patch.setattr(_TestClientTransport, "handle_request", lambda *given: portal.call(answered, *given))
        yield


@pytest.fixture(scope="session")
def client(sample_index: Path) -> TestClient:
    """Return a client of the application, without a server."""
    return client_of(sample_index)


@pytest.fixture(scope="session")
def searcher(sample_index: Path) -> Iterator[Searcher]:
    """Return a searcher of the same archive."""
    with Searcher(sample_index) as searcher:
        yield searcher


@pytest.fixture(scope="session")
def served(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the sample archive served by `dragoman serve`."""
    with serving(sample_index, tmp_path_factory.mktemp("served")) as served:
        yield f"http://127.0.0.1:{served.port}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return the system's Chromium, headless."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with driver.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
