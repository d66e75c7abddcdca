"""Bounded work: so many answers at a time, so many that wait, and so long for each."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.checkpoint import checking
from searcher.web.long_answers import Limits, Slots, later, too_long

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.web.long_answers import Client

T = TypeVar("T")
TURN: Final = 0.05  # seconds that an answer has for itself: all but the costliest take less


class _Work:
    """Something to run: what to call, where its result goes, and the client that waits for it."""

    def __init__(self, call: Callable[[], Any], answer: asyncio.Future[Any], client: Client | None) -> None:
        self.call, self.answer, self.client = call, answer, client
        self.address = client.address if client else None
        self.timer: asyncio.TimerHandle | None = None  # gives up


class Pool:
    """Runs what takes time beside the loop that reads and writes, one thing after the other.

    Threads of Python that compute at the same time do the work of one, so that each waits for all others.
    Here only what has run for ``turn`` lets the next one run beside it: quick answers wait for no more than
    those before them, and not for a slow one. What nobody awaits any more when its turn comes is not begun.

    What runs for a client has the limits of :class:`Limits`, and no client has more than a share of the
    threads: others are answered while its answers take long. What takes too long keeps its thread until its
    next checkpoint: there are never more of them than threads.

    Args:
        threads: How many run at a time at most.
        waiting: How many more may wait.
        seconds: How long one may wait for its turn, and how long it may take then.
        turn: How many seconds one runs before the next one runs beside it.
        share: How many run at a time for the clients of one address; None for as many as there are threads.
    """

    def __init__(
        self, threads: int, waiting: int, seconds: float, turn: float = TURN, share: int | None = None
    ) -> None:
        self._executor = ThreadPoolExecutor(threads, "answer")
        self._free = threads
        self._places = threads + waiting
        self._seconds = seconds
        self._length = turn
        self._share = threads if share is None else share
        self._slots = Slots()
        self._taken = 0
        self._running: Counter[str | None] = Counter()  # by address
        self._queue: deque[_Work] = deque()
        self._turn: asyncio.TimerHandle | None = None  # ends that of what began last; None where it is over

    async def run(self, call: Callable[[], T], client: Client | None = None) -> T:
        """Run something, and give what it gives.

        Args:
            call: What is called, in a thread.
            client: The client that waits for it; None for what the server itself needs, which has no limits.

        Raises:
            Problem: Too many wait already, it takes too long, or the server is being stopped.
        """
        if self._taken >= self._places:
            raise later("too many questions are asked at once; ask again in a second")
        self._taken += 1
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        work = _Work(call, answer, client)
        self._queue.append(work)
        self._give_up_later(work)
        self._begin()
        try:
            return await answer
        except asyncio.CancelledError:
            raise later("the server is being stopped; ask again in a second") from None
        finally:
            if work.timer:
                work.timer.cancel()

    def _give_up_later(self, work: _Work) -> None:
        """Give up on something when it has waited, or has run, for too long from now on."""
        if work.timer:
            work.timer.cancel()
        work.timer = work.answer.get_loop().call_later(self._seconds, self._give_up, work.answer)

    def _give_up(self, answer: asyncio.Future[Any]) -> None:
        """Tell whoever waits for an answer that it takes too long."""
        if not answer.done():
            answer.set_exception(too_long(self._seconds))

    def _begin(self) -> None:
        """Begin what waits longest, where no other one has its turn and a thread is free."""
        while self._turn is None and self._free and (work := self._next()):
            if work.answer.done():  # nobody waits any more
                self._taken -= 1
                continue
            self._free -= 1
            self._running[work.address] += 1
            self._give_up_later(work)
            self._turn = work.answer.get_loop().call_later(self._length, self._pass_on)
            self._executor.submit(self._work, work, self._turn)

    def _next(self) -> _Work | None:
        """Take what waits longest of the clients that have less than their share of the threads."""
        for at, work in enumerate(self._queue):
            if work.answer.done() or self._running[work.address] < self._share:
                del self._queue[at]
                return work
        return None

    def _pass_on(self) -> None:
        self._turn = None
        self._begin()

    def _work(self, work: _Work, turn: asyncio.TimerHandle) -> None:
        """Run something in a thread; all that comes of it goes to the loop in one call, which wakes it."""
        limits = Limits(self._slots, work.client, self._seconds) if work.client else None
        try:
            with checking(limits.check if limits else None):
                made, error = work.call(), None
        except BaseException as raised:  # noqa: BLE001 - raised again where it is awaited
            made, error = None, raised
        if limits:
            limits.end()
        with suppress(RuntimeError):  # the loop was closed meanwhile
            work.answer.get_loop().call_soon_threadsafe(self._give, work, made, error, turn)

    def _give(
        self, work: _Work, made: object, error: BaseException | None, turn: asyncio.TimerHandle
    ) -> None:
        self._taken -= 1
        self._free += 1
        self._running -= Counter((work.address,))
        if not work.answer.done():
            if error is None:
                work.answer.set_result(made)
            else:
                work.answer.set_exception(error)
        if self._turn is turn:
            turn.cancel()
            self._turn = None
        work.answer.get_loop().call_soon(self._begin)  # when the answer is on its way

    def close(self) -> None:
        """Let what runs end by itself, and begin nothing more."""
        self._executor.shutdown(wait=False, cancel_futures=True)
