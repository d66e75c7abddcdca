"""Pickle the table of contents for Whoosh without importing Whoosh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from whoosh.fields import Schema

    from indexer.codec.whoosh.codec import DragomanSegment

INDEX_NAME: Final = "MAIN"


def schema() -> Schema:
    """Return the Whoosh schema of the index.

    Whoosh calls this when it unpickles its table of contents.
    """
    from indexer.codec.whoosh.codec import whoosh_schema

    return whoosh_schema()


def segment(name: str, documents: int, deleted: list[int]) -> DragomanSegment:
    """Return a segment of Whoosh's table of contents.

    Whoosh calls this when it unpickles the table.

    Args:
        name: The name of the segment's files.
        documents: The number of documents.
        deleted: The deleted documents.
    """
    from indexer.codec.whoosh.codec import DragomanSegment

    return DragomanSegment(INDEX_NAME, name, documents, deleted)


class PickledCall:
    """An object that is pickled as the call of a function, and unpickled by this call.

    Args:
        function: A function of a module.
        arguments: The arguments of the call.
    """

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call
