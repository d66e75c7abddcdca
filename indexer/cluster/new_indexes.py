"""Create the indexes of a new generation on a cluster, and publish or delete them.

New indexes replace those behind the aliases atomically; leftovers of dead writers are removed.

While an index is written, it has a separate alias, its write alias, to which all documents are sent. A writer
that takes over the lock of a dead writer first removes the write aliases of the dead writer. If that writer
is alive after all, it can neither write nor switch: its documents are rejected because the write alias is
missing, and its switch is rejected because a switch requires the write alias and the indexes that the writer
started from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.bulk_requests import WRITING
from indexer.cluster.cluster_manifest import (
    find_aliases,
    find_leftovers,
    generation_numbers,
    require_own_index,
)
from indexer.cluster.mapping import (
    LOCKS,
    RANKED,
    SCORE_SCRIPT,
    WORDS_ENDING,
    groups_metric,
    index_body,
    length_field,
    value_labels,
    values_body,
    words_body,
)
from indexer.errors import ClusterError, message
from indexer.runtime import NamedTuple
from indexer.schema import CONCEPTS
from indexer.store.writer import choose_facets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.cluster_manifest import ClusterManifest
    from indexer.cluster.lock import ClusterLock
    from indexer.store.protocols import WriteRequest


_WRITING: Final = "-writing"


def writing_alias(index: str) -> str:
    """Return the alias through which a writer writes to an index."""
    return f"{index}{_WRITING}"


def index_of(alias: str) -> str:
    """Return the index to which a write alias belongs."""
    return alias.removesuffix(_WRITING)


def clear_leftovers(cluster: Cluster) -> None:
    """Delete the indexes that killed writers left behind.

    The caller must have the lock.

    Raises:
        ClusterError: The name belongs to another application.
    """
    require_own_index(cluster)
    for index in find_leftovers(cluster):
        drop(cluster, index)


def drop(cluster: Cluster, index: str) -> None:
    """Delete an index, unless it was published in the meantime."""
    action = {"index": index, "alias": writing_alias(index), "must_exist": "true"}
    cluster.request("POST", "/_aliases", {"actions": [{"remove": action}]}, allowed=(404,))
    if index not in find_aliases(cluster, cluster.address.name):
        delete(cluster, index)


def delete(cluster: Cluster, *indexes: str) -> None:
    """Delete indexes, and ignore missing ones."""
    cluster.request("DELETE", f"/{','.join(indexes)}", params={"ignore_unavailable": "true"}, allowed=(404,))


def switch(cluster: Cluster, old: Mapping[str, Iterable[str]], new: Mapping[str, str]) -> None:
    """Move each alias from its old index to its new index, atomically.

    Raises:
        ClusterError: The aliases have changed since the writer began, so another writer is active.
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
    # If a response was lost, the repeated request fails although the switch was done. So compare the aliases.
    found = find_aliases(cluster, cluster.address.name)
    if not all(alias in found.get(index, ()) for alias, index in new.items()):
        raise ClusterError(message("cluster.lock_lost", address=cluster.address))


_MAKING: Final = 120.0  # timeout for creating an index, in seconds
_LOOK: Final = "20s"  # timeout of a health request


def clone(cluster: Cluster, old: str, new: str, aliases: Mapping[str, Any]) -> None:
    """Create a clone of a read-only index under a new name.

    The clone shares the old index's files, by hard links if the file system supports them, and has no
    replicas.
    """
    settings = {"index.blocks.write": False, "index.number_of_replicas": 0}
    _make(cluster, "POST", f"/{old}/_clone/{new}", {"settings": settings, "aliases": dict(aliases)})
    _wait(cluster, [new], "yellow")


def make_read_only(cluster: Cluster, indexes: Sequence[str]) -> None:
    """Make indexes read-only, which cloning requires."""
    path = f"/{','.join(indexes)}/_settings"
    cluster.request("PUT", path, {"index": {"blocks.write": True}}, seconds=_MAKING)


def _make(cluster: Cluster, method: str, path: str, body: dict[str, Any]) -> None:
    try:
        cluster.request(method, path, body, seconds=_MAKING)
    except ClusterError as error:
        if error.kind != "resource_already_exists_exception":  # caused by a request that was sent twice
            raise


def _wait(cluster: Cluster, indexes: Sequence[str], status: str) -> None:
    """Wait until indexes have a health status, or until no shard is initialising."""
    path = f"/_cluster/health/{','.join(indexes)}"
    while True:
        health = cluster.request(
            "GET", path, params={"wait_for_status": status, "timeout": _LOOK}, allowed=(408,)
        )
        if not health["timed_out"]:
            return
        if not health["initializing_shards"]:
            if status == "yellow":
                raise ClusterError(message("cluster.no_room", address=cluster.address, indexes=indexes[0]))
            return


_MAX_FIELDS: Final = 10_000


class IndexStatistics(NamedTuple):
    """The statistics of an index that are stored in its manifest.

    Attributes:
        items: The number of items.
        fields: The custom fields that at least one item has, sorted.
        facets: The requested facets that can be counted.
        uncounted: The reasons why the other requested facets cannot be counted.
        ranked: For each ranked field, the number of documents that have it, and its mean length in them.
    """

    items: int
    fields: tuple[str, ...]
    facets: tuple[str, ...]
    uncounted: tuple[str, ...]
    ranked: dict[str, tuple[int, float]]


