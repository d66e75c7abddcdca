"""Compute responses in a limited number of threads, of which few may compute slow responses.

A response that takes too long, or whose client has disconnected, is stopped.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from threading import Condition
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from weakref import WeakValueDictionary

from starlette.responses import StreamingResponse

from indexer.checkpoint import call_at_checkpoints
from indexer.errors import DragomanError, message
from indexer.runtime import NamedTuple
from searcher.web.responses import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from starlette.types import Receive, Scope, Send


RETRY_AFTER: Final = "1"  # seconds until a rejected request may be repeated
RETRY_LONG: Final = "5"  # seconds until a slow request may be repeated
LONG: Final = 0.25  # seconds of computing after which a response is slow
SLOTS: Final = 2  # concurrent slow responses; more would only slow each other down
WAITING: Final = 4  # slow responses that may wait for a slot, each in a thread
PATIENCE: Final = 2.0  # maximum seconds to wait for a slot
_LOOK: Final = 0.05  # seconds between checks of the connection


class Client(NamedTuple):
    """The client for which a response is computed.

    Attributes:
        address: The IP address, or the one forwarded by a proxy.
        is_gone: Returns whether the connection is closed.
        drop: Closes the connection, so that the client notices an incomplete response.
    """

    address: str
    is_gone: Callable[[], bool]
    drop: Callable[[], None] = lambda: None


def client_of(scope: Scope) -> Client:
    """Return the client that sent a request."""
    address = (scope.get("client") or ("",))[0]
    state = scope["state"]
    return Client(address, state.get("is_gone", lambda: False), state.get("drop", lambda: None))


class Slots:
    """Limits the number of slow responses, each of which needs a slot.

    A free slot goes to the IP address that uses the fewest slots. If several responses to this address wait,
    the first that arrived gets the slot. A response waits at most ``patience`` seconds. While ``waiting``
    responses wait for a slot, every further slow response is rejected at once.
    """

    def __init__(self, slots: int = SLOTS, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._slots = slots
        self._most_waiting = waiting
        self._patience = patience
        self._held: Counter[str] = Counter()
        self._waiting: dict[int, str] = {}  # IP addresses of waiting responses by number, in order of arrival
        self._arrived = 0
        self._changed = Condition()

    def take(self, client: Client) -> bool:
        """Wait for a slot, and return whether the client got one."""
        with self._changed:
            if self._held.total() >= self._slots and len(self._waiting) >= self._most_waiting:
                return False
            self._arrived += 1
            number = self._arrived
            self._waiting[number] = client.address
            end = monotonic() + self._patience
            try:
                while not self._is_next(number):
                    left = end - monotonic()
                    if left <= 0 or client.is_gone():
                        return False
                    self._changed.wait(min(left, _LOOK))
                self._held[client.address] += 1
                return True
            finally:
                del self._waiting[number]
                self._changed.notify_all()

    def _is_next(self, number: int) -> bool:
        """Return whether a waiting response is the next to get a free slot.

        ``number`` is its number in the order of arrival.
        """
        first = min(self._waiting.items(), key=lambda one: (self._held[one[1]], one[0]))
        return self._held.total() < self._slots and first[0] == number

    def give_back(self, client: Client) -> None:
        """Free the slot that a client used."""
        with self._changed:
            self._held -= Counter((client.address,))
            self._changed.notify_all()


class Limits:
    """Limits the time of a response, and pauses the response while it waits for a slot.

    A response needs a slot once it has used some CPU time, so that a quick response needs none even on a busy
    machine. The object is created and checked in the thread that computes the response. ``clock`` returns the
    time, ``computed`` the CPU time of this thread, in seconds.
    """

    def __init__(
        self,
        slots: Slots,
        client: Client,
        seconds: float,
        clock: Callable[[], float] = monotonic,
        computed: Callable[[], float] = thread_time,
    ) -> None:
        self._slots, self._client, self._seconds = slots, client, seconds
        self._clock, self._computed = clock, computed
        self._end = clock() + seconds
        self._next = clock() + min(LONG, seconds)  # the time of the first check
        self._long = computed() + LONG
        self._has_slot = False

    def check(self) -> None:
        """Raise an error if the response must end.

        Raises:
            Problem: The response takes too long, its client has disconnected, or it is slow and there is no
                slot.
        """
        if (now := self._clock()) < self._next:
            return
        self._next = min(now + _LOOK, max(now, self._end))
        if self._client.is_gone():
            raise retry_problem(message("web.connection_closed"))
        if now >= self._end:
            raise timeout_problem(self._seconds)
        if not self._has_slot and self._computed() >= self._long:
            if not self._slots.take(self._client):
                raise retry_problem(message("web.costly", seconds=RETRY_LONG), RETRY_LONG)
            self._has_slot = True

    def end(self) -> bool:
        """Free the slot of the response, and return whether it had one."""
        if self._has_slot:
            self._slots.give_back(self._client)
        return self._has_slot


def retry_problem(detail: str, seconds: str = RETRY_AFTER) -> Problem:
    """Return the error for a request that the client should send again later."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": seconds})


