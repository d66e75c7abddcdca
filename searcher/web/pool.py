"""Bounded work: so many answers at a time, so many that wait, and so long for each."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from searcher.web.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
RETRY_AFTER: Final = "1"  # seconds
TURN: Final = 0.05  # seconds that an answer has for itself: all but the costliest take less


class Pool:
    """Runs what takes time beside the loop that reads and writes, one thing after the other.

    Threads of Python that compute at the same time do the work of one, so that each waits for all others.
    Here only what has run for ``turn`` lets the next one run beside it: quick answers wait for no more than
    those before them, and not for a slow one. What nobody awaits any more when its turn comes is not begun.

    What takes too long goes on in its thread until it ends, since nothing can stop it, and keeps its place:
    there are never more of them than places.

    Args:
        threads: How many run at a time at most.
        waiting: How many more may wait.
        seconds: How long one may take, waiting included.
        turn: How many seconds one runs before the next one runs beside it.
    """

    def __init__(self, threads: int, waiting: int, seconds: float, turn: float = TURN) -> None:
        self._executor = ThreadPoolExecutor(threads, "answer")
        self._free = threads
        self._places = threads + waiting
        self._seconds = seconds
        self._length = turn
        self._taken = 0
        self._queue: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._turn: asyncio.TimerHandle | None = None  # ends that of what began last; None where it is over

    async def run(self, work: Callable[[], T]) -> T:
        """Run something, and give what it gives.

        Raises:
            Problem: Too many wait already, it takes too long, or the server is being stopped.
        """
        if self._taken >= self._places:
            raise _later("too many questions are asked at once; ask again in a second")
        self._taken += 1
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._queue.append((work, answer))
        self._begin()
        timer = loop.call_later(self._seconds, self._give_up, answer)
        try:
            return await answer
        except asyncio.CancelledError:
            raise _later("the server is being stopped; ask again in a second") from None
        finally:
            timer.cancel()

    def _give_up(self, answer: asyncio.Future[Any]) -> None:
        """Tell whoever waits for an answer that it takes too long."""
        if not answer.done():
            detail = f"the answer takes more than {self._seconds:g} seconds; ask for less, or ask again later"
            answer.set_exception(_later(detail))

    def _begin(self) -> None:
        """Begin what waits longest, where no other one has its turn and a thread is free."""
        while self._queue and self._turn is None and self._free:
            work, answer = self._queue.popleft()
            if answer.done():  # nobody waits any more
                self._taken -= 1
                continue
            self._free -= 1
            self._turn = answer.get_loop().call_later(self._length, self._pass_on)
            self._executor.submit(self._work, work, answer, self._turn)

    def _pass_on(self) -> None:
        self._turn = None
        self._begin()

    def _work(self, work: Callable[[], T], answer: asyncio.Future[T], turn: asyncio.TimerHandle) -> None:
        """Run something in a thread; all that comes of it goes to the loop in one call, which wakes it."""
        try:
            made, error = work(), None
        except BaseException as raised:  # noqa: BLE001 - raised again where it is awaited
            made, error = None, raised
        with suppress(RuntimeError):  # the loop was closed meanwhile
            answer.get_loop().call_soon_threadsafe(self._give, answer, made, error, turn)

    def _give(
        self,
        answer: asyncio.Future[Any],
        made: object,
        error: BaseException | None,
        turn: asyncio.TimerHandle,
    ) -> None:
        self._taken -= 1
        self._free += 1
        if not answer.done():
            if error is None:
                answer.set_result(made)
            else:
                answer.set_exception(error)
        if self._turn is turn:
            turn.cancel()
            self._turn = None
        answer.get_loop().call_soon(self._begin)  # when the answer is on its way

    def close(self) -> None:
        """Let what runs end by itself, and begin nothing more."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _later(detail: str) -> Problem:
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": RETRY_AFTER})
