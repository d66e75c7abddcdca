"""Where an index on a cluster is written: new indexes take the place of the old ones in one step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from indexer.cluster.address import parse_address
from indexer.cluster.catalog import find_contents, read_contents, remembered_corrections
from indexer.cluster.client import Cluster
from indexer.cluster.lock import ClusterLock
from indexer.cluster.new_indexes import clear_leftovers
from indexer.cluster.writer import ClusterWriter
from indexer.errors import ClusterError
from indexer.store import indexing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from indexer.cluster.catalog import ClusterContents
    from indexer.store.protocols import IndexStore
    from indexer.store.write_report import WriteReport


class ClusterLocation:
    """An address at which an index is written; see :class:`indexer.store.protocols.IndexLocation`.

    Args:
        place: The address.
        shards: The number of parts of a new index.
        replicas: The number of copies of each part; None for one where the cluster has several nodes, else
            none.

    Attributes:
        cluster: The cluster.

    Raises:
        ClusterError: It is no address of an index.
    """

    def __init__(self, place: str, shards: int = 1, replicas: int | None = None) -> None:
        self.cluster = Cluster(parse_address(place))
        self._shards, self._replicas = shards, replicas
        self._lock: ClusterLock | None = None

    def __str__(self) -> str:
        return str(self.cluster.address)

    def require(self) -> None:
        """Raise an error unless there is an index."""
        self.read()

    def read(self) -> ClusterContents:
        """Read the contents of the index; raise an error if there is none."""
        return read_contents(self.cluster)

    def base(self) -> ClusterContents | None:
        """Read the contents of the index; None if there is none yet."""
        return find_contents(self.cluster)

    def remembered_corrections(self) -> str | None:
        """Return the file of corrections of the index, whatever its format; None if it has none."""
        return remembered_corrections(self.cluster)

    @contextmanager
    def locked(self, wait: float) -> Iterator[None]:
        """Keep other writers out, and drop what writers that died left behind."""
        with ClusterLock(self.cluster, wait=wait) as self._lock:
            clear_leftovers(self.cluster)
            yield

    @contextmanager
    def next_generation(self, base: ClusterContents | None) -> Iterator[IndexStore]:
        """Open the store of the next generation, which is cancelled if the block fails."""
        assert self._lock
        writer = ClusterWriter(self.cluster, self._lock, base, shards=self._shards, replicas=self._replicas)
        try:
            yield writer
        except BaseException as error:
            writer.cancel()
            if isinstance(error, ClusterError):
                self._lock.require()  # what fails since another writer took over is told as that
            raise


def build(
    sources: Sequence[str | Path],
    place: str,
    *rest: Any,
    shards: int = 1,
    replicas: int | None = None,
    **settings: Any,
) -> WriteReport:
    """Build an index on a cluster; see :func:`indexer.store.indexing.build` and :class:`ClusterLocation`."""
    location = ClusterLocation(place, shards, replicas)
    location.cluster.version()  # nothing is written to what is no cluster
    return indexing.build(sources, location, *rest, **settings)


def update(sources: Sequence[str | Path] | None, place: str, *rest: Any, **settings: Any) -> WriteReport:
    """Update an index on a cluster; see :func:`indexer.store.indexing.update`."""
    location = ClusterLocation(place)
    location.cluster.version()
    return indexing.update(sources, location, *rest, **settings)
