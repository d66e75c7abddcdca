"""Run the application with uvicorn, in one or several processes."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import sys
from collections import Counter
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from multiprocessing import parent_process
from secrets import token_urlsafe
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlencode, urlsplit

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from indexer.errors import DragomanError, message, reason
from searcher.web.access import PARAMETER, accepted_hosts
from searcher.web.app import application
from searcher.web.generations import SECONDS, bound_memory
from searcher.web.pool import RETRY_AFTER
from searcher.web.responses import ALWAYS, PROBLEM, Problem, problem_response

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.applications import Starlette
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from searcher.web.generations import Serving


MAX_HEAD_SIZE: Final = 1 << 16  # maximum bytes of a request line and headers, for the longest encoded query
REQUEST_TIMEOUT: Final = 10.0  # seconds to send a request, and to read a response
CONNECTIONS: Final = 500  # maximum connections of a process
FROM_ONE_ADDRESS: Final = 100  # maximum connections of an IP address, except loopback (proxies, programs)


def _rejection(status: HTTPStatus, detail: str) -> bytes:
    """Return a response for a request that is rejected before the application gets it."""
    body = Problem(status, detail).to_json()
    headers = {**ALWAYS, "Content-Type": PROBLEM, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"{name.lower()}: {value}\r\n" for name, value in headers.items()]
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{''.join(lines)}\r\n".encode() + body


_TOO_LARGE: Final = _rejection(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request is too large; ask a shorter question"
)
_NO_HTTP: Final = _rejection(
    HTTPStatus.BAD_REQUEST,
    "this is no request of HTTP; in an address spaces are written as %20, as curl does with -G "
    "--data-urlencode",
)
_TOO_MANY_OPEN: Final = message("web.too_many_connections")
_TOO_MANY_OF_ONE: Final = _rejection(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_OPEN)
_TOO_MANY: Final = problem_response(
    Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _TOO_MANY_OPEN,
        headers={"Retry-After": RETRY_AFTER, "Connection": "close"},
    )
)
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")  # a request target with a host


class Connection(HttpToolsProtocol):
    """A connection that limits the time and the size of requests."""

    _deadline: asyncio.TimerHandle | None = None
    max_form_size: ClassVar[int] = 0  # maximum bytes of a POST body in addition to the head
    _most = MAX_HEAD_SIZE
    _head = 0
    _in_line = True  # whether the next bytes belong to the request line
    _answered: RequestResponseCycle | None = None  # the request that is being answered; others may wait
    _open: ClassVar[Counter[str]] = Counter()  # number of connections by IP address
    _counted: str = ""  # the IP address under which this connection is counted

    def connection_made(self, transport: Any) -> None:
        """Start the timeout.

        Close the connection if its IP address has too many connections.
        """
        super().connection_made(transport)
        self._wait()
        address = (transport.get_extra_info("peername") or ("",))[0]
        if address and not _is_loopback(address):
            self._counted = address
            self._open[address] += 1
            if self._open[address] > FROM_ONE_ADDRESS:
                transport.write(_TOO_MANY_OF_ONE)
                transport.close()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request.

        Bytes of the URL that are not ASCII are percent-encoded, as browsers do.
        """
        if self._in_line:
            if not self._head and data.startswith(b"POST "):
                self._most = MAX_HEAD_SIZE + self.max_form_size
            line, end, rest = data.partition(b"\n")
            data = _NOT_ASCII.sub(lambda found: b"%%%02X" % ord(found[0]), line) + end + rest
            self._in_line = not end
        self._head += len(data)
        if self._head > self._most:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
            return
        if self._deadline is None:
            self._wait()
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the message of uvicorn
        """Respond that the request is malformed."""
        self.transport.write(_NO_HTTP)
        self.transport.close()

    def on_headers_complete(self) -> None:
        """Start the response, because the headers of the request are complete."""
        if len(self.connections) > CONNECTIONS:
            self.app = _TOO_MANY
        self._take_host_of_target()
        super().on_headers_complete()
        self._head = 0
        self.scope["state"] |= {"is_gone": self.transport.is_closing, "drop": self._drop}
        if not self.pipeline:
            self._answered = self.cycle

    def _take_host_of_target(self) -> None:
        """Replace the ``Host`` header by the host in the request target, if any.

        See RFC 9112, section 3.2.2.
        """
        target = _ABSOLUTE.match(self.url)
        if target is None:
            return
        others = [header for header in self.headers if header[0] != b"host"]
        hosts = len(self.headers) - len(others)
        # Otherwise the request is malformed: it has several Host headers, or none in HTTP/1.1.
        if hosts == 1 or (not hosts and self.parser.get_http_version() == "1.0"):
            self.headers[:] = [(b"host", target[1]), *others]

    def _drop(self) -> None:
        """Close the connection without completing its response."""
        if self._answered is not None:
            self._answered.disconnected = True
        self.transport.abort()

    def on_message_complete(self) -> None:
        """Stop the timeout, because the request is complete."""
        self._head, self._most = 0, MAX_HEAD_SIZE
        self._in_line = True
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Start the response to the next request on the connection."""
        if self.pipeline:
            self._answered = self.pipeline[-1][0]
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Start a timeout, because the client does not read."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """Stop the timeout, because the client reads again."""
        self._stop_waiting()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Mark the client as disconnected."""
        self._stop_waiting()
        if self._counted:
            self._open[self._counted] -= 1
            if not self._open[self._counted]:
                del self._open[self._counted]
            self._counted = ""
        if self._answered is not None:
            self._answered.disconnected = True  # uvicorn only marks the latest request
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(REQUEST_TIMEOUT, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class FormConnection(Connection):
    """A connection that accepts the body of a form."""

    max_form_size = 1 << 19  # the application rejects smaller ones with a page


_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _is_loopback(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback


GRACE: Final = 15  # seconds for running responses when the server is stopped
KEEP_ALIVE: Final = 15  # seconds that a connection stays open between two requests


def run(serving: Serving, host: str, port: int, workers: int, tell: Callable[[str], None]) -> None:
    """Serve an index until SIGTERM or SIGINT, then complete the responses in progress.

    Before the server starts, ``tell`` is called with each line for the operator: the URL of the page, and a
    warning if other computers can read the archive. Port 0 means any free port.

    Raises:
        DragomanError: The host does not belong to this computer, the port is in use, the base URL or an
            allowed host is malformed, or other computers could change the index without a token.
        IndexFolderError: The index cannot be opened.
    """
    base = _check_base_url(serving.base_url)
    listening = _listen(host, port)
    with listening:
        bound = listening.getsockname()
        hosts = accepted_hosts(host, bound[0], base, serving.allowed_hosts)
        name = f"[{bound[0]}]" if listening.family == socket.AF_INET6 else bound[0]
        serving = serving._replace(base_url=base, hosts=hosts, form_key=token_urlsafe())
        _require_token(serving, bound[0])
        bound_memory()
        app: Any = application(serving)  # errors of the index are reported before anything starts
        if workers > 1:
            app = partial(_worker, serving)
        config = uvicorn.Config(
            app,
            factory=workers > 1,
            http=FormConnection if serving.write else Connection,
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            ws="none",
            lifespan="on",
            interface="asgi3",
            workers=workers,
            access_log=False,
            log_config=None,
            log_level="error",  # malformed requests are reported to the client only
            server_header=False,
            proxy_headers=base is not None,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # uvicorn stops in order, then raises them again
        address = base or f"http://{name}:{bound[1]}"
        tell(message("web.serving", index=serving.place, address=address))
        if serving.token:
            tell(message("web.link", link=f"{address.rstrip('/')}/?{urlencode({PARAMETER: serving.token})}"))
        elif hosts.network:
            tell(message("web.open_to_others", port=str(bound[1])))
        try:
            if workers == 1:
                uvicorn.Server(config).run(sockets=[listening])
            else:
                _Workers(config, sockets=[listening]).run()
        except OSError as error:  # two servers that start at once may both have bound the port
            raise _not_listening(host, port, error) from None


def _require_token(serving: Serving, bound: str) -> None:
    """Check that other computers cannot change the index without a token.

    Raises:
        DragomanError: The server has ``--write`` but no token, and other computers can reach it, either
            directly or through a proxy.
    """
    public = urlsplit(serving.base_url or "http://localhost").hostname or ""
    is_private = _is_loopback(bound) and not serving.allowed_hosts
    if serving.write and not serving.token and not (is_private and public in _LOCAL_NAMES):
        raise DragomanError(message("web.write_needs_token"))


class _Workers(Multiprocess):
    """Starts the processes of a server, and replaces those that end."""

    def keep_subprocess_alive(self) -> None:
        """Replace each process that has ended, and log the signal that ended it."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for process in before:
            number = -(process.exitcode or 0)
            if number > 0 and process not in self.processes:
                cut = number == getattr(signal, "SIGBUS", None)
                why = ": a file of the index was cut short while it was read; build the index again"
                reported = f"process {process.pid} was ended by signal {number}{why if cut else ''}"
                sys.stderr.write(f"dragoman: {reported}; another process takes its place\n")


def _worker(serving: Serving) -> Starlette:
    """Return the application for a worker process.

    The process ends when its parent process ends.
    """
    bound_memory()
    if parent := parent_process():

        def follow() -> None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

        Thread(target=follow, daemon=True).start()
    try:
        return application(serving)
    except DragomanError as error:
        sys.stderr.write(f"dragoman: {error}\n")
        sleep(SECONDS)  # another process replaces this one
        raise SystemExit(1) from None


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address but does not listen yet.

    Raises:
        DragomanError: The IP address or port cannot be used.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise DragomanError(message("web.no_such_address", host=host)) from None
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise _not_listening(host, port, error) from None
    listening.set_inheritable(True)
    return listening


def _not_listening(host: str, port: int, error: OSError) -> DragomanError:
    why = {
        errno.EADDRINUSE: message("web.port_in_use", port=f"{port + 1}"),
        errno.EACCES: message("web.port_not_allowed"),
        errno.EADDRNOTAVAIL: message("web.not_an_address_here"),
    }.get(error.errno or 0) or reason(error)
    return DragomanError(message("web.cannot_listen", host=host, port=str(port), error=why))


def _check_base_url(base: str | None) -> str | None:
    """Check the public URL, and return it without a slash at the end. Return ``None`` for ``None``.

    Raises:
        DragomanError: The URL cannot begin links: its scheme is not http or https, or it has a user, a query
            or a fragment.
    """
    if base is None:
        return None
    try:
        parts = urlsplit(base)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed bracket, or an invalid port
        valid = False
    if not valid or parts.query or parts.fragment or "@" in parts.netloc or not re.fullmatch("[!-~]+", base):
        raise DragomanError(message("web.invalid_base", base=base))
    return base.rstrip("/")
