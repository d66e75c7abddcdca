"""Named tuples that are made quickly: written like those of ``typing``, but no annotation is looked at.

``typing.NamedTuple`` compiles and checks the annotation of every field while its module is imported. A
question from the command line is a new process: for forty of them it took two milliseconds. Type checkers see
``typing``'s own. A module that uses this one postpones its annotations (``from __future__ import
annotations``).
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class _Fields(type):
        """Makes a named tuple of a class: annotated names are its fields, their values the defaults."""

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            module, fields = body.pop("__module__"), body["__annotations__"]
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=module)  # noqa: PYI024 - the typed one is slow
            for attribute, value in body.items():
                setattr(made, attribute, value)
            return made

    NamedTuple = type.__new__(_Fields, "NamedTuple", (), {})
