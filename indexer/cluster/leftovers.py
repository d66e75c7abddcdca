"""The indexes of one name on a cluster: those that its aliases name, and what dead writers left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.cluster.contents import APPLICATION
from indexer.cluster.mapping import WORDS_ENDING
from indexer.errors import ClusterError

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster


def aliased(cluster: Cluster, name: str) -> dict[str, list[str]]:
    """Give the indexes that the aliases of a name stand for, each with those of its aliases.

    An index of the very name is among them, without any.
    """
    names = (name, f"{name}{WORDS_ENDING}")
    answer = cluster.get(f"/{','.join(names)}/_alias", ignore_unavailable="true")
    return {index: [alias for alias in one["aliases"] if alias in names] for index, one in answer.items()}


def require_ours(cluster: Cluster) -> None:
    """Make sure that a name is free, or stands for an index of ours.

    Raises:
        ClusterError: It is that of something else, which would be lost.
    """
    name = cluster.address.name
    known = _ours(cluster, f"{name},{name}{WORDS_ENDING}")
    for index in aliased(cluster, name):
        if index not in known:
            is_itself = "is" if index == name else f"stands for “{index}”, which is"
            raise ClusterError(
                f"“{name}” at {cluster.address.roots[0]} {is_itself} no index of Dragoman's; "
                "choose another name"
            )


def numbers(cluster: Cluster) -> list[int]:
    """List the numbers of all indexes that look like ours, ascending."""
    path = f"/{cluster.address.name}-*/_settings"
    found = cluster.get(path, filter_path="*.settings.index.uuid", expand_wildcards="all")
    return sorted({int(match[1]) for index in found if (match := _numbered(cluster, index))})


def left_over(cluster: Cluster) -> list[str]:
    """List the indexes of ours that no alias names."""
    kept = aliased(cluster, cluster.address.name)
    found = _ours(cluster, f"{cluster.address.name}-*")
    return sorted([index for index in found if _numbered(cluster, index) and index not in kept])


def _ours(cluster: Cluster, names: str) -> set[str]:
    """Give those of some indexes that bear our mark."""
    mark = "mappings._meta.application"
    answer = cluster.get(f"/{names}/_mapping", ignore_unavailable="true", filter_path=f"*.{mark}")
    return {index for index, one in answer.items() if one["mappings"]["_meta"]["application"] == APPLICATION}


def _numbered(cluster: Cluster, index: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{re.escape(cluster.address.name)}-([0-9]+)(?:{WORDS_ENDING})?", index)
