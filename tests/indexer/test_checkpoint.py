"""Checkpoints: where loops have them, and the effect of a check."""

from threading import Thread

import pytest

from indexer.checkpoint import STEPS, checked, checking, checkpoint


class _StoppedError(Exception):
    """Raised when a check ends the work."""


def _stop() -> None:
    raise _StoppedError


def test_a_loop_is_not_slowed_without_checks() -> None:
    """Outside a server the steps are those given, and a checkpoint does nothing."""
    steps = [1, 2, 3]
    assert checked(steps) is steps
    checkpoint()


def test_a_loop_is_checked_every_256_steps() -> None:
    """The first step is checked, then each 256th; no step is lost or taken ahead."""
    taken: list[int] = []
    at: list[int] = []
    with checking(lambda: at.append(len(taken))):
        for step in checked(iter(range(2 * STEPS + 1))):
            taken.append(step)  # noqa: PERF402 - the checks look at it
    assert taken == list(range(2 * STEPS + 1))
    assert at == [0, STEPS, 2 * STEPS]


def test_an_exception_of_a_check_ends_the_loop() -> None:
    """The exception is raised inside the loop; after the block nothing is checked."""
    with checking(_stop):
        loop = iter(checked(iter([1, 2])))
        with pytest.raises(_StoppedError):
            next(loop)
    checkpoint()


def test_a_check_belongs_to_one_thread() -> None:
    """Another thread, whose work has no limits, continues."""
    reached: list[bool] = []

    def work() -> None:
        checkpoint()
        reached.append(True)

    with checking(_stop):
        thread = Thread(target=work)
        thread.start()
        thread.join()
    assert reached == [True]
