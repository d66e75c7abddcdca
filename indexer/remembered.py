"""Answers of a method that are remembered without holding the object fast.

``lru_cache`` around a bound method makes a circle: the object holds the cache, the cache the method, and that
the object, so that only the collector of garbage frees them, whenever it comes by. What holds an index open
is let go as soon as nobody uses it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


def remembered(method: Callable[P, T], most: int | None) -> Callable[P, T]:
    """Remember what a method of an object answers, to be kept by that object.

    Args:
        method: The bound method; whoever asks has to hold the object.
        most: How many answers are kept, None for all.
    """
    function, owner = method.__func__, ref(method.__self__)  # type: ignore[attr-defined]

    def ask(*arguments: P.args, **named: P.kwargs) -> T:
        answer: T = function(owner(), *arguments, **named)
        return answer

    known: Callable[P, T] = lru_cache(most)(ask)  # type: ignore[assignment]  # all arguments are hashable
    return known
