"""Compute answers in a bounded pool of threads, two long ones at a time.

Long answers: few are computed at a time, and one that takes too long or that nobody awaits is stopped.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from threading import Condition
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.checkpoint import checking
from indexer.runtime import NamedTuple
from searcher.web.responses import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope


RETRY_AFTER: Final = "1"  # seconds
RETRY_LONG: Final = "5"  # seconds until a long answer is asked for again
LONG: Final = 0.25  # seconds of computing after which an answer is a long one
SLOTS: Final = 2  # long answers that are computed at a time: more of them would only slow each other down
WAITING: Final = 4  # more of them that may wait for a slot, each in a thread
PATIENCE: Final = 2.0  # seconds that one waits for a slot
_NO_SLOT: Final = "this is a costly question, and others are being answered"
_LOOK: Final = 0.05  # seconds between two looks at the connection of one that is computed or waits


class Client(NamedTuple):
    """The client that waits for an answer.

    Attributes:
        address: Its address, or the one that a proxy forwards.
        is_gone: Tells whether its connection is closed.
    """

    address: str
    is_gone: Callable[[], bool]


def client_of(scope: Scope) -> Client:
    """Return the client of a request."""
    address = (scope.get("client") or ("",))[0]
    return Client(address, scope["state"].get("is_gone", lambda: False))


class Slots:
    """The slots of long answers, shared by the threads that compute them.

    A free slot goes to the address that has the fewest, and of its answers to the one that waits longest.

    Args:
        slots: How many there are.
        waiting: How many answers may wait for one; each more is refused at once.
        patience: How many seconds an answer waits at most.
    """

    def __init__(self, slots: int = SLOTS, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._free = slots
        self._most_waiting = waiting
        self._patience = patience
        self._held: Counter[str] = Counter()
        self._waiting: dict[int, str] = {}  # number of arrival to address
        self._arrived = 0
        self._changed = Condition()

    def take(self, client: Client) -> bool:
        """Wait for a slot; return whether there is one for the client."""
        with self._changed:
            if not self._free and len(self._waiting) >= self._most_waiting:
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
                self._free -= 1
                self._held[client.address] += 1
                return True
            finally:
                del self._waiting[number]
                self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many answers wait for a slot."""
        return len(self._waiting)

    def _is_next(self, number: int) -> bool:
        """Tell whether a free slot goes to the answer of a number."""
        first = min(self._waiting.items(), key=lambda one: (self._held[one[1]], one[0]))
        return self._free > 0 and first[0] == number

    def give_back(self, client: Client) -> None:
        """Free the slot of a client's answer."""
        with self._changed:
            self._free += 1
            self._held -= Counter((client.address,))
            self._changed.notify_all()


class Limits:
    """The limits of one answer, checked where the loops that make it have a checkpoint.

    Made and checked in the thread that computes the answer. What this thread has computed counts, not how
    long it waited for other threads: a quick answer needs no slot on a busy machine either.

    Args:
        slots: The slots of long answers.
        client: The client that waits.
        seconds: How long the answer may take.
        clock: Gives the time in seconds.
        computed: Gives the seconds that this thread has computed.
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
        self._next = clock() + min(LONG, seconds)  # nothing is checked before
        self._long = computed() + LONG
        self._has_slot = False

    def check(self) -> None:
        """Return when the answer may go on.

        Raises:
            Problem: It takes too long, nobody awaits it any more, or there is no slot for a long answer.
        """
        if (now := self._clock()) < self._next:
            return
        self._next = min(now + _LOOK, max(now, self._end))
        if self._client.is_gone():
            raise later("the connection was closed before the answer was made")
        if now >= self._end:
            raise too_long(self._seconds)
        if not self._has_slot and self._computed() >= self._long:
            if not self._slots.take(self._client):
                raise later(f"{_NO_SLOT}; ask for less, or ask again in {RETRY_LONG} seconds", RETRY_LONG)
            self._has_slot = True

    def end(self) -> None:
        """Give back the slot that the answer has."""
        if self._has_slot:
            self._slots.give_back(self._client)


def later(detail: str, seconds: str = RETRY_AFTER) -> Problem:
    """Make the problem of a request that may be made again later."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": seconds})


def too_long(seconds: float) -> Problem:
    """Make the problem of an answer that takes too long."""
    return later(f"the answer takes more than {seconds:g} seconds; ask for less, or ask again later")


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
        work.timer = work.answer.get_loop().call_later(self._seconds, self._time_out, work.answer)

    def _time_out(self, answer: asyncio.Future[Any]) -> None:
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
