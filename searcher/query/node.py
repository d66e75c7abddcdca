"""The base of the nodes of a query: frozen values, made without the time that dataclasses take to make."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar, Self, dataclass_transform

# Fields that tell where a node comes from, and have no part in comparing it.
_PROVENANCE = frozenset({"at", "written", "origin"})


@dataclass_transform(frozen_default=True)
class Node:
    """Base of all nodes: equal and hashed by class and fields, apart from ``at``, ``written`` and ``origin``.

    A dataclass would do the same; making fifteen of them takes 7 ms, a tenth of a question from the command
    line.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _values: ClassVar[Any] = type  # of the fields that are compared
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _hash: int

    def __init_subclass__(cls) -> None:
        names = cls.__dict__.get("__annotations__", ())  # noqa: RUF063 - importing inspect takes longer
        cls._names = cls.__match_args__ = tuple(names)  # type: ignore[misc]  # mypy derives it from the fields
        compared = [name for name in cls._names if name not in _PROVENANCE]
        cls._values = attrgetter(*compared) if compared else type

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(zip(self._names, values, strict=False), **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another one with replace()")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return bool(self._values(self) == self._values(other))

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            value = hash((type(self).__name__, self._values(self)))
            self.__dict__["_hash"] = value
            return value

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({', '.join(values)})"

    def replace(self, **changes: Any) -> Self:
        """Make a copy with some fields changed."""
        known = {name: getattr(self, name) for name in self._names}
        return type(self)(**known | changes)
