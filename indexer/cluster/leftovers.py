"""The indexes of one name on a cluster: those that its aliases name, and what dead writers left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.cluster.contents import APPLICATION
from indexer.cluster.mapping import WORDS_ENDING

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster


def aliased(cluster: Cluster, name: str) -> dict[str, list[str]]:
    """Give the indexes that the aliases of a name stand for, each with its aliases."""
    answer = cluster.request("GET", f"/_alias/{name},{name}{WORDS_ENDING}", allowed=(404,))
    return {
        index: list(one["aliases"])
        for index, one in answer.items()
        if isinstance(one, dict) and "aliases" in one
    }


def numbers(cluster: Cluster) -> list[int]:
    """List the numbers of all indexes that look like ours, ascending."""
    name = cluster.address.name
    ours = re.compile(rf"{re.escape(name)}-([0-9]+)(?:{WORDS_ENDING})?").fullmatch
    found = cluster.get(f"/_cat/indices/{name}-*", format="json", h="index")
    return sorted({int(match[1]) for row in found if (match := ours(row["index"]))})


def left_over(cluster: Cluster) -> list[str]:
    """List the indexes of ours that no alias names."""
    name = cluster.address.name
    kept = aliased(cluster, name)
    found = []
    for number in numbers(cluster):
        for index in (f"{name}-{number}", f"{name}-{number}{WORDS_ENDING}"):
            mapping = cluster.request("GET", f"/{index}/_mapping", allowed=(404,))
            meta = mapping.get(index, {}).get("mappings", {}).get("_meta", {})
            if index not in kept and meta.get("application") == APPLICATION:
                found.append(index)
    return found
