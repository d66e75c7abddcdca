"""Checkpoints: when a loop has one, and what a check does to it."""

from __future__ import annotations

from threading import Thread

import pytest

from indexer.checkpoint import STEPS, checked, checking, checkpoint


class _StoppedError(Exception):
    """A check has ended the work."""


def _stop() -> None:
    raise _StoppedError


def test_a_loop_is_not_slowed_where_nothing_is_checked() -> None:
    """Outside a server the steps are what was given, and a checkpoint does nothing."""
    steps = [1, 2, 3]
    assert checked(steps) is steps
    checkpoint()


def test_a_loop_is_checked_every_256_steps() -> None:
    """The first step, then each 256th; no step is left out, and none is taken before the loop asks for it."""
    taken: list[int] = []
    at: list[int] = []
    with checking(lambda: at.append(len(taken))):
        for step in checked(iter(range(2 * STEPS + 1))):
            taken.append(step)  # noqa: PERF402 - the checks look at it
    assert taken == list(range(2 * STEPS + 1))
    assert at == [0, STEPS, 2 * STEPS]


def test_an_exception_of_a_check_ends_the_loop() -> None:
    """It comes where the loop is; after the block nothing is checked any more."""
    with checking(_stop):
        loop = iter(checked(iter([1, 2])))
        with pytest.raises(_StoppedError):
            next(loop)
    checkpoint()


def test_a_check_is_of_one_thread() -> None:
    """Another thread, whose work has no limits, goes on."""
    reached: list[bool] = []

    def work() -> None:
        checkpoint()
        reached.append(True)

    with checking(_stop):
        thread = Thread(target=work)
        thread.start()
        thread.join()
    assert reached == [True]