def timeout_problem(seconds: float) -> Problem:
    """Return the error for a response that takes too long."""
    return retry_problem(message("web.too_long", seconds=f"{seconds:g}"))


T = TypeVar("T")
PART: Final = 1 << 16  # bytes of a download per turn
TURN: Final = 0.05  # seconds of exclusive computing, which suffice for all but the slowest responses


class _Work:
    """A call that waits for a thread."""

    def __init__(self, call: Callable[[], Any], answer: asyncio.Future[Any], client: Client | None) -> None:
        self.call, self.answer, self.client = call, answer, client
        self.address = client.address if client else None
        self.timer: asyncio.TimerHandle | None = None  # timer of the timeout


class Pool:
    """Runs calls in threads outside the event loop.

    Python threads that compute at the same time share one core and slow each other down. So the next call
    only starts when the previous one has ended or has run for ``turn`` seconds: quick calls wait for earlier
    quick calls, but not for slow ones. A call whose client has disconnected is not started.

    A client's call has the limits of :class:`Limits`, and each client gets at most a share of the threads, so
    that slow calls of one client do not block others. A call that times out keeps its thread until its next
    checkpoint (:mod:`indexer.checkpoint`), so there are never more calls than threads.

    Args:
        threads: The maximum number of running calls.
        waiting: The maximum number of waiting calls.
        seconds: The time limit for waiting, and for running.
        turn: The seconds after which the next call starts although one is running.
        share: The maximum number of running calls for one IP address. ``None`` if one address may use all
            threads.
        after_slow: Called after each slow call.
    """

    def __init__(  # noqa: PLR0913 - one argument per limit
        self,
        threads: int,
        waiting: int,
        seconds: float,
        turn: float = TURN,
        *,
        share: int | None = None,
        after_slow: Callable[[], None] = lambda: None,
    ) -> None:
        self._executor = ThreadPoolExecutor(threads, "answer")
        self._threads = threads
        self._places = threads + waiting
        self._seconds = seconds
        self._length = turn
        self.after_slow = after_slow
        self._share = threads if share is None else share
        self._slots = Slots()
        self._running: Counter[str | None] = Counter()  # running calls by IP address
        self._queue: deque[_Work] = deque()
        self._downloads: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._turn: asyncio.TimerHandle | None = None  # ends the turn of the latest call; None after it

    def downloads(self, address: str) -> asyncio.Semaphore:
        """Return the semaphore that limits the downloads of an IP address."""
        return self._downloads.setdefault(address, asyncio.Semaphore(self._share))

    async def run(self, call: Callable[[], T], client: Client | None = None, *, begun: bool = False) -> T:
        """Run a call and return its result.

        Args:
            call: The function, which is called in a thread.
            client: The client that waits for the result. ``None`` for a call of the server itself, to which
                :class:`Limits` do not apply.
            begun: Whether the call computes a further part of a response that the client already receives.
                Such a call is never rejected, and does not time out while it waits for a thread.

        Raises:
            Problem: Too many calls are waiting, the call takes too long, or the server is stopping.
        """
        if self._running.total() + len(self._queue) >= self._places and not begun:
            raise retry_problem(message("web.busy"))
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        work = _Work(call, answer, client)
        self._queue.append(work)
        if not begun:
            self._restart_timeout(work)
        self._begin()
        try:
            return await answer
        except asyncio.CancelledError:
            raise retry_problem(message("web.stopping")) from None
        finally:
            if work.timer:
                work.timer.cancel()

    def _restart_timeout(self, work: _Work) -> None:
        """Restart the time limit of a call."""
        if work.timer:
            work.timer.cancel()
        work.timer = work.answer.get_loop().call_later(self._seconds, self._time_out, work.answer)

    def _time_out(self, answer: asyncio.Future[Any]) -> None:
        """Let a call fail with a timeout, unless it has ended."""
        if not answer.done():
            answer.set_exception(timeout_problem(self._seconds))

    def _begin(self) -> None:
        """Start the next call if a thread is free."""
        while self._turn is None and self._running.total() < self._threads and (work := self._take_next()):
            if work.answer.done():  # the client has disconnected
                continue
            self._running[work.address] += 1
            if work.timer:
                self._restart_timeout(work)
            self._turn = work.answer.get_loop().call_later(self._length, self._pass_on)
            self._executor.submit(self._work, work, self._turn)

    def _take_next(self) -> _Work | None:
        """Remove the next call that may start from the queue and return it, or ``None`` if none may start."""
        for at, work in enumerate(self._queue):
            if work.answer.done() or self._running[work.address] < self._share:
                del self._queue[at]
                return work
        return None

    def _pass_on(self) -> None:
        self._turn = None
        self._begin()

    def _work(self, work: _Work, turn: asyncio.TimerHandle) -> None:
        """Run a call in a thread, and return its result to the event loop."""
        limits = Limits(self._slots, work.client, self._seconds) if work.client else None
        try:
            with call_at_checkpoints(limits.check if limits else None):
                made, error = work.call(), None
        except BaseException as raised:  # noqa: BLE001 - raised again where it is awaited
            made, error = None, raised
        if limits and limits.end():
            self.after_slow()
        with suppress(RuntimeError):  # the event loop was closed
            work.answer.get_loop().call_soon_threadsafe(self._give, work, made, error, turn)

    def _give(
        self, work: _Work, made: object, error: BaseException | None, turn: asyncio.TimerHandle
    ) -> None:
        self._running -= Counter((work.address,))
        if not work.answer.done():
            if error is None:
                work.answer.set_result(made)
            else:
                work.answer.set_exception(error)
        if self._turn is turn:
            turn.cancel()
            self._turn = None
        work.answer.get_loop().call_soon(self._begin)  # after the response was sent

    def close(self) -> None:
        """Stop starting calls, but let running ones end."""
        self._executor.shutdown(wait=False, cancel_futures=True)


