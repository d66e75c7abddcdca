"""Which hosts are public: the decision is by the IP address that is connected to."""

import socket
from typing import Any

import pytest
from tables import by_table
from web_server import Server

from indexer.errors import SourceError
from indexer.sources import AS_THEY_ARE, open_sources
from indexer.sources.web_connection import is_public


@by_table
def test_addresses_of_public_hosts_are_recognised(address: str, *, kind: str) -> None:
    """Special addresses of the IANA registries are not public, nor are IPv4 addresses of them within IPv6."""
    assert is_public(address) == kind.startswith("public")


@by_table
def test_a_host_on_this_computer_is_refused(server: Server, host: str) -> None:
    """Any notation of the address is refused, without a connection."""
    server.page("/", b"The tide came in.")
    with pytest.raises(SourceError, match=r"which is not public; to allow it, use allow_private=True"):
        list(open_sources(f"http://{host}:{server.server_port}/"))
    assert server.asked == []


def test_a_name_with_any_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a public and a private address is not connected to."""
    answer_with(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(SourceError, match=r"its host has the address 10\.0\.0\.1, which is not public"):
        list(open_sources("http://news.test/"))


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A name that resolves to a private address a moment later is never connected to there."""
    server.page("/", b"The tide came in.")
    asked = answer_with(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    connected: list[Any] = []

    class Watched(socket.socket):
        def connect(self, address: Any) -> None:
            connected.append(address)
            raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "socket", Watched)
    with pytest.raises(SourceError, match=r"cannot be reached \(Connection refused\)"):
        list(open_sources(f"http://news.test:{server.server_port}/"))
    assert asked == ["news.test"]
    assert connected == [("8.8.8.8", server.server_port)]
    assert server.asked == []


def test_the_request_has_the_name_of_the_host(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """The connection is to an IP address; the request has the name."""
    server.page("/", b"The tide came in.")
    answer_with(monkeypatch, ["127.0.0.1"])
    options = AS_THEY_ARE._replace(allow_private=True)
    for source in open_sources(f"http://news.test:{server.server_port}/", None, options):
        assert [item.paragraphs for item in source.items] == [("The tide came in.",)]
    assert server.asked[0][1]["host"] == f"news.test:{server.server_port}"


def test_an_unknown_name_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is not found ends in one line."""

    def unknown(*_args: Any, **_named: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    told = r"http://news\.test/: its host name cannot be resolved \(Name or service not known\)"
    with pytest.raises(SourceError, match=told):
        list(open_sources("http://news.test/"))


def answer_with(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Make names resolve to other addresses each time; return the names that were resolved."""
    real, asked, left = socket.getaddrinfo, [], list(answers)

    def lookup(host: Any, port: Any, *args: Any, **named: Any) -> Any:
        if str(host).replace(".", "").isdigit():
            return real(host, port, *args, **named)
        asked.append(host)
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*stream, (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked
