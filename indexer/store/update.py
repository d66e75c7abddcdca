"""An update: what is new or changed in some sources goes into the index in one step; the rest stays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from indexer.sources import AS_THEY_ARE, ReadOptions
from indexer.store.build import write_sources
from indexer.store.contents import Contents
from indexer.store.damage import DamageGuard
from indexer.store.folder import writing_to
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from indexer.item import NewsItem
    from indexer.progress import Progress
    from indexer.store.report import WriteReport


def update(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
) -> WriteReport:
    """Add the items of some sources that are new, and replace by id those that changed.

    Items of the index that the sources do not name stay. Where there is no index yet, this is a build.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        folder: Where the index lives; made when it is not there.
        progress: Called with the source's name and the number of items read so far, from all sources.
        wait: How many seconds to wait for another writer of the folder to end.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.

    Returns:
        What was added, replaced, left alone and left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, is in use by another writer,
            or its index is damaged.
    """
    write = partial(
        write_sources, sources, folder, progress, memory_mb=memory_mb, reading=reading, items=items
    )
    with writing_to(folder, wait=wait):
        base = Contents.read(folder)
        if base.built is None:
            return write(concepts=gather_concepts())
        with DamageGuard(folder):
            return write(base=base)
