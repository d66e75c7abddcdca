"""Paths without ``pathlib``, whose import takes longer than opening an index and finding an answer in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class _Place:
    """A path that knows what is asked of one on the way to an answer; for all else it becomes a real one.

    Args:
        text: The path as the system writes it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __fspath__(self) -> str:
        return self._text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"place({self._text!r})"

    def __truediv__(self, name: str) -> _Place:
        return _Place(os.path.join(self._text, name))  # noqa: PTH118 - this is what stands for pathlib

    @property
    def name(self) -> str:
        return os.path.basename(self._text)  # noqa: PTH119 - likewise

    def is_symlink(self) -> bool:
        return os.path.islink(self._text)  # noqa: PTH114 - likewise

    def read_text(self, encoding: str) -> str:
        with open(self._text, encoding=encoding) as file:  # noqa: PTH123 - likewise
            return file.read()

    def __getattr__(self, name: str) -> Any:
        from pathlib import Path

        return getattr(Path(self._text), name)


def place(path: str | os.PathLike[str]) -> Path:
    """Return a path that can be read from without importing ``pathlib``.

    Args:
        path: A path; one that is a ``Path`` already stays itself.
    """
    if not isinstance(path, str):
        return path  # type: ignore[return-value]  # whoever has a Path paid for it
    shown = path.rstrip(os.sep) or path[:1] or os.curdir  # as Path writes it in messages
    return _Place(shown.removeprefix(f".{os.sep}") or os.curdir)  # type: ignore[return-value]  # has all of a Path


def beside(file: str) -> Path:
    """Return the folder that a module lies in.

    Args:
        file: The module's ``__file__``.
    """
    return place(os.path.dirname(file))  # noqa: PTH120 - this is what stands for pathlib
