"""Connect to the host of a URL at a checked IP address, or through a proxy.

IP addresses of the machine, of its network and in IANA's special registries are not public. Python's
``ipaddress`` differs between releases, so the blocks of the IANA IPv4 and IPv6 Special-Purpose Address
Registries (RFC 6890) are listed here.
"""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from contextlib import contextmanager, suppress
from http.client import IncompleteRead
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.exceptions import IncompleteRead as PartOfBody

from indexer.errors import SourceError, message, reason
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.web_address import Address


_NOT_PUBLIC_4: Final = tuple(
    map(
        IPv4Network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 "
        "240.0.0.0/4".split(),
    )
)
_GLOBAL_6: Final = IPv6Network("2000::/3")
# Blocks within it that are not public: protocols and Teredo, documentation, 6to4 (which leads to any IPv4
# address).
_NOT_PUBLIC_6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64: Final = IPv6Network("64:ff9b::/96")  # all IPv4 addresses, as seen from an IPv6-only network


def is_public(text: str) -> bool:
    """Return whether an IP address is public.

    Args:
        text: An IPv4 or IPv6 address, as a resolver returns it.
    """
    ip = ip_address(text)
    if isinstance(ip, IPv6Address):
        within = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped
        if within is None:
            return ip in _GLOBAL_6 and not any(ip in block for block in _NOT_PUBLIC_6)
        ip = within
    return not any(ip in block for block in _NOT_PUBLIC_4)


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Resolve a host once, so that the connection uses the addresses that were checked.

    Args:
        host: A name or an IP address, in any form that the system accepts (2130706433 is 127.0.0.1).
        port: The port.
        allow_private: Whether to allow addresses that are not public.

    Returns:
        The IP addresses.

    Raises:
        SourceError: There is no such host, or an address is not public. The message has no subject: the
            caller adds the name of the source.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceError(message("web_source.unknown_host", error=reason(error))) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not allow_private and not is_public(address):
            raise SourceError(message("web_source.private_host", address=address))
    return addresses


MAX_TRIED = 4
"""The maximum number of IP addresses of a host that are tried."""


class Route(NamedTuple):
    """An open connection to a host or a proxy, and the request target to send.

    Attributes:
        connection: The connection.
        headers: Additional headers for each request.
        to_proxy: Whether requests must contain the whole URL.
    """

    connection: HTTPConnection
    headers: dict[str, str]
    to_proxy: bool = False


def connect(address: Address, seconds: float, *, allow_private: bool) -> Route:
    """Connect to the host of a URL.

    Args:
        address: The URL.
        seconds: The timeout in seconds of each step, and later of each read.
        allow_private: Whether the host may have an IP address that is not public.

    Raises:
        SourceError: The host is not public, or not found. The message has no subject: the caller adds the
            name of the source.
        OSError, urllib3.exceptions.HTTPError: The host cannot be reached.
    """
    if proxy := _proxy_of(address):
        if not allow_private:
            raise SourceError(message("web_source.proxy_looks_up_hosts"))
        return _connect_to_proxy(proxy, address, seconds)
    hosts = resolve(address.host, address.port, allow_private=allow_private)[:MAX_TRIED]
    for ip in hosts:
        try:
            return Route(_connect(_connection(address, ip, address.port, seconds)), {})
        except (NewConnectionError, ConnectTimeoutError):
            if ip == hosts[-1]:
                raise
    raise SourceError(message("web_source.host_without_address"))


@contextmanager
def limit_duration(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """Shut a connection down after ``seconds``, even if the server keeps sending slowly."""
    timer = Timer(max(seconds, 0.0), _shut, (connection.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def basic_authorization(user: str) -> str:
    """Return the value of the header for basic authentication."""
    return f"Basic {b64encode(user.encode()).decode()}"


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _connection(address: Address, host: str, port: int, seconds: float) -> HTTPConnection:
    if address.scheme == "http":
        return HTTPConnection(host, port, timeout=seconds)
    # The certificate must be valid for the host name, because the connection uses an IP address.
    name = address.host.rstrip(".")
    context = ssl.create_default_context()
    return HTTPSConnection(host, port, timeout=seconds, ssl_context=context, server_hostname=name)


def _connect(connection: HTTPConnection) -> HTTPConnection:
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


def _proxy_of(address: Address) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    return None if not proxy or proxy_bypass(address.host_and_port) else proxy


def _connect_to_proxy(proxy: str, address: Address, seconds: float) -> Route:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host = None
    if not host or parts.scheme != "http":
        raise SourceError(message("web_source.proxy_not_http"))
    user, at, _ = parts.netloc.rpartition("@")
    headers = {"Proxy-Authorization": basic_authorization(unquote(user))} if at else {}
    connection = _connection(address, host, port, seconds)
    if address.scheme == "https":
        connection.set_tunnel(address.host, address.port, headers)
    _connect(connection)
    if address.scheme == "https":
        return Route(connection, {})
    return Route(connection, headers, to_proxy=True)


_STATUS: Final = (401, 403, 404, 407, 410, 429)  # statuses that have their own message
_ENDED: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_FAULTS: Final[tuple[tuple[tuple[type[Exception], ...], str], ...]] = (
    ((ConnectTimeoutError,), message("web_source.connect_timeout")),
    ((ReadTimeoutError, TimeoutError), message("web_source.read_timeout")),
    ((DecodeError,), message("web_source.damaged")),
    ((PartOfBody, IncompleteRead), message("web_source.cut")),
)


def status_in_words(status: int) -> str:
    """Return the message for an HTTP status other than success."""
    if status in _STATUS:
        return message("web_source.with_status", reason=message(f"web_source.{status}"), status=str(status))
    if status >= 500:
        return message("web_source.unavailable", status=str(status))
    return message("web_source.status", status=str(status))


def fault_in_words(error: Exception) -> str:
    """Return the message for an error while fetching a page."""
    causes = _causes(error)
    declared = [reason(cause) for cause in causes if isinstance(cause, OSError) and cause.strerror]
    why = declared[-1] if declared else message("web_source.no_reason")
    if isinstance(error, NewConnectionError):
        return message("web_source.unreachable", reason=why)
    reported = next((words for cause in causes if (words := _fault_of(cause))), None)
    if reported is not None:
        return reported
    if isinstance(error, OSError):
        return message("web_source.breaks_off", reason=why)
    if isinstance(error, ProtocolError):
        return message("web_source.breaks_off_http")
    return message("web_source.not_http")


def _fault_of(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return message("web_source.untrusted", reason=error.verify_message)
    if isinstance(error, ssl.SSLError) and not isinstance(error, _ENDED):
        return message("web_source.no_tls", reason=error.reason or message("web_source.no_protocol"))
    return next((words for types, words in _FAULTS if isinstance(error, types)), None)


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return an error, followed by its causes."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
