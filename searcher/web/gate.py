"""What stands before the application: under which names it answers, and a line for each request."""

from __future__ import annotations

import re
import sys
import time
from contextlib import suppress
from functools import lru_cache
from os import getpid
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_REFUSED: Final = (
    b'{"type": "about:blank", "title": "Misdirected Request", "status": 421, "detail": "this server does not '
    b'answer under that name; start it with --base-url to say which it has"}'
)


class Gate:
    """Lets requests through that are asked of one of our names, and writes the access log.

    Args:
        app: The application.
        hosts: Our names; empty for any.
        base_url: The address that readers know; None for that of the request.
        access_log: Whether each request is a line on standard error.
    """

    def __init__(
        self, app: ASGIApp, hosts: frozenset[str], base_url: str | None, *, access_log: bool
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._base = base_url.rstrip("/") if base_url else None
        self._prefix = urlsplit(self._base).path if self._base else ""
        self._path = unquote(self._prefix)  # as paths of requests come
        self._log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._log:
            send = _logged(scope, send)
        named = b",".join([value for name, value in scope["headers"] if name == b"host"])
        host = named.decode("latin-1").lower()  # two of them are none
        if not self._is_ours(host):
            headers = {"Connection": "close", "X-Content-Type-Options": "nosniff"}
            refused = Response(_REFUSED, 421, headers, "application/problem+json")
            await refused(scope, receive, send)
            return
        origin = self._base or (f"{scope['scheme']}://{host}" if host else "")
        scope.setdefault("state", {})["site"] = self._prefix, origin
        if self._path and f"{scope['path']}/".startswith(f"{self._path}/"):
            scope["path"] = scope["path"].removeprefix(self._path) or "/"
            scope["raw_path"] = scope["path"].encode()
        await self._app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        if host and not _HOST.fullmatch(host):
            return False
        return not self._hosts or name_of(host) in self._hosts


def name_of(host: str) -> str:
    """Give a host without its port."""
    return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]


def _logged(scope: Scope, send: Send) -> Send:
    """Count what is sent, and write a line at its end."""
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
            with suppress(OSError):  # where nobody can be told, the answer was sent
                sys.stderr.write(_line(scope, status, sent))

    return counted


def _line(scope: Scope, status: int, size: int) -> str:
    """Write a request as the common log format has it, the process in the place of the identity."""
    client = (scope.get("client") or ("-",))[0]
    path = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    request = f"{scope['method']} {_in_log(path.decode('latin-1'))} HTTP/{scope['http_version']}"
    return f'{_in_log(client)} {getpid()} - [{_now(int(time.time()))}] "{request}" {status} {size or "-"}\n'


def _in_log(text: str) -> str:
    """Write what a request says, so that it can neither end a field of the log nor steer a terminal."""
    return re.sub(r"[^!#-\[\]-~]", lambda found: f"%{ord(found[0]):02X}", text)


@lru_cache(2)
def _now(second: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(second))
