"""What a pickle of Whoosh's table of contents calls: so Dragoman writes it without importing Whoosh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from whoosh.fields import Schema

    from indexer.codec.whoosh.codec import DragomanSegment

INDEX_NAME: Final = "MAIN"


def schema() -> Schema:
    """Make the schema of the index."""
    from indexer.codec.whoosh.codec import whoosh_schema

    return whoosh_schema()


def segment(name: str, documents: int, deleted: list[int]) -> DragomanSegment:
    """Make a segment as Whoosh lists it.

    Args:
        name: The name of its files.
        documents: How many documents it has.
        deleted: Those that are deleted.
    """
    from indexer.codec.whoosh.codec import DragomanSegment

    return DragomanSegment(INDEX_NAME, name, documents, deleted)


class Called:
    """Is pickled as a call, whose result stands in its place when the pickle is read.

    Args:
        function: A function of a module.
        arguments: What it is called with.
    """

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call
