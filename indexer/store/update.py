"""An update: what is new or changed in some sources goes into the index in one step; the rest stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import DragomanError
from indexer.sources import AS_THEY_ARE, ReadOptions
from indexer.store.contents import Contents
from indexer.store.corrections.place import place_of_file
from indexer.store.damage import DamageGuard
from indexer.store.folder import writing_to
from indexer.store.writing import Asked, write_sources
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from indexer.item import NewsItem
    from indexer.progress import Progress
    from indexer.store.report import WriteReport


def update(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path] | None,
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    mirror: bool = False,
    sure: bool = False,
    restore: Sequence[str] = (),
    report: str | os.PathLike[str] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> WriteReport:
    """Add the items of some sources that are new, and replace those that changed.

    Items of the index that the sources do not name stay. Where there is no index yet, this is a build.

    Args:
        sources: Files, addresses, or ``-`` for standard input; None for all that the index knows, each read
            as it was before, and one that cannot be read told and left.
        folder: Where the index lives; made when it is not there.
        progress: Called with the source's name and the number of items read so far, from all sources.
        wait: How many seconds to wait for another writer of the folder to end.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.
        mirror: Whether the sources are the whole truth: what they no longer hold is deleted.
        sure: Whether that may be more than half of a source.
        restore: Ids of deleted items that may come back; ``all`` for all of them.
        report: A file that says what happened, a line of JSON an item.
        corrections: The file of corrections; None for that which the index remembers, if any.

    Returns:
        What was added, replaced, left alone, gone, deleted and left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, is in use by another writer,
            or its index is damaged.
        DragomanError: What is to be restored was not deleted, or a mirror would delete too much.
    """
    file = place_of_file(corrections) if corrections else None
    asked = Asked(sources, items, reading, (), mirror, sure, tuple(restore), report, file, wait)
    if sources is None and items is None:
        Contents.read(folder)  # without an index there is nothing that could be read again
    with writing_to(folder, wait=wait):
        base = Contents.read(folder)
        if base.built is None:
            if sources is None and items is None:
                raise DragomanError(
                    f"the index in “{folder}” knows no source; name one: dragoman build SOURCE"
                )
            return write_sources(asked, folder, progress, memory_mb=memory_mb, concepts=gather_concepts())
        with DamageGuard(folder):
            return write_sources(asked, folder, progress, memory_mb=memory_mb, base=base)
