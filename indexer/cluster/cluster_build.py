"""Builds, updates and deletions on a cluster: new indexes, in the place of the old ones in one step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from indexer.cluster.address import parse_address
from indexer.cluster.catalog import find_contents, read_contents, remembered_corrections
from indexer.cluster.client import Cluster
from indexer.cluster.lock import ClusterLock
from indexer.cluster.new_indexes import clear_leftovers
from indexer.cluster.writer import ClusterWriter
from indexer.errors import ClusterError
from indexer.sources import AS_THEY_ARE, ReadOptions
from indexer.store.corrections.correction import CorrectionRequest, correct_in
from indexer.store.deletion import delete_from
from indexer.store.indexing import WriteOptions, place_of_file, write_onto
from indexer.store.writer import facet_names
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.cluster.catalog import ClusterContents
    from indexer.item import NewsItem
    from indexer.progress import Progress
    from indexer.store.contents import Contents
    from indexer.store.write_report import Tell, WriteReport
    from indexer.store.writer import IndexWriter


def build(  # noqa: PLR0913 - as that of a folder
    sources: Sequence[str | Path],
    place: str,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,  # noqa: ARG001 - a cluster is sent a few requests ahead, whatever it is
    thesauri: Sequence[str | Path] = (),
    own_thesaurus: bool = True,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    facets: Sequence[str] = (),
    corrections: str | os.PathLike[str] | None = None,
    shards: int = 1,
    replicas: int | None = None,
) -> WriteReport:
    """Build an index on a cluster; one that was there is replaced when the new one is complete.

    Args:
        sources: As of :func:`indexer.store.indexing.build`.
        place: The address of the index.
        progress: As there.
        wait: Likewise.
        memory_mb: Likewise.
        thesauri: Likewise.
        own_thesaurus: Likewise.
        reading: Likewise.
        items: Likewise.
        facets: Likewise.
        corrections: Likewise.
        shards: How many parts the index has.
        replicas: How many copies of each part; None for one where the cluster has several nodes, else none.

    Returns:
        What was indexed and what was left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        ClusterError: The cluster cannot be reached, or does not take the index.
        DragomanError: More facets than an index counts.
    """
    names = facet_names(facets)
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    cluster = Cluster(parse_address(place))
    cluster.version()  # nothing is written to what is no cluster
    with ClusterLock(cluster, wait=wait) as lock:
        clear_leftovers(cluster)
        file = place_of_file(corrections) if corrections else remembered_corrections(cluster)
        options = WriteOptions(tuple(sources), items, reading, names, corrections=file, wait=wait)
        writing = next_generation(cluster, lock, shards=shards, replicas=replicas)
        return write_onto(options, writing, progress, concepts=concepts)


def update(  # noqa: PLR0913 - as that of a folder
    sources: Sequence[str | Path] | None,
    place: str,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,  # noqa: ARG001
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    mirror: bool = False,
    sure: bool = False,
    restore: Sequence[str] = (),
    report: str | os.PathLike[str] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> WriteReport:
    """Update an index on a cluster; see :func:`indexer.store.indexing.update`.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        ClusterError: The cluster cannot be reached, or does not take the index.
        DragomanError: What is to be restored was not deleted, or a mirror would delete too much.
    """
    file = place_of_file(corrections) if corrections else None
    options = WriteOptions(sources, items, reading, (), mirror, sure, tuple(restore), report, file, wait)
    cluster = Cluster(parse_address(place))
    cluster.version()
    if sources is None and items is None:
        read_contents(cluster)  # without an index there is nothing that could be read again
    with ClusterLock(cluster, wait=wait) as lock:
        clear_leftovers(cluster)
        base = find_contents(cluster)
        concepts = None if base else gather_concepts()
        writing = next_generation(cluster, lock, base)
        return write_onto(options, writing, progress, base=cast("Contents | None", base), concepts=concepts)


def delete(  # noqa: PLR0913 - as that of a folder
    place: str,
    select: Callable[[], Iterable[str] | None],
    *,
    sources: Sequence[str | Path] = (),
    dry_run: bool = False,
    wait: float = 0.0,
    report: str | os.PathLike[str] | None = None,
    on_change: Tell | None = None,
) -> WriteReport:
    """Delete items of an index on a cluster; see :func:`indexer.store.deletion.delete`.

    Raises:
        DragomanError: An item or a source is not known, or the report cannot be written.
        ClusterError: There is no index, or the cluster cannot be reached.
    """
    cluster = Cluster(parse_address(place))
    read_contents(cluster)
    with ClusterLock(cluster, wait=wait) as lock:
        clear_leftovers(cluster)
        base = read_contents(cluster)
        writing = next_generation(cluster, lock, base)
        return delete_from(
            cast("Contents", base),
            writing,
            select,
            sources=sources,
            dry_run=dry_run,
            report=report,
            on_change=on_change,
        )


def correct(place: str, options: CorrectionRequest) -> WriteReport:
    """Correct an item of an index on a cluster; see :func:`indexer.store.corrections.correction.correct`.

    Raises:
        DragomanError: As there.
        ClusterError: There is no index, or the cluster cannot be reached.
    """
    cluster = Cluster(parse_address(place))
    read_contents(cluster)
    with ClusterLock(cluster, wait=options.wait) as lock:
        clear_leftovers(cluster)
        base = read_contents(cluster)
        return correct_in(cast("Contents", base), next_generation(cluster, lock, base), options)


@contextmanager
def next_generation(
    cluster: Cluster, lock: ClusterLock, base: ClusterContents | None = None, **settings: Any
) -> Iterator[IndexWriter]:
    """Let the next generation of an index be prepared; where that fails, what was there stays."""
    writer = ClusterWriter(cluster, lock, base, **settings)
    try:
        yield cast("IndexWriter", writer)  # it has what is asked of one
    except BaseException as error:
        writer.cancel()
        if isinstance(error, ClusterError):
            lock.require()  # what fails since another writer took over is told as that
        raise
