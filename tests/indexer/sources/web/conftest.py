"""A server on the loopback interface, without a proxy."""

from collections.abc import Iterator

import pytest
from web_server import Server, running

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server on the loopback interface, without pages."""
    with running() as started:
        yield started
