"""Check requests before the application: host names and cross-site requests; write the access log.

The host names under which the server answers: a page of another site can give its name the address of this
computer (DNS rebinding). Its scripts could then read the responses under that name, so the server only
answers under its own names.
"""

from __future__ import annotations

import re
import socket
import sys
import time
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from ipaddress import AddressValueError, IPv6Address, ip_address
from os import getpid
from threading import Thread
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from starlette.responses import Response

from indexer.errors import DragomanError, message
from indexer.runtime import NamedTuple
from searcher.web.access import Access
from searcher.web.responses import ALWAYS, Problem, problem_response
from searcher.web.routes import HTML, ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


_HOST: Final = re.compile(
    r"(?P<name>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{0,5}))?"
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SECONDS: Final = 1.0  # the time limit for a name server to return the full name of this computer


class Hosts(NamedTuple):
    """The names under which the server answers.

    Attributes:
        names: Host names and IP addresses in the form of :func:`parse_host`.
        network: Whether any IP address and any name below ``.local`` are accepted as well, neither of which
            can be the name of a web page.
    """

    names: frozenset[str]
    network: bool = False

    def accept(self, name: str) -> bool:
        """Return whether the server answers under a name in the form of :func:`parse_host`."""
        if name in self.names:
            return True
        return self.network and (name.endswith(".local") or _is_address(name))


def parse_host(host: str) -> tuple[str, str] | None:
    """Parse the value of a ``Host`` header.

    Returns:
        The name in lower case without a trailing dot, an IPv6 address in brackets and in its shortest form;
        and the port, empty if there is none. None if the value is malformed.
    """
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return None
    name = found["name"].removesuffix(".")
    if name.startswith("["):
        try:
            name = f"[{IPv6Address(name[1:-1])}]"
        except AddressValueError:
            return None
    return name, found["port"] or ""


def served_hosts(host: str, bound: str, base_url: str | None, allowed: tuple[str, ...]) -> Hosts:
    """Return the names under which a server answers.

    Args:
        host: The value of ``--host``.
        bound: The IP address that the server listens on.
        base_url: The public address, if there is a proxy.
        allowed: Additional names from ``--allowed-host``.

    Raises:
        DragomanError: One of ``allowed`` is not a host name.
    """
    names = set(_LOOPBACK)
    for name in allowed:
        normal = _normal(name)
        if normal is None:
            raise DragomanError(message("web.invalid_host", name=name))
        names.add(normal)
    if base_url and (parsed := parse_host(urlsplit(base_url).netloc)):
        names.add(parsed[0])
    network = not ip_address(bound).is_loopback
    own = [host, bound, *(_computer_names() if network else ())]
    return Hosts(frozenset(names.union(filter(None, map(_normal, own)))), network)


def _normal(name: str) -> str | None:
    """Return a typed name as a browser sends it, or None if it is not a host name."""
    with suppress(ValueError):
        address = ip_address(name.strip("[]"))
        return str(address) if address.version == 4 else f"[{address}]"
    labels = [
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in normalize("NFKC", name).lower().split(".")
    ]
    parsed = parse_host(".".join(labels))
    return parsed[0] if parsed and name.isprintable() and ":" not in name else None


def _computer_names() -> list[str]:
    """Return the names of this computer; a name from a slow name server is left out."""
    name = socket.gethostname()
    names = [name, name.partition(".")[0]]
    asking = Thread(target=lambda: names.append(socket.getfqdn()), daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return list(names)


def _is_address(name: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(name.strip("[]")))
    return False


_PAGES: Final = frozenset([route.path for route in ROUTES if route.media is HTML])
_CLOSE: Final = {"Connection": "close"}


class Gate:
    """Rejects requests under other names and cross-site requests; writes the access log.

    Without ``hosts`` any name is accepted; without ``base_url`` links begin with the address of the request.
    """

    def __init__(  # noqa: PLR0913 - the settings of a server
        self,
        app: ASGIApp,
        hosts: Hosts | None,
        base_url: str | None,
        *,
        access_log: bool,
        log_queries: bool = False,
        access: Access | None = None,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._base = base_url.rstrip("/") if base_url else None
        self._prefix = urlsplit(self._base).path if self._base else ""
        self._path = unquote(self._prefix)  # decoded, as in the paths of requests
        self._log = access_log
        self._log_queries = log_queries
        self._access = access or Access(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._log:
            send = _logged(scope, send, queries=self._log_queries)
        try:
            host = self._host_of(scope)
            origin = self._base or (f"{scope['scheme']}://{host}" if host else "")
            scope.setdefault("state", {})["site"] = self._prefix, origin
            self._strip_prefix(scope)
            path, shared = scope["path"], {}
            if self._access.origins and not is_page(path) and scope["method"] != "POST":
                shared = self._access.headers_for(_header(scope, b"origin"))
            if shared:
                send = _shared(send, shared)
            else:
                _refuse_cross_site(scope, origin)
            secure = origin.startswith("https:")
            response = self._access.redirect(path, scope["query_string"], site=self._prefix, secure=secure)
            if shared and scope["method"] == "OPTIONS":
                response = Response(None, HTTPStatus.NO_CONTENT, ALWAYS)
            if response is None:
                self._access.require(path, scope["headers"])
        except Problem as problem:
            response = problem_response(problem)
        await (response or self._app)(scope, receive, send)

    def _strip_prefix(self, scope: Scope) -> None:
        """Remove the path of the base address, which a proxy may keep."""
        if self._path and f"{scope['path']}/".startswith(f"{self._path}/"):
            scope["path"] = scope["path"].removeprefix(self._path) or "/"
            scope["raw_path"] = scope["path"].encode()

    def _host_of(self, scope: Scope) -> str:
        """Return the host and port of a request, empty if an old client sends none.

        Raises:
            Problem: The ``Host`` header is missing, repeated or malformed, or names another server.
        """
        given = _header(scope, b"host")
        if not given and scope["http_version"] != "1.1":
            name, port = "", ""
        elif (parsed := parse_host(given)) is None:  # includes two of them, with a comma between
            raise Problem(HTTPStatus.BAD_REQUEST, message("web.no_host"), headers=_CLOSE)
        else:
            name, port = parsed
        if self._hosts is not None and not self._hosts.accept(name):
            raise Problem(HTTPStatus.MISDIRECTED_REQUEST, message("web.misdirected"), headers=_CLOSE)
        return f"{name}:{port}" if port else name


def is_page(path: str) -> bool:
    """Return whether a path is that of a page for readers, not of data for programs."""
    if path.startswith("/items/"):
        return not path.endswith(".json")
    return path in _PAGES


def _refuse_cross_site(scope: Scope, own: str) -> None:
    """Reject a cross-site request unless its user opens a page for readers.

    Otherwise other sites could learn from response times whether the archive has a word.

    Raises:
        Problem: The request is rejected.
    """
    if not _is_cross_site(scope, own):
        return
    opens_page = (
        scope["method"] in {"GET", "HEAD"}
        and _header(scope, b"sec-fetch-mode") == "navigate"
        and _header(scope, b"sec-fetch-dest") == "document"
        and not _header(scope, b"sec-purpose")
        and is_page(scope["path"])
    )
    if not opens_page:
        raise Problem(HTTPStatus.FORBIDDEN, message("web.cross_site"), headers=_CLOSE)


def _is_cross_site(scope: Scope, own: str) -> bool:
    """Return whether a page of another site than that of this server may have made a request.

    Browsers send ``Sec-Fetch-Site``, with two exceptions in Chromium: a WebSocket request only has an
    ``Origin``, and a prefetched page looks like a typed address except for its purpose. Over plain http from
    another computer, a form has an ``Origin`` only. Programs other than browsers send none of these headers.
    """
    origin = _header(scope, b"origin")
    if origin and not _is_origin_of(origin, own):
        return True
    site = _header(scope, b"sec-fetch-site")
    return bool(_header(scope, b"sec-purpose")) if site in {"", "none"} else site != "same-origin"


def _is_origin_of(origin: str, address: str) -> bool:
    """Return whether an address has an origin; the default port may be left out."""
    parts = urlsplit(address.lower())
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return origin.lower() == f"{parts.scheme}://{parts.netloc.removesuffix(default)}"


def _header(scope: Scope, name: bytes) -> str:
    """Return the value of a header, several values separated by commas, empty if there is none."""
    return b", ".join([value for key, value in scope["headers"] if key == name]).decode("latin-1")


def _shared(send: Send, headers: Mapping[str, str]) -> Send:
    """Wrap `send` to add headers to the response; those of the same name, except ``Vary``, are replaced."""
    added = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    replaced = {name for name, _ in added} - {b"vary"}

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if pair[0] not in replaced]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return with_headers


def _logged(scope: Scope, send: Send, *, queries: bool) -> Send:
    """Wrap `send` to count the sent bytes and write a log line at the end."""
    status, size = 0, 0

    async def counted(message: Message) -> None:
        nonlocal status, size
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            size += len(message.get("body", b""))
        await send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            sent = 0 if scope["method"] == "HEAD" else size
            with suppress(OSError):  # if the log cannot be written, the response was sent
                sys.stderr.write(_line(scope, status, sent, queries=queries))

    return counted


def _line(scope: Scope, status: int, size: int, *, queries: bool) -> str:
    """Return a request in the common log format, with the process id in place of the identity."""
    client = (scope.get("client") or ("-",))[0]
    path = scope["raw_path"] + (b"?" + scope["query_string"] if queries and scope["query_string"] else b"")
    request = f"{scope['method']} {_in_log(path.decode('latin-1'))} HTTP/{scope['http_version']}"
    return f'{_in_log(client)} {getpid()} - [{_now(int(time.time()))}] "{request}" {status} {size or "-"}\n'


def _in_log(text: str) -> str:
    """Escape a text of a request for the log, so that it can neither end a field nor control a terminal."""
    return re.sub(r"[^!#-\[\]-~]", lambda found: f"%{ord(found[0]):02X}", text)


@lru_cache(2)
def _now(second: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(second))
