"""Servers that fail, lie, are slow or never end: one line each, within the limits."""

import contextlib
import gzip
import itertools
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tables import by_table
from web_fetching import TIDE, fetch
from web_server import Handler, Server, make_certificate, running
from work import HANGS

from indexer.errors import SourceError
from indexer.sources.web import BOUNDS

OK = b"HTTP/1.1 200 OK\r\n"
SMALL = BOUNDS._replace(size=1 << 20, silence=HANGS, whole=HANGS)
HURRIED = SMALL._replace(whole=0.4)
IMPATIENT = SMALL._replace(silence=0.2)


def sends(head: bytes, part: bytes = b"", pause: float = 0.0) -> Callable[[Handler], None]:
    """Return a server that sends a head, then the same bytes until the client disconnects."""

    def send(handler: Handler) -> None:
        handler.raw(head)
        with contextlib.suppress(OSError):
            while part:
                handler.raw(part)
                time.sleep(pause)

    return send


def endless_headers(handler: Handler) -> None:
    """Send endless headers."""
    handler.raw(OK)
    with contextlib.suppress(OSError):
        for number in itertools.count():
            handler.raw(b"X-%d: a\r\n" % number)


def reset(handler: Handler) -> None:
    """Reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    handler.connection.close()


def say_nothing(handler: Handler) -> None:
    """Accept a request and send nothing."""
    with contextlib.suppress(OSError):
        handler.connection.recv(1)


SMALL_AND_SLOW = {"SMALL": SMALL, "HURRIED": HURRIED}
FAULTS: dict[str, tuple[Callable[[Handler], None], object, str]] = {
    "endless headers": (endless_headers, SMALL, "does not respond like an HTTP server"),
    "bomb": (
        lambda handler: handler.send(gzip.compress(bytes(20 << 20)), Content_Encoding="gzip"),
        SMALL,
        "exceeds the limit of 1 MiB",
    ),
    "reset": (reset, SMALL, "ended before the page was complete"),
    "silence": (say_nothing, IMPATIENT, "sent no data for too long|did not accept a connection"),
}


@pytest.mark.parametrize(("send", "bounds", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_server_ends_in_one_line(
    server: Server, send: Callable[[Handler], None], bounds: object, told: str
) -> None:
    """Whatever it sends, memory and time are bounded, and the line names the fault."""
    address = server.serve("/feed", send)
    with pytest.raises(SourceError, match=rf"^{address} .*({told})") as caught:
        fetch(address, bounds)
    assert str(caught.value).isprintable()


@by_table
def test_a_response_out_of_bounds_ends_in_one_line(
    server: Server, fault: str, head: bytes, part: bytes, *, pause: float, bounds: str, told: str
) -> None:
    """A head and then the same bytes without end, or an early end: the line names the fault."""
    address = server.serve("/feed", sends(head, part, pause))
    with pytest.raises(SourceError, match=rf"^{address} .*({told})") as caught:
        fetch(address, SMALL_AND_SLOW[bounds])
    assert str(caught.value).isprintable(), fault


def test_bytes_beyond_the_content_length_are_not_read(server: Server) -> None:
    """Bytes beyond the stated length are no part of the page."""
    assert fetch(server.serve("/", lambda handler: handler.send(TIDE, Content_Length="8"))) == TIDE[:8]


@by_table
def test_other_statuses_are_reported_with_their_meaning(server: Server, status: int, told: str) -> None:
    """Only 200 is a page."""
    with pytest.raises(SourceError, match=told):
        fetch(server.serve("/", lambda handler: handler.send(b"", status)))


def test_a_port_without_a_server_is_reported() -> None:
    """The message suggests to check host and port."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(
        SourceError, match=r"cannot be reached \(Connection refused\); check the host and the port"
    ):
        fetch(f"http://127.0.0.1:{port}/")


def test_an_empty_page_is_refused(server: Server) -> None:
    """The message is that of an empty file."""
    from web_fetching import read

    with pytest.raises(SourceError, match="is empty"):
        read(server.page("/", b""))


