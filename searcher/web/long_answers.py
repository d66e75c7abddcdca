"""Long answers: few are computed at a time, and one that takes too long or that nobody awaits is stopped."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from threading import Condition
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Final

from indexer.named_tuple import NamedTuple
from searcher.web.problem import Problem

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
