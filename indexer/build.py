"""A build: sources become documents, documents become a new index in the old one's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from indexer.bulk.records import read_prepared
from indexer.errors import SourceError
from indexer.index.folder import SourceSummary, claim_folder
from indexer.index.lock import WriterLock
from indexer.index.writer import open_writer
from indexer.sources import Skipped
from indexer.thesaurus import gather_concepts
from indexer.thesaurus.table import write_table

if TYPE_CHECKING:
    from indexer.bulk.prepared import Prepared

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        items: Items in the new index.
        sources: What each source gave.
        skipped: Every record or line left out, with the reason.
        seconds: How long it took.
    """

    items: int
    sources: list[SourceSummary]
    skipped: list[Skipped] = field(default_factory=list)
    seconds: float = 0.0


def build(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    thesauri: Sequence[str | Path] = (),
    own_thesaurus: bool = True,
) -> BuildReport:
    """Build the index of some sources; one that was there is replaced when the new one is complete.

    Args:
        sources: Files, or ``-`` for standard input.
        folder: Where the index lives; made when it is not there.
        progress: Called with the source's name and the number of items read so far, from all sources.
        wait: How many seconds to wait for another writer of the folder to end.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
        thesauri: Thesauri in SKOS Turtle and dictionaries of FreeDict, for the expansion of queries.
        own_thesaurus: Whether Dragoman's own thesaurus stands beside them.

    Returns:
        What was indexed and what was left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, or is in use by another build.
    """
    started = perf_counter()
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    claim_folder(folder)
    skipped: list[Skipped] = []
    taken: set[str] = set()
    with WriterLock(folder, wait=wait):
        writer = open_writer(folder, memory_mb=memory_mb)
        try:
            summaries = [_add_source(path, writer.add, taken, skipped, progress) for path in sources]
            _require_items(taken, sources)
            write_table(concepts, folder)
            writer.commit(summaries)
        except BaseException:
            writer.cancel()
            raise
    return BuildReport(len(taken), summaries, skipped, perf_counter() - started)


def _require_items(taken: set[str], sources: Sequence[str | Path]) -> None:
    if not taken:
        names = ", ".join(map(str, sources))
        raise SourceError(
            f"no item found in {names}; see what is read of a source with: dragoman items SOURCE"
        )


def _add_source(
    path: str | Path,
    add: Callable[[Prepared], None],
    taken: set[str],
    skipped: list[Skipped],
    progress: Progress,
) -> SourceSummary:
    before, skipped_before = len(taken), len(skipped)
    name = "stdin" if str(path) == "-" else Path(path).name
    progress(name, before)
    for document in read_prepared(path, skipped.append):
        if document.id in taken:
            reason = f"the id “{document.id}” is taken by an earlier item"
            skipped.append(Skipped(name, document.line, reason))
            continue
        taken.add(document.id)
        add(document)
        progress(name, len(taken))
    return SourceSummary(name, len(taken) - before, len(skipped) - skipped_before)
