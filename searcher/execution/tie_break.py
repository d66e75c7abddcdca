"""The order of documents of equal score, and of documents by date."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.codec.array_index import ArrayIndex


def tie_break(index: ArrayIndex, document: int) -> tuple[int, str]:
    """Give what orders documents of equal score: newer first, without a date last, then by id."""
    segment, doc = index.locate(document)
    return -segment.column("start")[doc], segment.head(doc)[0]