def test_error_lines_contain_no_credentials(server: Server) -> None:
    """Whatever the error, its line has neither password nor key."""
    server.serve("/", lambda handler: handler.send(b"", 404))
    with pytest.raises(SourceError) as caught:
        fetch(f"http://ann:5ecret@{server.host}/?token=5ecret&page=2")
    assert str(caught.value).startswith(f"http://{server.host}/?page=2 does not exist")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an untrusted certificate for this computer."""
    try:
        return make_certificate(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1", "DNS:news.test")
    except FileNotFoundError:
        pytest.skip("openssl is not installed, which makes the certificate")


def test_a_trusted_certificate_is_accepted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page over TLS is read if the certificate is trusted and that of the host."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(certificate) as server:
        server.page("/", TIDE)
        assert fetch(f"https://{server.host}/") == TIDE


def test_an_untrusted_certificate_is_refused(certificate: Path) -> None:
    """An untrusted certificate is refused before any request."""
    with running(certificate) as server:
        with pytest.raises(SourceError, match=r"has a certificate that is not trusted .*SSL_CERT_FILE"):
            fetch(f"https://ann:5ecret@{server.host}/")
        assert server.asked == []


def test_a_certificate_of_another_host_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate for another host is refused even if it is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(certificate) as server:
        with pytest.raises(SourceError, match=r"certificate that is not trusted .*[Hh]ostname"):
            fetch(f"https://localhost:{server.server_port}/")
        assert server.asked == []


def test_no_redirect_leads_from_https_to_http(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """A secure request is never answered over an insecure connection."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    plain = server.page("/", TIDE)
    with running(certificate) as safe:
        safe.serve("/", lambda handler: handler.send(b"", 302, Location=plain))
        with pytest.raises(
            SourceError,
            match=f"redirects from https to the unencrypted {plain}; if you trust that URL, give it instead",
        ):
            fetch(f"https://{safe.host}/")
    assert server.asked == []


def test_a_server_without_tls_is_reported(server: Server) -> None:
    """The message suggests to check scheme and port."""
    server.page("/", TIDE)
    with pytest.raises(SourceError, match=r"has a TLS error .*check the scheme and the port"):
        fetch(f"https://{server.host}/")


def test_an_endless_handshake_is_aborted() -> None:
    """A server that accepts the connection and sends nothing is given up."""
    told = r"sent no data for too long|did not accept a connection"
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(SourceError, match=told):
        fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/", IMPATIENT)


def test_a_proxy_is_refused_by_default(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy resolves hosts itself: nothing is sent to it unless private addresses are allowed."""
    from indexer.sources import open_sources

    monkeypatch.setenv("http_proxy", f"http://{server.host}")
    with pytest.raises(
        SourceError, match=r"http://news\.test/.*add the host to NO_PROXY, or use allow_private=True"
    ):
        list(open_sources("http://news.test/"))
    assert server.asked == []


def test_an_allowed_proxy_gets_the_whole_address(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An allowed proxy gets keys and its own password as well; hosts of NO_PROXY bypass it."""
    monkeypatch.setenv("http_proxy", f"http://ann:5ecret@{server.host}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.page("http://news.test/a", TIDE)
    server.page("/b", TIDE)
    assert fetch("http://news.test/a?key=1") == TIDE
    assert fetch(f"http://{server.host}/b") == TIDE
    (through, headers), (past, others) = server.asked
    assert (through, past) == ("http://news.test/a?key=1", "/b")
    assert headers["host"] == "news.test"
    assert headers["proxy-authorization"] == "Basic YW5uOjVlY3JldA=="
    assert "proxy-authorization" not in others


def test_a_proxy_is_a_tunnel_for_https(
    certificate: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy gets only the host, and the certificate is that of the host."""
    monkeypatch.setenv("https_proxy", server.host)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(certificate) as safe:
        server.tunnel_to = safe.server_port
        safe.page("/a", TIDE)
        assert fetch("https://ann:5ecret@news.test/a?key=1") == TIDE
        assert safe.asked[0][0] == "/a?key=1"
        with pytest.raises(SourceError, match=r"certificate that is not trusted .*[Hh]ostname"):
            fetch("https://other.test/")
    assert [path for path, _ in server.asked] == ["news.test:443", "other.test:443"]
    assert "authorization" not in server.asked[0][1]


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://[::1"])
def test_a_proxy_of_another_kind_is_refused(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an HTTP proxy can be used."""
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(SourceError, match="a proxy is set that is not an HTTP proxy"):
        fetch("http://news.test/")
