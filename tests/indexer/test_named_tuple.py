from __future__ import annotations

import inspect
import pickle
import re
from collections import namedtuple
from typing import TYPE_CHECKING, get_type_hints

import pytest

from indexer.runtime import NamedTuple, late_pattern

if TYPE_CHECKING:
    from collections.abc import Nothing  # type: ignore[attr-defined]  # annotations are not looked at


class Point(NamedTuple):
    """A point."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        """Return the sum of both."""
        return self.x + self.y

    @classmethod
    def origin(cls) -> Point:
        """Return the origin."""
        return cls(0, 0)


Known = namedtuple("Known", ["x", "y"], defaults=[2])  # noqa: PYI024 - what ours is compared with


class Strange(NamedTuple):
    """A named tuple with an annotation that does not exist."""

    nothing: Nothing | Point


def test_it_is_a_named_tuple() -> None:
    """Fields in order, defaults, methods, equality with tuples, and a copy with a field replaced."""
    assert Point._fields == ("x", "y")
    assert Point(1) == (1, 2) == Point(y=2, x=1)
    assert Point(1).sum == 3
    assert Point.origin()._replace(y=5) == (0, 5)
    assert repr(Point(1)) == "Point(x=1, y=2)"


def test_it_behaves_like_namedtuple() -> None:
    """Names, defaults, arguments and methods are those of ``collections.namedtuple``, errors included."""
    assert inspect.signature(Point) == inspect.signature(Known)
    assert (Point._field_defaults, Point.__match_args__) == (Known._field_defaults, Known.__match_args__)
    assert Point(1)._asdict() == Known(1)._asdict()
    assert Point._make([3, 4]) == Known._make([3, 4])
    for kind in (Point, Known):
        with pytest.raises(TypeError, match=rf"{kind.__name__}\.__new__\(\) missing 1 .* argument: 'x'"):
            kind()
        with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
            kind(1, z=3)  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            kind._make([1])
        with pytest.raises(ValueError, match="z"):
            kind(1)._replace(z=3)


def test_its_fields_cannot_be_set() -> None:
    """An instance is immutable and has no other attributes."""
    with pytest.raises(AttributeError):
        Point(1).x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_it_has_the_metadata_of_its_class() -> None:
    """Name, module and documentation are those of the class; it can be pickled."""
    assert (Point.__name__, Point.__module__, Point.__doc__) == ("Point", __name__, "A point.")
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
    assert get_type_hints(Point) == {"x": int, "y": int}


def test_annotations_are_not_evaluated() -> None:
    """A name that exists only for type checkers is no error."""
    assert Strange(Point(1)).nothing == (1, 2)


def test_a_late_pattern_is_compiled_on_first_use() -> None:
    """An unused pattern is never compiled; a used one behaves like the compiled one."""
    broken = late_pattern("(")
    with pytest.raises(re.error):
        broken.search("x")
    late, compiled = late_pattern("a(B)", re.IGNORECASE), re.compile("a(B)", re.IGNORECASE)
    for _ in range(2):
        assert late.sub(r"<\1>", "ab Ab") == compiled.sub(r"<\1>", "ab Ab") == "<b> <b>"
    assert late.fullmatch("abc") is None
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)