def read_statistics(cluster: Cluster, index: str, facets: Sequence[str]) -> IndexStatistics:
    """Compute the statistics of an index."""
    aggs: dict[str, Any] = {"names": {"terms": {"field": "own_name", "size": _MAX_FIELDS}}}
    for name in RANKED:
        length = length_field(name)
        aggs[name] = {"filter": {"exists": {"field": length}}, "aggs": {"mean": {"avg": {"field": length}}}}
    aggs |= {f"values of {name}": values_body(name) for name in facets}
    answer = cluster.search(index, {"size": 0, "track_total_hits": True, "aggs": aggs})
    found = answer["aggregations"]
    fields = tuple(sorted(bucket["key"] for bucket in found["names"]["buckets"]))

    def holds(name: str) -> bool:
        of_concepts = f"{name}{CONCEPTS}" in fields
        if name in fields and not of_concepts:
            value_labels(name, found[f"values of {name}"])
        return name in fields or of_concepts

    counted, reported = choose_facets(facets, holds)
    ranked = {name: (found[name]["doc_count"], found[name]["mean"]["value"] or 1.0) for name in RANKED}
    return IndexStatistics(answer["hits"]["total"]["value"], fields, counted, reported, ranked)


def runs_scripts(cluster: Cluster, index: str) -> bool:
    """Return whether a cluster permits scripts.

    Scripts compute the exact scores, and count the groups of near duplicates among the matches.
    """
    script = {"source": SCORE_SCRIPT, "params": {"f": "id", "t": "", "l": "start", "w": 1.0, "a": 1.0}}
    none = {"term": {"id": " "}}
    counted = {"groups": {"filter": none, "aggs": {"distinct": groups_metric(0)}}}
    body = {"size": 0, "query": {"script_score": {"query": none, "script": script}}, "aggs": counted}
    try:
        cluster.search(index, body)
    except ClusterError as error:
        if _REFUSAL not in str(error):
            raise
        return False
    return True


_REFUSAL: Final = "scripts"  # part of the error of OpenSearch 2 and 3: “cannot execute [inline] scripts”


class NewIndexes:
    """The indexes of the next generation, which are empty or clones of the previous ones.

    Args:
        cluster: The client of the cluster.
        lock: The lock of the index.
        base: The generation to clone; ``None`` to create empty indexes.
        request: The options of the write. Its ``shards`` and ``replicas`` apply to empty indexes; clones keep
            those of their originals.

    Attributes:
        number: The number of the generation; 0 until an index is created.
    """

    def __init__(
        self, cluster: Cluster, lock: ClusterLock, base: ClusterManifest | None, request: WriteRequest
    ) -> None:
        self._cluster = cluster
        self._lock = lock
        self._base = base
        self._request = request
        self._old = find_aliases(cluster, cluster.address.name)
        self._made: dict[str, str] = {}  # the names of the new indexes by their future aliases
        self.number = 0

    def items(self) -> str:
        """Return the write alias of the items index."""
        return self._alias("", self._base.items_index if self._base else None)

    def words(self) -> str:
        """Return the write alias of the vocabulary index."""
        return self._alias(WORDS_ENDING, self._base.words_index if self._base else None)

    def refresh_index(self, alias: str) -> str:
        """Refresh the index of a write alias, and return its name."""
        index = index_of(alias)
        self._cluster.request("POST", f"/{index}/_refresh", seconds=WRITING)
        return index

    def publish(self) -> None:
        """Make the new indexes current: create replicas, move the aliases, delete old indexes.

        Raises:
            ClusterError: Another writer has taken over, or the cluster does not respond.
        """
        self._create_replicas()
        self._lock.require()
        old = {}
        for index, aliases in self._old.items():
            if named := [alias for alias in aliases if alias in self._made]:
                old[index] = named
        switch(self._cluster, old, self._made)
        if old:
            delete(self._cluster, *old)

    def _create_replicas(self) -> None:
        """Set the number of replicas, and wait until they exist."""
        cluster, base, copies = self._cluster, self._base, self._request.replicas
        if base:
            settings = cluster.get(f"/{base.words_index}/_settings")[base.words_index]["settings"]
            copies = int(settings["index"]["number_of_replicas"])
        elif copies is None:
            copies = int(cluster.get("/_cluster/health")["number_of_data_nodes"] > 1)
        if copies:
            indexes = [*self._made.values()]
            path = f"/{','.join(indexes)}/_settings"
            cluster.request("PUT", path, {"index": {"number_of_replicas": copies}}, seconds=_MAKING)
            _wait(cluster, indexes, "green")

    def drop(self) -> None:
        """Delete the new indexes."""
        for index in self._made.values():
            drop(self._cluster, index)

    def _alias(self, ending: str, old: str | None) -> str:
        cluster, name = self._cluster, self._cluster.address.name
        made = self._made.get(f"{name}{ending}")
        if made is None:
            if not self.number:
                self.number = self._lock.next_number(max(generation_numbers(cluster), default=0))
                if self._base:
                    make_read_only(cluster, (self._base.items_index, self._base.words_index))
            made = self._made[f"{name}{ending}"] = f"{name}-{self.number}{ending}"
            aliases: dict[str, Any] = {writing_alias(made): {}}
            if old is not None:
                clone(cluster, old, made, aliases)
            elif ending:
                _make(cluster, "PUT", f"/{made}", words_body() | {"aliases": aliases})
            else:
                norms = not runs_scripts(cluster, LOCKS)  # this index exists, and has replicas
                body = index_body(
                    shards=self._request.shards or 1, replicas=0, version=cluster.version(), norms=norms
                )
                _make(cluster, "PUT", f"/{made}", body | {"aliases": aliases})
        return writing_alias(made)
