"""A connection of uvicorn's, with bounds on what its reader may send, and on how long that may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

LARGEST_HEAD: Final = 1 << 16  # bytes of a request line and its headers: a query of the longest, encoded
SECONDS: Final = 10.0  # for a request to come whole, and for an answer to be taken
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 24\r\nconnection: close\r\n\r\nthe request is too large"
)


class Connection(HttpToolsProtocol):
    """Closes where a request does not come whole in time, or its head is larger than any question needs."""

    _deadline: asyncio.TimerHandle | None = None
    _head = 0

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

    def on_headers_complete(self) -> None:
        """Answer; what comes after the headers of a question is of no use."""
        super().on_headers_complete()
        self._head = 0

    def on_message_complete(self) -> None:
        """Let a request that came whole take its time."""
        self._head = 0
        self._stop_waiting()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait until the reader takes more of an answer."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """Go on writing."""
        self._stop_waiting()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
