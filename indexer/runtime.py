"""Reduce start-up time and memory by fast named tuples, caches without reference cycles, and late imports.

``typing.NamedTuple`` compiles and checks the annotation of every field on import, and
``collections.namedtuple`` compiles a function for every class. A query from the command line is a new
process: forty classes took four milliseconds. The ``NamedTuple`` here does not evaluate annotations, so a
module that uses it needs ``from __future__ import annotations``. Type checkers see ``typing.NamedTuple``.

``lru_cache`` around a bound method makes a reference cycle of the object, the cache and the method, which
only the garbage collector frees. :func:`cache_method` avoids that, so that an open index is closed as soon as
it is unused.

Public names of packages are imported on first use, because a search needs no code for writing.

Regular expressions are compiled on first use, because most processes read few formats of sources. A single
character class with characters above U+00FF takes a millisecond to compile.
"""

from __future__ import annotations

import re
import sys
from _weakref import proxy  # importing weakref takes longer
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["NamedTuple"]


if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType
    from typing import NamedTuple, Self
else:
    from collections import _tuplegetter
    from functools import cache
    from types import FunctionType

    class _Tuple(tuple):
        """The methods of all named tuples, as in ``collections.namedtuple``."""

        __slots__ = ()

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Self:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"expected {len(cls._fields)} values, got {len(made)}")
            return made

        def _replace(self, /, **given: Any) -> Self:
            made = self._make(map(given.pop, self._fields, self))
            if given:
                raise ValueError(f"no such fields: {', '.join(given)}")
            return made

        __replace__ = _replace

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __reduce__(self) -> tuple[Any, ...]:  # pickle's default takes twice as long
            return type(self), tuple(self)

        def __repr__(self) -> str:
            values = [f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True)]
            return f"{type(self).__name__}({', '.join(values)})"

    class _Fields(type):
        """The metaclass that turns a class into a named tuple, with its annotated names as fields."""

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body["__annotations__"])
            defaults = {field: body.pop(field) for field in fields if field in body}
            code = _code(len(fields)).replace(co_varnames=("_cls", *fields), co_qualname=f"{name}.__new__")
            new = FunctionType(code, {"_new": tuple.__new__}, "__new__", tuple(defaults.values()))
            own = {"__new__": new, "__slots__": (), "__match_args__": fields, "_fields": fields}
            own |= {field: _getter(at) for at, field in enumerate(fields)}
            return type(name, (_Tuple,), {**body, **own, "_field_defaults": defaults})

    @cache
    def _code(fields: int) -> CodeType:
        """Compile a constructor for named tuples with a given number of fields."""
        values = "".join([f"_{at}, " for at in range(fields)])
        return eval(f"lambda _cls, {values}: _new(_cls, ({values}))").__code__  # noqa: S307 - no input in it

    @cache
    def _getter(at: int) -> Any:
        return _tuplegetter(at, f"Alias for field number {at}")

    NamedTuple = type.__new__(_Fields, "NamedTuple", (), {})


P = ParamSpec("P")
T = TypeVar("T")


def cache_method(method: Callable[P, T], most: int | None) -> Callable[P, T]:
    """Cache the results of a bound method in its object.

    Args:
        method: The bound method; callers must hold a reference to the object.
        most: The maximum number of cached results; ``None`` to cache all results.
    """
    function, owner = method.__func__, method.__self__  # type: ignore[attr-defined]
    known: Callable[P, T] = lru_cache(most)(partial(function, proxy(owner)))  # type: ignore[assignment]  # all arguments are hashable
    return known


def late_names(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return a ``__getattr__`` for a package that imports a public name on first use.

    ``modules`` maps each name to its module.

    If the name is a class with a method ``describe_options``, that method is called to complete the
    signatures of the class, which commands do not need.
    """

    def import_name(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(modules[name]), name)
        if describe := getattr(value, "describe_options", None):
            describe()
        setattr(sys.modules[package], name, value)
        return value

    return import_name


class LateModule:
    """Imports a module when one of its names is used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> object:
        return getattr(import_module(self._name), name)


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that is compiled on first use."""
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))


class _LatePattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self._written = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._written), name)  # caches compiled patterns
        setattr(self, name, found)  # so that this is called once for each method
        return found
