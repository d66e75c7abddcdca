"""Read rarely needed details of hits: how they were found, and their near duplicates.

The module also makes the lazy sequence of all hits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from searcher.query.model import VIAS
from searcher.results import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from searcher.engine import Engine
    from searcher.facet_values import HitDetails
    from searcher.query.model import Node
    from searcher.results import Explanation, HitContext, Results


class LazyHitExtras:
    """Rarely needed details of hits, computed for all hits of a page on first use."""

    def __init__(self, context: HitContext, documents: list[int], read: Callable[[int], HitDetails]) -> None:
        self._context = context
        self._read = read
        same: Mapping[int, Sequence[int]] = context.grouped.same if context.grouped else {}
        self._duplicates = [one for document in documents for one in same.get(document, ())]
        self._documents = documents + self._duplicates

    def provenance(self, document: int) -> tuple[str, ...]:
        """Return how a document was found, such as ``("typed",)``."""
        if self._context.via is not None:
            return self._context.via
        return tuple([via for via, documents in self._found_by.items() if document in documents])

    def score(self, document: int) -> float:
        """Return the score of a near duplicate shown below a hit."""
        return self._scores[document].score if document in self._scores else 0.0

    def same(self, rank: int, documents: Sequence[int]) -> tuple[Hit, ...]:
        """Return the near duplicates below a hit, as hits."""
        with self._context.reading:
            ids_and_titles = self._context.engine.ids_and_titles(documents)
        return tuple(
            [
                Hit(rank, item_id, None, title, document, self._read, lambda: self)
                for document, (item_id, title) in zip(documents, ids_and_titles, strict=True)
            ]
        )

    def group(self, document: int) -> str | None:
        """Return the name of a document's group of near duplicates, or None without one."""
        engine = self._context.engine
        with self._context.reading:
            others = engine.duplicates(document)
            return group_name(engine, [document, *others]) if others else None

    def annotations(self, item_id: str) -> dict[str, Any]:
        """Return the tags and collections of an item as JSON keys and values."""
        with self._context.reading:
            found = self._context.engine.annotations([item_id])
        return found[item_id]._replace(note="").to_record() if found else {}

    @cached_property
    def _found_by(self) -> dict[str, Collection[int]]:
        from searcher.explain import Explainer
        from searcher.query.provenance import restrict_to_way

        query = self._context.query
        assert query is not None
        with self._context.reading:
            explainer = Explainer(self._context.engine, self._documents, scored=False)
            return {via: explainer.explain(part) for via in VIAS if (part := restrict_to_way(query, via))}

    @cached_property
    def _scores(self) -> dict[int, Explanation]:
        context = self._context
        if context.query is None or not context.ranked:
            return {}
        from searcher.explain import Explainer

        with self._context.reading:
            return Explainer(context.engine, self._duplicates).explain(context.query)


PAGE: Final = 5_000  # hits that are created together

Top = list[tuple[int, float]]


class EveryHit(Sequence["Hit"]):
    """A lazy sequence of all hits.

    Args:
        top: All documents with their scores, best first.
        make: Makes the hits of some documents. Its arguments are these documents with their scores, and the
            number of hits that precede them.
        page: The number of hits created at once.
        query: The resolved query, or ``None`` for all items.

    Attributes:
        query: The resolved query, or ``None`` for all items.
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
        """The numbers of all matching documents, best first."""
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


def every_hit(results: Results) -> EveryHit:
    """Return a lazy sequence of the hits of all pages."""
    assert isinstance(results.hits, EveryHit)
    return results.hits


def group_name(engine: Engine, documents: Sequence[int]) -> str:
    """Return the name of a group of near duplicates: the lowest id of its items."""
    return min([item_id for item_id, _ in engine.ids_and_titles(documents)])
