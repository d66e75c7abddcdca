"""Bounded work: so many answers at a time, so many that wait, and so long for each."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar

from searcher.web.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
RETRY_AFTER: Final = "1"  # seconds


class Pool:
    """Runs what takes time beside the loop that reads and writes.

    What takes too long goes on in its thread until it ends, since nothing can stop it, and keeps its place:
    there are never more of them than places.

    Args:
        threads: How many run at a time.
        waiting: How many more may wait.
        seconds: How long one may take, waiting included.
    """

    def __init__(self, threads: int, waiting: int, seconds: float) -> None:
        self._executor = ThreadPoolExecutor(threads, "answer")
        self._places = threads + waiting
        self._seconds = seconds
        self._taken = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Run something, and give what it gives.

        Raises:
            Problem: Too many wait already, or it takes too long.
        """
        if self._taken >= self._places:
            raise _later("too many questions are asked at once; ask again in a second")
        self._taken += 1
        future = self._executor.submit(work)
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._free))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError:
            raise _later(
                f"the answer takes more than {self._seconds:g} seconds; ask for less, or ask again later"
            ) from None

    def _free(self) -> None:
        self._taken -= 1

    def close(self) -> None:
        """Let what runs end by itself, and begin nothing more."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _later(detail: str) -> Problem:
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": RETRY_AFTER})