class Download(StreamingResponse):
    """A response that is computed and sent in parts, as fast as the client reads.

    No thread waits for the client. Each IP address has a maximum number of concurrent downloads; any more
    wait until one of them ends. When the client disconnects, the remaining parts are not computed.
    """

    def __init__(self, chunks: Iterator[bytes], pool: Pool, client: Client, **response: Any) -> None:
        super().__init__((), **response)
        self._chunks, self._pool, self._client = chunks, pool, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - of ASGI
        """Send the response."""
        client, run = self._client, self._pool.run
        try:
            async with self._pool.downloads(client.address):
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                while scope["method"] != "HEAD" and not client.is_gone():
                    try:
                        part = await run(self._part, client, begun=True)
                    except (Problem, DragomanError, OSError) as error:  # the response has begun
                        if client.is_gone():
                            break
                        sys.stderr.write(f"dragoman: {scope['path']} ended early: {error}\n")
                        client.drop()
                        return
                    if not part:
                        break
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        finally:
            with suppress(ValueError):  # a thread still makes a part
                cast("Generator[bytes, None, Any]", self._chunks).close()
            self._pool.after_slow()

    def _part(self) -> bytes:
        """Return the next part of the response, or an empty part at the end."""
        made, size = [], 0
        for chunk in self._chunks:
            made.append(chunk)
            size += len(chunk)
            if size >= PART:
                break
        return b"".join(made)
