"""A build on a cluster: sources become documents, documents a new index in the place of the old one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from indexer.cluster.address import parse_address
from indexer.cluster.client import Cluster
from indexer.cluster.lock import ClusterLock
from indexer.cluster.writer import ClusterWriter
from indexer.sources import AS_THEY_ARE, ReadOptions
from indexer.store.facets import facet_names
from indexer.store.writing import Asked, write_onto
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.item import NewsItem
    from indexer.progress import Progress
    from indexer.store.report import WriteReport
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
    shards: int = 1,
    replicas: int | None = None,
) -> WriteReport:
    """Build an index on a cluster; one that was there is replaced when the new one is complete.

    Args:
        sources: As of :func:`indexer.store.build.build`.
        place: The address of the index.
        progress: As there.
        wait: Likewise.
        memory_mb: Likewise.
        thesauri: Likewise.
        own_thesaurus: Likewise.
        reading: Likewise.
        items: Likewise.
        facets: Likewise.
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
    asked = Asked(tuple(sources), items, reading, names)
    with ClusterLock(cluster, wait=wait) as lock:
        return write_onto(asked, _new_index(cluster, lock, shards, replicas), progress, concepts=concepts)


@contextmanager
def _new_index(
    cluster: Cluster, lock: ClusterLock, shards: int, replicas: int | None
) -> Iterator[IndexWriter]:
    """Let a new index be prepared; where that fails, the one that was there stays."""
    writer = ClusterWriter(cluster, lock, shards=shards, replicas=replicas)
    try:
        # It has what is asked of a writer of a new index, in which nothing is found and nothing replaced.
        yield cast("IndexWriter", writer)
    except BaseException:
        writer.cancel()
        raise
