"""Write groups of near duplicates that a test chooses, as in a generation."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from indexer.codec.duplicate_sets import KINDS, GroupKind, Groups, Member, write_groups
from indexer.codec.layout import IndexFile
from searcher import Searcher


def write_chosen(
    folder: Path, name: str, groups: Sequence[tuple[GroupKind, Sequence[Member]]], segments: Sequence[str]
) -> IndexFile:
    """Write the file with the given groups."""
    numbers = {segment: number for number, segment in enumerate(segments)}
    rows = sorted(
        (numbers[member.segment], member.doc, group)
        for group, (_, members) in enumerate(groups)
        for member in members
    )
    segment, docs, of = np.array(rows, np.int64).reshape(-1, 3).T
    sizes = {name: int(docs.max(initial=0)) + 1 for name in segments}
    bases = np.arange(len(segments)) * (int(docs.max(initial=0)) + 1)
    kinds = np.array([KINDS.index(kind) for kind, _ in groups])
    return write_groups(folder / name, bases[segment] + docs, of, kinds, sizes)


def group_documents(engine: Any, groups: Iterable[Collection[int]]) -> None:
    """Make an engine treat documents as near duplicates of each other."""
    index = engine._index
    found = [[index.locate(document) for document in group] for group in groups]
    members = [("reprint", [Member(segment.name, doc) for segment, doc in group]) for group in found]
    names = [segment.name for segment in index.segments]
    with TemporaryDirectory() as folder:
        entry = write_chosen(Path(folder), "groups", members, names)  # type: ignore[arg-type] # a kind
        engine._groups = Groups(entry.open(folder)) if members else None
    engine.__dict__.pop("_grouping", None)


def group_items(searcher: Searcher, *groups: Iterable[str]) -> Searcher:
    """Make an open index treat items, given by id, as near duplicates of each other."""
    engine: Any = searcher._engine
    group_documents(engine, [[engine.find(one) for one in ids] for ids in groups])
    return searcher
