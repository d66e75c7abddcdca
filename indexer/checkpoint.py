"""Checkpoints in long loops: where a server lets an answer wait for others, or stops it."""

from __future__ import annotations

from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
STEPS: Final = 256  # of a loop from one checkpoint to the next


class _Current(local):
    check: Callable[[], None] | None = None


_current = _Current()


@contextmanager
def checking(check: Callable[[], None] | None) -> Iterator[None]:
    """Call a function at each checkpoint that this thread reaches in the block.

    Args:
        check: Returns when the work may go on; an exception that it raises ends the work. None for no checks.
    """
    before, _current.check = _current.check, check
    try:
        yield
    finally:
        _current.check = before


def checkpoint() -> None:
    """Check whether the work of this thread may go on; outside :func:`checking` it always may."""
    if _current.check is not None:
        _current.check()


def checked(steps: Iterable[T], every: int = STEPS) -> Iterable[T]:
    """Give the steps of a loop with a checkpoint at the first one and at every so many.

    Args:
        steps: What the loop goes over.
        every: How many steps are taken from one checkpoint to the next.
    """
    return steps if _current.check is None else _checked(steps, every)


def _checked(steps: Iterable[T], every: int) -> Iterator[T]:
    for number, step in enumerate(steps):
        if not number % every:
            checkpoint()
        yield step
