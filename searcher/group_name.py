"""The name of a group of near duplicates, in rows for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.engine import Engine


def group_name(engine: Engine, documents: Sequence[int]) -> str:
    """Name a group by the least id among its items.

    Args:
        engine: The open index.
        documents: The documents of the group.
    """
    return min([item_id for item_id, _ in engine.heads(documents)])
