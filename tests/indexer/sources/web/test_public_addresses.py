"""Which hosts are public: the decision is by the IP address that is connected to."""

import socket
from typing import Any

import pytest
from tables import by_table
from web_server import Server

from indexer.errors import SourceError
from indexer.sources import AS_THEY_ARE, open_sources
from indexer.sources.web_connection import is_public

PUBLIC = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.63.255.255", "223.255.255.255", "2606:4700::1111"]
PUBLIC += ["2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
REFUSED = {
    "this network": "0.0.0.0",
    "this network too": "0.1.2.3",
    "private": "10.0.0.1",
    "private of 172": "172.16.0.1",
    "private of 172, the last": "172.31.255.255",
    "private of 192": "192.168.1.1",
    "shared by carriers": "100.64.0.1",
    "loopback": "127.0.0.1",
    "loopback, another": "127.8.8.8",
    "link-local, where clouds keep keys": "169.254.169.254",
    "protocols": "192.0.0.8",
    "documentation": "192.0.2.1",
    "documentation too": "203.0.113.7",
    "relays of 6to4": "192.88.99.1",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified in IPv6": "::",
    "loopback in IPv6": "::1",
    "unique local": "fd12:3456::1",
    "link-local in IPv6": "fe80::1%1",
    "site-local": "fec0::1",
    "multicast in IPv6": "ff02::1",
    "mapped": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "compatible": "::127.0.0.1",
    "NAT64 of a private address": "64:ff9b::a00:1",
    "NAT64 of a network's own": "64:ff9b:1::808:808",
    "Teredo": "2001::1",
    "6to4 of a private address": "2002:a00:1::1",
    "documentation in IPv6": "2001:db8::1",
    "documentation in IPv6 too": "3fff::1",
    "discard": "100::1",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_recognised(address: str) -> None:
    """Public IPv4 addresses that are mapped to IPv6 or use NAT64 are included."""
    assert is_public(address)


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED)
def test_other_addresses_are_not_public(address: str) -> None:
    """Special addresses of the IANA registries, and IPv4 addresses within IPv6, are not public."""
    assert not is_public(address)


@by_table
def test_a_host_on_this_computer_is_refused(server: Server, host: str) -> None:
    """Any notation of the address is refused, without a connection."""
    server.page("/", b"The tide came in.")
    with pytest.raises(SourceError, match=r"is not public; allow_private=True|is not found"):
        list(open_sources(f"http://{host}:{server.server_port}/"))
    assert server.asked == []


def test_a_name_with_any_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a public and a private address is not connected to."""
    answer_with(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(SourceError, match=r"its host is at 10\.0\.0\.1, which is not public"):
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
    with pytest.raises(SourceError, match=r"is not reached \(Connection refused\)"):
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
    told = r"^http://news\.test/: its host is not found \(Name or service not known\); check the address"
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
