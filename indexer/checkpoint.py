"""Provide checkpoints in long loops, at which a server can pause or stop a query."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar  # each thread has its value; importing threading takes longer
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
STEPS: Final = 256  # steps of a loop between two checkpoints


_current: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


@contextmanager
def call_at_checkpoints(check: Callable[[], None] | None) -> Iterator[None]:
    """Call a function at each checkpoint that this thread reaches in the block.

    Args:
        check: A function that returns when the work may continue, or raises an exception to end it. ``None``
            to call no function.
    """
    before = _current.set(check)
    try:
        yield
    finally:
        _current.reset(before)


def checkpoint() -> None:
    """Let a server pause or stop the work of this thread.

    This calls the function given to :func:`call_at_checkpoints`, if any. It can wait, which pauses the
    thread, or raise an exception, which stops its work.
    """
    if (check := _current.get()) is not None:
        check()


def add_checkpoints(steps: Iterable[T], every: int = STEPS) -> Iterable[T]:
    """Iterate over the steps of a loop, with a checkpoint at the first step and every ``every`` steps."""
    return steps if _current.get() is None else _with_checkpoints(steps, every)


def _with_checkpoints(steps: Iterable[T], every: int) -> Iterator[T]:
    for number, step in enumerate(steps):
        if not number % every:
            checkpoint()
        yield step
