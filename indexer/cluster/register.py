"""What an index on a cluster knows of items beside their records: former ids, and other places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.item import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents
    from indexer.store.register import RegisterChanges

History = tuple[tuple[str, ...], tuple[SourceLines, ...]]  # former ids, other places

_MOST: Final = 10_000  # that are read at once


def register_documents(register: RegisterChanges) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the documents of a register, with their keys."""
    for former, item_id in register.former.items():
        yield f"former {former}", {"former": former, "item": item_id}
    for item_id, places in register.places.items():
        yield f"places {item_id}", {"item": item_id, "places": [list(place) for place in places]}


class ClusterRegister:
    """Reads the register of an index.

    Args:
        cluster: The cluster.
        contents: What the index consists of.
    """

    def __init__(self, cluster: Cluster, contents: ClusterContents) -> None:
        self._cluster = cluster
        self._index = contents.words_index
        self._is_empty = not contents.registered

    def current(self, former: str) -> str | None:
        """Give the id that an item has now, by one that it had before."""
        found = self._search({"term": {"former": former}}, 1)
        return found[0]["item"] if found else None

    def beginning(self, beginning: str, most: int) -> list[str]:
        """List the first few former ids that begin so, ascending."""
        return [one["former"] for one in self._search({"prefix": {"former": beginning}}, most)]

    def histories(self, ids: Sequence[str]) -> dict[str, History]:
        """Give of some items the ids that they had before, and the other places where they stand."""
        found: dict[str, History] = {}
        for one in self._search({"terms": {"item": list(ids)}}, _MOST):
            former, places = found.get(one["item"], ((), ()))
            more = tuple([SourceLines(*place) for place in one.get("places", ())])
            found[one["item"]] = (*former, *([one["former"]] if "former" in one else [])), (*places, *more)
        return found

    def _search(self, query: dict[str, Any], most: int) -> list[dict[str, Any]]:
        if self._is_empty:
            return []
        body = {
            "query": {"constant_score": {"filter": query}},
            "size": most,
            "track_total_hits": False,
            "sort": [{"former": {"order": "asc", "missing": "_last"}}],
        }
        return [hit["_source"] for hit in self._cluster.search(self._index, body)["hits"]["hits"]]
