"""Reject requests for other hosts and from other sites, and write the access log."""

from __future__ import annotations

import re
import sys
import time
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from os import getpid
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from starlette.responses import Response

from indexer.errors import message
from searcher.web.access import Access, parse_host
from searcher.web.responses import ALWAYS, Problem, problem_response
from searcher.web.routes import HTML, ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from searcher.web.generations import Serving


_PAGES: Final = frozenset([route.path for route in ROUTES if route.media is HTML])
_CLOSE: Final = {"Connection": "close"}


class Gate:
    """An ASGI application that rejects some requests and passes all others to another application.

    It rejects requests for other hosts and from other sites, and writes the access log.

    Without a base URL, links begin with the host of the request.
    """

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._serving = app, serving
        self._base = serving.base_url.rstrip("/") if serving.base_url else None
        self._prefix = urlsplit(self._base).path if self._base else ""
        self._path = unquote(self._prefix)  # decoded, as in the paths of requests
        self._access = Access(serving.token, serving.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._serving.access_log:
            send = _log_response(scope, send, queries=self._serving.log_queries)
        try:
            host = self._host_of(scope)
            origin = self._base or (f"{scope['scheme']}://{host}" if host else "")
            scope.setdefault("state", {})["site"] = self._prefix, origin
            self._strip_prefix(scope)
            path, shared = scope["path"], {}
            if self._access.origins and not is_page(path) and scope["method"] != "POST":
                shared = self._access.headers_for(_header(scope, b"origin"))
            if shared:
                send = _add_headers(send, shared)
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
        """Remove the path of the base URL from the path of a request."""
        if self._path and f"{scope['path']}/".startswith(f"{self._path}/"):
            scope["path"] = scope["path"].removeprefix(self._path) or "/"
            scope["raw_path"] = scope["path"].encode()

    def _host_of(self, scope: Scope) -> str:
        """Return the host and port of a request.

        The result is empty for an old client that sends no host.

        Raises:
            Problem: The ``Host`` header is missing, repeated or malformed, or names another server.
        """
        given = _header(scope, b"host")
        if not given and scope["http_version"] != "1.1":
            name, port = "", ""
        elif (parsed := parse_host(given)) is None:  # also rejects two values with a comma
            raise Problem(HTTPStatus.BAD_REQUEST, message("web.no_host"), headers=_CLOSE)
        else:
            name, port = parsed
        if self._serving.hosts is not None and not self._serving.hosts.accept(name):
            raise Problem(HTTPStatus.MISDIRECTED_REQUEST, message("web.misdirected"), headers=_CLOSE)
        return f"{name}:{port}" if port else name


def is_page(path: str) -> bool:
    """Return whether a path is a page for people, rather than data for programs."""
    if path.startswith("/items/"):
        return not path.endswith(".json")
    return path in _PAGES


def _refuse_cross_site(scope: Scope, own: str) -> None:
    """Reject a request from another site, unless a user opens a page with it.

    Otherwise other sites could learn from response times whether the archive contains a word.

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
    """Return whether a page of another site may have sent a request.

    Browsers send ``Sec-Fetch-Site``, with three exceptions. A WebSocket request of Chromium only has
    ``Origin``. So has a form that is sent over http from another computer. In Chromium, a prefetch differs
    from a typed URL only in ``Sec-Purpose``. Other programs send none of these headers.
    """
    origin = _header(scope, b"origin")
    if origin and not _is_origin_of(origin, own):
        return True
    site = _header(scope, b"sec-fetch-site")
    return bool(_header(scope, b"sec-purpose")) if site in {"", "none"} else site != "same-origin"


def _is_origin_of(origin: str, address: str) -> bool:
    """Return whether a URL has the given origin.

    The URL may contain the default port.
    """
    parts = urlsplit(address.lower())
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return origin.lower() == f"{parts.scheme}://{parts.netloc.removesuffix(default)}"


def _header(scope: Scope, name: bytes) -> str:
    """Return the value of a header, or an empty string if it is missing."""
    return b", ".join([value for key, value in scope["headers"] if key == name]).decode("latin-1")


def _add_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Return a ``send`` function that adds headers to the response."""
    added = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    replaced = {name for name, _ in added} - {b"vary"}

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if pair[0] not in replaced]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return with_headers


def _log_response(scope: Scope, send: Send, *, queries: bool) -> Send:
    """Return a ``send`` function that counts the bytes of a response, and writes a log line at its end.

    ``queries`` is whether to log the parameters of the request.
    """
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
            with suppress(OSError):  # a failing log must not affect the response
                sys.stderr.write(_line(scope, status, sent, queries=queries))

    return counted


def _line(scope: Scope, status: int, size: int, *, queries: bool) -> str:
    """Return the line for a request in the common log format.

    ``queries`` is whether to log the parameters of the request.
    """
    client = (scope.get("client") or ("-",))[0]
    path = scope["raw_path"] + (b"?" + scope["query_string"] if queries and scope["query_string"] else b"")
    request = f"{scope['method']} {_escape(path.decode('latin-1'))} HTTP/{scope['http_version']}"
    return (
        f'{_escape(client)} {getpid()} - [{_log_time(int(time.time()))}] "{request}" {status} {size or "-"}\n'
    )


def _escape(text: str) -> str:
    """Escape a text of a request for the log."""
    return re.sub(r"[^!#-\[\]-~]", lambda found: f"%{ord(found[0]):02X}", text)


@lru_cache(2)
def _log_time(second: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(second))
