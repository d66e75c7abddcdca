"""A connection to the host of an address: to an IP address that was looked at, or to an allowed proxy."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from indexer.errors import SourceError
from indexer.named_tuple import NamedTuple
from indexer.sources.web.public import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.web.address import Address

MOST_TRIED = 4
"""IP addresses of one host that are tried."""


class Route(NamedTuple):
    """An open connection, and how its request is written.

    Attributes:
        connection: The connection.
        headers: What is sent beside the headers of every request.
        to_proxy: Whether whoever is at its end wants to be told the whole address.
    """

    connection: HTTPConnection
    headers: dict[str, str]
    to_proxy: bool = False


def connect(address: Address, seconds: float, *, allow_private: bool) -> Route:
    """Connect to the host of an address.

    Args:
        address: The address.
        seconds: How long each step of it, and later each wait for bytes, may take.
        allow_private: Whether it may be at an address that is not public.

    Raises:
        SourceError: It is not public, or not found; the line lacks its subject.
        OSError, urllib3.exceptions.HTTPError: It cannot be reached.
    """
    if proxy := _proxy_of(address):
        if not allow_private:
            raise SourceError(
                "a proxy is set, which looks hosts up by itself, so that no private address can be refused; "
                "name the host in NO_PROXY, or give --allow-private"
            )
        return _connect_to_proxy(proxy, address, seconds)
    hosts = resolve(address.host, address.port, allow_private=allow_private)[:MOST_TRIED]
    for number, ip in enumerate(hosts, 1):
        connection = _connection(address, ip, address.port, seconds)
        try:
            connection.connect()
        except (NewConnectionError, ConnectTimeoutError):
            connection.close()
            if number == len(hosts):
                raise
        except BaseException:
            connection.close()
            raise
        else:
            return Route(connection, {})
    raise SourceError("its host has no address; check the address")


@contextmanager
def ended_after(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """Shut a connection down when its time is up: a server that sends a byte now and then never times out."""
    timer = Timer(max(seconds, 0.0), _shut, (connection.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def basic(user: str) -> str:
    """Write credentials as a header has them."""
    return f"Basic {b64encode(user.encode()).decode()}"


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _connection(address: Address, host: str, port: int, seconds: float) -> HTTPConnection:
    if address.scheme == "http":
        return HTTPConnection(host, port, timeout=seconds)
    # The certificate must be that of the name, whatever address it is at.
    name = address.host.rstrip(".")
    return HTTPSConnection(
        host, port, timeout=seconds, ssl_context=ssl.create_default_context(), server_hostname=name
    )


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
        raise SourceError("the proxy that is set is none of http; set one such as http://proxy.example:3128")
    user, at, _ = parts.netloc.rpartition("@")
    headers = {"Proxy-Authorization": basic(unquote(user))} if at else {}
    connection = _connection(address, host, port, seconds)
    if address.scheme == "https":
        connection.set_tunnel(address.host, address.port, headers)
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    if address.scheme == "https":
        return Route(connection, {})
    return Route(connection, headers, to_proxy=True)
