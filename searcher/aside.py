"""What few ask of the hits of an answer: how they were found, and what stands beneath them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from searcher.query.model import VIAS
from searcher.results import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from searcher.explanation import Explanation
    from searcher.hit_context import HitContext
    from searcher.shown import HitDetails


class HitsAside:
    """Tells it of hits that were made together, of all at once when it is first asked.

    Args:
        context: What they are made of.
        documents: Their documents.
        read: Reads the details of a document.
    """

    def __init__(self, context: HitContext, documents: list[int], read: Callable[[int], HitDetails]) -> None:
        self._context = context
        self._read = read
        same: Mapping[int, Sequence[int]] = context.grouped.same if context.grouped else {}
        self._beneath = [one for document in documents for one in same.get(document, ())]
        self._documents = documents + self._beneath

    def ways(self, document: int) -> tuple[str, ...]:
        """Tell how a document was found."""
        if self._context.via is not None:
            return self._context.via
        return tuple([via for via, documents in self._found_by.items() if document in documents])

    def score(self, document: int) -> float:
        """Score a document that stands beneath a hit."""
        return self._scores[document].score if document in self._scores else 0.0

    def same(self, rank: int, documents: Sequence[int]) -> tuple[Hit, ...]:
        """Make the hits that stand beneath another one."""
        with self._context.reading:
            heads = self._context.engine.heads(documents)
        return tuple(
            [
                Hit(rank, item_id, None, title, document, self._read, lambda: self)
                for document, (item_id, title) in zip(documents, heads, strict=True)
            ]
        )

    def group(self, document: int) -> str | None:
        """Name the group of near duplicates of a document by the least of its ids; None without any."""
        from searcher.group_name import group_name

        engine = self._context.engine
        with self._context.reading:
            others = engine.duplicates(document)
            return group_name(engine, [document, *others]) if others else None

    @cached_property
    def _found_by(self) -> dict[str, Collection[int]]:
        from searcher.explain import Explainer
        from searcher.query.via import found_by

        query = self._context.query
        assert query is not None
        with self._context.reading:
            explainer = Explainer(self._context.engine, self._documents, scored=False)
            return {via: explainer.explain(part) for via in VIAS if (part := found_by(query, via))}

    @cached_property
    def _scores(self) -> dict[int, Explanation]:
        context = self._context
        if context.query is None or not context.ranked:
            return {}
        from searcher.explain import Explainer

        with self._context.reading:
            return Explainer(context.engine, self._beneath).explain(context.query)
