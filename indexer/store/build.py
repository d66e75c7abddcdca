"""A build: sources become documents, documents become a new index in the old one's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import IndexFolderError
from indexer.sources import AS_THEY_ARE, ReadOptions
from indexer.store.contents import Contents
from indexer.store.corrections.place import place_of_file
from indexer.store.facets import facet_names
from indexer.store.folder import writing_to
from indexer.store.writing import Asked, write_sources
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    import os

    from indexer.item import NewsItem
    from indexer.progress import Progress
    from indexer.store.report import WriteReport


def build(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    thesauri: Sequence[str | Path] = (),
    own_thesaurus: bool = True,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    facets: Sequence[str] = (),
    corrections: str | os.PathLike[str] | None = None,
) -> WriteReport:
    """Build the index of some sources; one that was there is replaced when the new one is complete.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        folder: Where the index lives; made when it is not there.
        progress: Called now and then with the source's name and the number of items read so far, from all
            sources.
        wait: How many seconds to wait for another writer of the folder to end.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
        thesauri: Thesauri in SKOS and dictionaries of FreeDict, for the expansion of queries.
        own_thesaurus: Whether Dragoman's own thesaurus stands beside them.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.
        facets: Fields that the items have of their sources, whose values each search shows counted.
        corrections: The file of corrections; None for that of the index that is replaced, if any.

    Returns:
        What was indexed and what was left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, or is in use by another build.
        DragomanError: More facets than an index counts, or the file of corrections cannot be read.
    """
    names = facet_names(facets)
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    with writing_to(folder, wait=wait):
        file = place_of_file(corrections) if corrections else _remembered(folder)
        asked = Asked(tuple(sources), items, reading, names, corrections=file, wait=wait)
        return write_sources(asked, folder, progress, memory_mb=memory_mb, concepts=concepts)


def _remembered(folder: Path) -> str | None:
    """Give the file of corrections of the index that is replaced; None where it has none, or cannot say."""
    try:
        return Contents.read(folder).corrections
    except IndexFolderError:
        return None
