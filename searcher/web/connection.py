"""A connection of uvicorn's, with bounds on what its reader may send, and on how long that may take."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from searcher.web.long_answers import RETRY_AFTER
from searcher.web.problem import Problem
from searcher.web.responses import ALWAYS, PROBLEM, problem_response

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

LARGEST_HEAD: Final = 1 << 16  # bytes of a request line and its headers: a query of the longest, encoded
SECONDS: Final = 10.0  # for a request to come whole, and for an answer to be taken
CONNECTIONS: Final = 500  # of one process


def _refusal(status: HTTPStatus, detail: str) -> bytes:
    """Write a whole answer, for what never becomes a request of the application."""
    body = Problem(status, detail).to_json()
    headers = {**ALWAYS, "Content-Type": PROBLEM, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"{name.lower()}: {value}\r\n" for name, value in headers.items()]
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{''.join(lines)}\r\n".encode() + body


_TOO_LARGE: Final = _refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request is too large; ask a shorter question"
)
_NO_HTTP: Final = _refusal(
    HTTPStatus.BAD_REQUEST,
    "this is no request of HTTP; in an address letters with accents and spaces are written as %XX, as curl "
    "does with -G --data-urlencode",
)
_TOO_MANY: Final = problem_response(
    Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "too many connections are open; ask again in a second",
        headers={"Retry-After": RETRY_AFTER, "Connection": "close"},
    )
)
_ABSOLUTE: Final = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)"
)  # the form of a target that names a host


class Connection(HttpToolsProtocol):
    """Closes where a request does not come whole in time, or its head is larger than any question needs."""

    _deadline: asyncio.TimerHandle | None = None
    _head = 0
    _answered: RequestResponseCycle | None = None  # the request that is being answered; others may follow it

    def connection_made(self, transport: Any) -> None:
        """Wait for a request, and not for ever."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        self._head += len(data)
        if self._head > LARGEST_HEAD:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
            return
        if self._deadline is None:
            self._wait()
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        """Tell that what came cannot be read."""
        self.transport.write(_NO_HTTP)
        self.transport.close()

    def on_headers_complete(self) -> None:
        """Answer; what comes after the headers of a question is of no use."""
        if len(self.connections) > CONNECTIONS:
            self.app = _TOO_MANY
        self._take_host_of_target()
        super().on_headers_complete()
        self._head = 0
        self.scope["state"]["is_gone"] = self.transport.is_closing
        if not self.pipeline:
            self._answered = self.cycle

    def _take_host_of_target(self) -> None:
        """Replace the ``Host`` header if the request target names a host (RFC 9112, section 3.2.2)."""
        target = _ABSOLUTE.match(self.url)
        if target is None:
            return
        others = [header for header in self.headers if header[0] != b"host"]
        hosts = len(self.headers) - len(others)
        if hosts == 1 or (not hosts and self.parser.get_http_version() == "1.0"):  # others are malformed
            self.headers[:] = [(b"host", target[1]), *others]

    def on_message_complete(self) -> None:
        """Let a request that came whole take its time."""
        self._head = 0
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Answer the next request that came."""
        if self.pipeline:
            self._answered = self.pipeline[-1][0]
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait until the reader takes more of an answer."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """Go on writing."""
        self._stop_waiting()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection; what is being answered has nobody to be sent to."""
        self._stop_waiting()
        if self._answered is not None:
            self._answered.disconnected = True  # uvicorn tells only the last request that came
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
