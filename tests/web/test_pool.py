"""The pool: the order of its work, and its end."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr
from functools import wraps
from io import StringIO
from typing import Any

import pytest

from indexer.errors import IndexFolderError
from searcher.web.pool import PART, TURN, Client, Download, Pool
from searcher.web.responses import Problem

LONG = 600.0  # seconds
SOON = 0.5  # within which a busy machine does almost nothing


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test in a new event loop in a new thread: another loop may run in this one."""

    @wraps(test)
    def run() -> None:
        with ThreadPoolExecutor(1) as own:
            own.submit(asyncio.run, asyncio.wait_for(test(), LONG)).result()

    return run


@in_a_loop
async def test_quick_answers_run_one_by_one_in_order() -> None:
    """Of a hundred quick answers no two run at the same time, and they end in the order of their requests."""
    pool, running, most, ended = Pool(4, 100, LONG, LONG), 0, 0, []

    def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        sum(range(1_000))
        ended.append(number)
        running -= 1
        return number

    found = await asyncio.gather(*[pool.run(lambda number=number: work(number)) for number in range(100)])
    pool.close()
    assert found == ended == list(range(100))
    assert most == 1


@in_a_loop
async def test_a_quick_answer_does_not_wait_for_slow_ones() -> None:
    """While all threads but one are busy, quick answers are made; with all busy, nothing starts."""
    pool, go_on = Pool(3, 100, LONG), threading.Event()
    slow = [asyncio.ensure_future(pool.run(go_on.wait)) for _ in range(2)]
    assert await pool.run(lambda: "quick") == "quick"
    assert not any(one.done() for one in slow)
    slow.append(asyncio.ensure_future(pool.run(go_on.wait)))
    late = asyncio.ensure_future(pool.run(lambda: "late"))
    await asyncio.sleep(4 * TURN)
    assert not late.done()
    go_on.set()
    assert await asyncio.gather(*slow, late) == [True, True, True, "late"]
    pool.close()


@in_a_loop
async def test_a_request_that_nobody_awaits_is_not_run() -> None:
    """A request that expires before its turn gets a problem, is never run, and frees its place."""
    pool, go_on, ran = Pool(1, 2, SOON), threading.Event(), []
    params = [pool.run(go_on.wait), *[pool.run(lambda: ran.append(1)) for _ in range(2)]]
    told = await asyncio.gather(*params, return_exceptions=True)
    assert [isinstance(one, Problem) and one.status for one in told] == [503] * 3
    with pytest.raises(Problem, match="too many"):
        await pool.run(lambda: ran.append(2))
    go_on.set()
    assert await pool.run(lambda: "part", begun=True) == "part"
    pool._seconds = LONG
    assert await pool.run(lambda: "again") == "again"
    assert ran == []
    pool.close()


@in_a_loop
async def test_an_address_has_only_its_share_of_the_threads() -> None:
    """While its slow answers use that share, its next one waits, and those of other addresses do not."""
    pool, go_on = Pool(3, 100, LONG, share=2), threading.Event()
    one, other = Client("198.51.100.1", lambda: False), Client("198.51.100.2", lambda: False)
    slow = [asyncio.ensure_future(pool.run(go_on.wait, one)) for _ in range(2)]
    more = asyncio.ensure_future(pool.run(lambda: "more", one))
    for _ in range(3):
        assert await pool.run(lambda: "quick", other) == "quick"
    assert await pool.run(lambda: "own") == "own"
    assert not any(waiting.done() for waiting in (*slow, more))
    go_on.set()
    assert await asyncio.gather(*slow, more) == [True, True, "more"]
    pool.close()


@in_a_loop
async def test_a_request_has_its_full_time_after_waiting() -> None:
    """The time limit counts from the start, so that no work is wasted."""
    pool, go_on = Pool(1, 1, LONG), threading.Event()
    first = asyncio.ensure_future(pool.run(go_on.wait))
    second = asyncio.ensure_future(pool.run(lambda: "made"))
    await asyncio.sleep(0)
    (waiting,) = pool._queue
    assert waiting.timer
    given_up = waiting.timer.when()
    await asyncio.sleep(TURN)
    go_on.set()
    assert await asyncio.gather(first, second) == [True, "made"]
    assert waiting.timer.when() > given_up
    pool.close()


@in_a_loop
async def test_an_expired_request_is_reported_with_a_coarse_clock() -> None:
    """If timers fire early, as on Windows, an expired request is not reported as a shutdown of the server."""
    asyncio.get_running_loop()._clock_resolution = TURN  # type: ignore[attr-defined] # of the loops of asyncio
    pool, go_on = Pool(1, 1, 2 * TURN), threading.Event()
    slow = asyncio.ensure_future(pool.run(go_on.wait))
    for _ in range(150):  # the loop wakes often
        await asyncio.sleep(TURN / 50)
    go_on.set()
    with pytest.raises(Problem, match="took longer than the limit"):
        await slow
    pool.close()


@in_a_loop
async def test_waiting_requests_get_retry_after_at_shutdown() -> None:
    """Waiting requests get the status and the header of requests that wait too long."""
    pool, go_on = Pool(threads=1, waiting=1, seconds=LONG), threading.Event()
    waiting = asyncio.create_task(pool.run(go_on.wait))
    await asyncio.sleep(TURN)
    waiting.cancel()
    with pytest.raises(Problem) as problem:
        await waiting
    go_on.set()
    assert (problem.value.status, problem.value.headers) == (503, {"Retry-After": "1"})


@in_a_loop
async def test_a_download_whose_client_is_gone_ends_quietly() -> None:
    """A limit stops the part that is being made, which is no error of the server."""
    gone = threading.Event()

    def chunks() -> Iterator[bytes]:
        yield b"x" * PART
        gone.set()
        raise Problem(503, "the connection is closed")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    pool: Any = Pool(1, 1, LONG)
    nothing: Any = None
    await Download(chunks(), pool, Client("reader", gone.is_set))({"method": "GET"}, nothing, send)
    pool.close()
    assert [len(message.get("body", b"")) for message in sent] == [0, PART, 0]


@in_a_loop
async def test_a_damaged_download_is_not_completed() -> None:
    """Damage after the response has begun is one line in the log, and the client loses its connection."""

    def chunks() -> Iterator[bytes]:
        yield b"x" * PART
        raise IndexFolderError("a block is damaged")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    dropped = threading.Event()
    pool: Any = Pool(1, 1, LONG)
    nothing: Any = None
    client = Client("reader", lambda: False, dropped.set)
    with redirect_stderr(StringIO()) as log:
        await Download(chunks(), pool, client)({"method": "GET", "path": "/export.csv"}, nothing, send)
    pool.close()
    assert [len(message.get("body", b"")) for message in sent] == [0, PART]
    assert dropped.is_set()
    assert log.getvalue() == "dragoman: /export.csv ended early: a block is damaged\n"


@in_a_loop
async def test_a_begun_response_waits_for_its_turn() -> None:
    """The next part of a download is not given up while other calls run, however long that takes."""
    pool = Pool(1, 1, 0.1)
    others = [asyncio.ensure_future(pool.run(lambda: time.sleep(0.08), begun=True)) for _ in range(4)]
    assert await pool.run(lambda: "part", begun=True) == "part"
    await asyncio.gather(*others)
    pool.close()
