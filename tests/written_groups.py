"""Groups of near duplicates that a test chooses, written as a generation has them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from indexer.codec.duplicate_sets import Member, write_groups

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from searcher import Searcher


def group_documents(engine: Any, groups: Iterable[Collection[int]]) -> None:
    """Have an embedded engine take documents for near duplicates of each other."""
    index = engine._index
    found = [[index.locate(document) for document in group] for group in groups]
    members = [("reprint", [Member(segment.name, doc) for segment, doc in group]) for group in found]
    names = [segment.name for segment in index.segments]
    with TemporaryDirectory() as folder:
        entry = write_groups(Path(folder), "groups", members, names)  # type: ignore[arg-type] # a kind
        engine._groups = entry.open(folder) if members else None
    engine.__dict__.pop("_grouping", None)


def group_items(searcher: Searcher, *groups: Iterable[str]) -> Searcher:
    """Have an open index take items for near duplicates of each other, by their ids."""
    engine: Any = searcher._engine
    group_documents(engine, [[engine.find(one) for one in ids] for ids in groups])
    return searcher
