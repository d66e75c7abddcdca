"""New indexes become those that aliases name, in one step; what dead writers left behind is cleared.

While an index is written it has an alias of its own, and is written by that alone. Who takes over from a
writer takes these aliases away first. A writer that was thought dead can then neither write nor switch any
more: what it sends is refused, since its alias is gone, and so is its switch, which needs that alias and the
indexes that it began with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.leftovers import aliased, left_over, require_ours
from indexer.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indexer.cluster.client import Cluster

_WRITING: Final = "-writing"


def writing_alias(index: str) -> str:
    """Name the alias by which an index is written."""
    return f"{index}{_WRITING}"


def index_of(alias: str) -> str:
    """Name the index that is written by an alias."""
    return alias.removesuffix(_WRITING)


def clear_leftovers(cluster: Cluster) -> None:
    """Drop what writers that died left behind: indexes of ours that no alias names. We hold the lock.

    Raises:
        ClusterError: The name is that of an index of somebody else.
    """
    require_ours(cluster)
    for index in left_over(cluster):
        drop(cluster, index)


def drop(cluster: Cluster, index: str) -> None:
    """Drop an index that was not published; leave one that was in the meantime."""
    action = {"index": index, "alias": writing_alias(index), "must_exist": "true"}
    cluster.request("POST", "/_aliases", {"actions": [{"remove": action}]}, allowed=(404,))
    if index not in aliased(cluster, cluster.address.name):
        delete(cluster, index)


def delete(cluster: Cluster, *indexes: str) -> None:
    """Delete indexes; harmless where they are gone."""
    cluster.request("DELETE", f"/{','.join(indexes)}", params={"ignore_unavailable": "true"}, allowed=(404,))


def switch(cluster: Cluster, old: Mapping[str, Iterable[str]], new: Mapping[str, str]) -> None:
    """Let aliases name new indexes instead of old ones, in one step.

    Args:
        cluster: The cluster.
        old: The indexes that go, with the aliases that name them.
        new: Aliases with the indexes that they name from now on, each of which has its alias for writing.

    Raises:
        ClusterError: They are not as they were when the writer began: another one is at work.
    """
    actions: list[dict[str, Any]] = [
        {"remove": {"index": index, "alias": alias, "must_exist": "true"}}
        for index, names in old.items()
        for alias in names
    ]
    for alias, index in new.items():
        own = {"index": index, "alias": writing_alias(index), "must_exist": "true"}
        actions += [{"remove": own}, {"add": {"index": index, "alias": alias}}]
    cluster.request("POST", "/_aliases", {"actions": actions}, allowed=(404,))
    # Sent again after a lost answer it is refused, since it was done: what is there tells.
    found = aliased(cluster, cluster.address.name)
    if not all(alias in found.get(index, ()) for alias, index in new.items()):
        raise ClusterError(f"another writer took {cluster.address} over; start again")
