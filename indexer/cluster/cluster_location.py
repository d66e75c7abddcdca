"""Build and update an index on a cluster: new indexes replace the old ones in one step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from indexer.cluster.address import parse_address
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_contents import find_contents, read_contents, remembered_corrections
from indexer.cluster.lock import ClusterLock
from indexer.cluster.new_indexes import clear_leftovers
from indexer.cluster.writer import ClusterWriter
from indexer.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.cluster.cluster_contents import ClusterContents
    from indexer.store.protocols import IndexStore, WriteRequest


class ClusterLocation:
    """An address at which an index is written; see :class:`indexer.store.protocols.IndexLocation`.

    Attributes:
        cluster: The cluster.

    Raises:
        ClusterError: It is not the address of an index.
    """

    def __init__(self, place: str) -> None:
        self.cluster = Cluster(parse_address(place))
        self._lock: ClusterLock | None = None

    def __str__(self) -> str:
        return str(self.cluster.address)

    def prepare(self, _request: WriteRequest) -> None:
        """Raise an error unless the address is that of a cluster."""
        self.cluster.version()

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
        """Return the corrections file of the index, of any format; None if it has none."""
        return remembered_corrections(self.cluster)

    @contextmanager
    def locked(self, wait: float) -> Iterator[None]:
        """Lock the index against other writers, and drop the leftovers of failed ones."""
        with ClusterLock(self.cluster, wait=wait) as self._lock:
            clear_leftovers(self.cluster)
            yield

    @contextmanager
    def next_generation(
        self, base: ClusterContents | None, request: WriteRequest | None = None
    ) -> Iterator[IndexStore]:
        """Open the store of the next generation, which is cancelled if the block fails."""
        assert self._lock
        writer = ClusterWriter(self.cluster, self._lock, base, request)
        try:
            yield writer
        except BaseException as error:
            writer.cancel()
            if isinstance(error, ClusterError):
                self._lock.require()  # raises the more precise error that another writer took over
            raise
