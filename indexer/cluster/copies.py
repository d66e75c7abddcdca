"""New indexes on a cluster: empty ones, clones of others, and copies of their parts on other nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.cluster.client import Cluster

_MAKING: Final = 120.0  # seconds in which a cluster must say that it makes an index
_LOOK: Final = "20s"  # how long a cluster is let work between two looks


def create(cluster: Cluster, index: str, body: dict[str, Any]) -> None:
    """Create an index, of a name that none had."""
    _make(cluster, "PUT", f"/{index}", body)


def clone(cluster: Cluster, old: str, new: str, aliases: Mapping[str, Any]) -> None:
    """Make a clone of an index that is sealed, of a name that none had.

    It has the files of the old one, by hard links where the file system has them, and no copies.
    """
    settings = {"index.blocks.write": False, "index.number_of_replicas": 0}
    _make(cluster, "POST", f"/{old}/_clone/{new}", {"settings": settings, "aliases": dict(aliases)})
    _wait(cluster, [new], "yellow")


def seal(cluster: Cluster, indexes: Sequence[str]) -> None:
    """Let nobody write some indexes any more; only such an index can be cloned."""
    path = f"/{','.join(indexes)}/_settings"
    cluster.request("PUT", path, {"index": {"blocks.write": True}}, seconds=_MAKING)


def copies_of(cluster: Cluster, index: str) -> int:
    """Tell how many copies an index has of each part."""
    settings = cluster.get(f"/{index}/_settings")[index]["settings"]["index"]
    return int(settings["number_of_replicas"])


def make_copies(cluster: Cluster, indexes: Sequence[str], copies: int | None) -> None:
    """Have the parts of indexes copied to other nodes, and wait for it where there are such nodes.

    Args:
        cluster: The cluster.
        indexes: The indexes.
        copies: How many copies; None for one where the cluster has several nodes, else none.
    """
    if copies is None:
        copies = int(cluster.get("/_cluster/health")["number_of_data_nodes"] > 1)
    if copies:
        path = f"/{','.join(indexes)}/_settings"
        cluster.request("PUT", path, {"index": {"number_of_replicas": copies}}, seconds=_MAKING)
        _wait(cluster, indexes, "green")


def _make(cluster: Cluster, method: str, path: str, body: dict[str, Any]) -> None:
    try:
        cluster.request(method, path, body, seconds=_MAKING)
    except ClusterError as error:
        if error.kind != "resource_already_exists_exception":  # else an answer was lost, and we asked again
            raise


def _wait(cluster: Cluster, indexes: Sequence[str], status: str) -> None:
    """Wait until indexes have a status, or nothing is on its way to it any more."""
    path = f"/_cluster/health/{','.join(indexes)}"
    while True:
        health = cluster.request(
            "GET", path, params={"wait_for_status": status, "timeout": _LOOK}, allowed=(408,)
        )
        if not health["timed_out"]:
            return
        if not health["initializing_shards"]:
            if status == "yellow":
                raise ClusterError(f"no node of {cluster.address} has room for {indexes[0]}")
            return
