"""What the hits of an answer are made of beside their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple
from searcher.query.model import TYPED

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from searcher.engine import Engine, Grouped
    from searcher.query.model import Node


class HitContext(NamedTuple):
    """What all hits of an answer share.

    Attributes:
        engine: The open index.
        reading: Entered around what reads the index, which may be closed by then.
        query: What was searched, for the marks in snippets; None for nothing.
        offset: How many better hits were passed over.
        grouped: What was found of near duplicates; None where nothing is grouped.
        ranked: Whether the hits have scores.
        via: How all of them were found; None where the query tells it of each.
    """

    engine: Engine
    reading: AbstractContextManager[None]
    query: Node | None = None
    offset: int = 0
    grouped: Grouped | None = None
    ranked: bool = True
    via: tuple[str, ...] | None = (TYPED,)
