"""Every hit of an answer: made a page at a time as a loop comes to them, and not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.query.model import Node
    from searcher.results import Hit

PAGE: Final = 5_000  # hits that are made together

Top = list[tuple[int, float]]


class EveryHit(Sequence["Hit"]):
    """The hits of all documents that match: of one generation, in one order, each once.

    Args:
        top: All documents with their scores, best first.
        make: From some of them, and how many stand before, to their hits.
        page: How many to make together.
        query: The resolved query that they match; None for everything.

    Attributes:
        query: The same.
    """

    def __init__(
        self, top: Top, make: Callable[[Top, int], list[Hit]], page: int = PAGE, query: Node | None = None
    ) -> None:
        self.query = query
        self._top = top
        self._make = make
        self._page = page

    @property
    def documents(self) -> list[int]:
        """The numbers of all documents that match, in their order."""
        return [document for document, _ in self._top]

    def __len__(self) -> int:
        return len(self._top)

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        return self._make(self._top[place : place + 1], place)[0]

    def __iter__(self) -> Iterator[Hit]:
        for first in range(0, len(self), self._page):
            yield from self._make(self._top[first : first + self._page], first)
