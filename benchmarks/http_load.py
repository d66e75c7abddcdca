"""Send requests to an HTTP server over several connections, checking and timing each response."""

from __future__ import annotations

import asyncio
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import httptools
import uvloop

from benchmarks.timing import quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Look = Callable[[int, bytes], bool]


class Request(NamedTuple):
    """An HTTP request.

    Attributes:
        path: The path with its parameters.
        headers: Additional headers, each with a line break.
        body: The JSON body, or empty.
    """

    path: str
    headers: str = ""
    body: str = ""

    def encoded(self, port: int) -> bytes:
        """Return the bytes of the request."""
        sent = self.body.encode()
        more = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        first = f"{'POST' if sent else 'GET'} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        return f"{first}{self.headers}{more}\r\n".encode() + sent


# Empty parameters, which are ignored.
_IGNORED: Final = ("via", "where", "drop", "from", "to", "lang", "country", "all", "strict", "estimated")


def uncached(path: str, number: int) -> str:
    """Return a URL of the same query that is not cached, by a number below 1,024."""
    if path.startswith("/suggest"):
        return path + "&ui=" * number
    ignored = [f"{name}=" for bit, name in enumerate(_IGNORED) if number >> bit & 1]
    return "&".join([path, *ignored])


class Load(NamedTuple):
    """The results of a load test.

    Attributes:
        asked: The number of requests.
        failed: The number of missing or unexpected responses.
        rate: Responses per second.
        p50, p99: The median and the 99th percentile of response times, in milliseconds.
        size: The mean size of response bodies, in bytes.
    """

    asked: int
    failed: int
    rate: float
    p50: float
    p99: float
    size: float


class _Connection(asyncio.Protocol):
    """A connection that sends one request after the other."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._parser: Any = None
        self._body: list[bytes] = []
        self._started = 0.0
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        if not self._run.waiting:
            self._transport.close()
            return
        self._body, self._parser = [], httptools.HttpResponseParser(self)
        self._started = perf_counter()
        self._transport.write(self._run.waiting.popleft())

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Store a part of a response."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Record a response, and send the next request."""
        self._run.note(perf_counter() - self._started, self._parser.get_status_code(), b"".join(self._body))
        asyncio.get_running_loop().call_soon(self._ask)

    def connection_lost(self, _: Exception | None) -> None:
        self._run.lost()


class _Run:
    def __init__(self, requests: Iterable[bytes], connections: int, look: Look) -> None:
        self.waiting = deque(requests)
        self.asked = len(self.waiting)
        self._look = look
        self.times: list[float] = []
        self.bytes = self.failed = 0
        self._open = connections
        self.done = asyncio.Event()

    def note(self, seconds: float, status: int, body: bytes) -> None:
        self.times.append(seconds * 1000)
        self.bytes += len(body)
        self.failed += not self._look(status, body)

    def lost(self) -> None:
        self._open -= 1
        if not self._open:
            self.done.set()


def load(
    port: int,
    requests: Iterable[Request],
    *,
    connections: int = 16,
    look: Look = lambda status, _: status == 200,
) -> Load:
    """Send requests to a server on this computer."""

    async def ask() -> tuple[_Run, float]:
        run = _Run([request.encoded(port) for request in requests], connections, look)
        loop, started = asyncio.get_running_loop(), perf_counter()
        for _ in range(connections):
            await loop.create_connection(lambda: _Connection(run), "127.0.0.1", port)
        await run.done.wait()
        return run, perf_counter() - started

    run, seconds = uvloop.run(ask())
    answered, times = len(run.times), run.times or [0.0]
    return Load(
        run.asked,
        run.failed + run.asked - answered,
        answered / seconds,
        quantile(times, 0.5),
        quantile(times, 0.99),
        run.bytes / max(answered, 1),
    )
