"""A build: sources become documents, documents become a new index in the old one's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from indexer.bulk.collector import seldom_collecting
from indexer.bulk.records import read_prepared
from indexer.errors import SourceError
from indexer.sources import Skipped, Skips
from indexer.sources.stream import source_name
from indexer.store.folder import SourceSummary, writing_to
from indexer.store.open_writer import open_writer
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.bulk.prepared import Prepared
    from indexer.progress import Progress
    from indexer.thesaurus.concept import Concept

TOLD_EVERY = 32  # items, since telling takes half a microsecond


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        items: Items in the new index.
        sources: What each source gave.
        skipped: The records and lines left out, with the reasons; of very many, the first.
        skips: How many were left out in all.
        skips_beyond: How many were left out behind those in ``skipped``, by source and reason.
        seconds: How long it took.
    """

    items: int
    sources: list[SourceSummary]
    skipped: list[Skipped] = field(default_factory=list)
    skips: int = 0
    skips_beyond: dict[tuple[str, str], int] = field(default_factory=dict)
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
        progress: Called now and then with the source's name and the number of items read so far, from all
            sources.
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
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    with writing_to(folder, wait=wait):
        return build_locked(sources, folder, progress, memory_mb=memory_mb, concepts=concepts)


def build_locked(
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress,
    *,
    memory_mb: int,
    concepts: Sequence[Concept],
) -> BuildReport:
    """Build as :func:`build` does, in a folder that is ours and locked."""
    started = perf_counter()
    skipped = Skips()
    writer = open_writer(folder, memory_mb=memory_mb)
    try:
        with seldom_collecting():
            taken: set[str] = set()
            summaries = [_add_source(path, writer.add, taken, skipped, progress) for path in sources]
            require_items(len(taken), sources)
            writer.commit(_by_name(summaries), thesaurus=writer.write_thesaurus(concepts))
    except BaseException:
        writer.cancel()
        raise
    return BuildReport(
        len(taken), summaries, skipped.first, skipped.total, dict(skipped.beyond), perf_counter() - started
    )


def require_items(items: int, sources: Sequence[str | Path]) -> None:
    """Refuse sources without a single item.

    Raises:
        SourceError: There is no item.
    """
    if not items:
        names = ", ".join(map(str, sources))
        raise SourceError(
            f"no item found in {names}; see what is read of a source with: dragoman items SOURCE"
        )


def read_once(path: str | Path, taken: set[str], skipped: Skips, progress: Progress) -> Iterator[Prepared]:
    """Yield the documents of a source whose ids no earlier one has.

    Args:
        path: A file, or ``-`` for standard input.
        taken: The ids met so far, in all sources; grows.
        skipped: What was left out so far; grows.
        progress: Called with the source's name and the number of items read so far, from all sources.
    """
    name = source_name(path)
    progress(name, len(taken))
    for document in read_prepared(path, skipped.append):
        if document.id in taken:
            reason = f"the id “{document.id}” is taken by an earlier item"
            skipped.append(Skipped(name, document.line, reason))
            continue
        taken.add(document.id)
        yield document
        if not len(taken) % TOLD_EVERY:
            progress(name, len(taken))


def _by_name(summaries: list[SourceSummary]) -> list[SourceSummary]:
    """Join what sources of one name gave: an item knows its file by that name alone."""
    joined: dict[str, SourceSummary] = {}
    for name, items, skips in summaries:
        _, before, skips_before = joined.get(name, (name, 0, 0))
        joined[name] = SourceSummary(name, before + items, skips_before + skips)
    return list(joined.values())


def _add_source(
    path: str | Path,
    add: Callable[[Prepared], None],
    taken: set[str],
    skipped: Skips,
    progress: Progress,
) -> SourceSummary:
    before, skipped_before = len(taken), len(skipped)
    for document in read_once(path, taken, skipped, progress):
        add(document)
    return SourceSummary(source_name(path), len(taken) - before, len(skipped) - skipped_before)
