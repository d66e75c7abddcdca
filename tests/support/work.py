"""Count function calls and bytes, and stop code that hangs, because no test measures time."""

import gc
import signal
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANGS = 600
"""Seconds after which a test that should take few is stopped, on a busy machine as well."""


ALL_CALLS = frozenset(("call", "c_call"))
PYTHON_CALLS = frozenset(("call",))


def count_calls(action: Callable[[], object], counted: frozenset[str] = ALL_CALLS) -> int:
    """Run an action, and return how many functions it called (by default, also those in C)."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in counted

    before, collecting = sys.getprofile(), gc.isenabled()
    gc.disable()  # a collection calls finalizers of other tests
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()
    return calls


def peak(action: Callable[[], object]) -> int:
    """Run an action, and return the maximum number of bytes that it allocated."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def assert_in_proportion(work: Callable[[int], Callable[[], object]], small: int) -> None:
    """Assert that four times the work takes at most six times the calls."""
    work(small)()  # first, to make tables and other things that are made once
    once, four_times = count_calls(work(small)), count_calls(work(4 * small))
    assert four_times < 6 * once, (once, four_times)


@contextmanager
def stop_if_it_hangs() -> Iterator[None]:
    """Stop the block with an error if it does not end, as only correct code ends with its input."""
    if not hasattr(signal, "SIGALRM"):  # pragma: no cover - Windows
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"still running after {HANGS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
