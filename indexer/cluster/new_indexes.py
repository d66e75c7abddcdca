"""The new indexes of a writer on a cluster: made when they are first written, then published or dropped.

New indexes become those that aliases name, in one step; what dead writers left behind is cleared.

While an index is written it has an alias of its own, and is written by that alone. Who takes over from a
writer takes these aliases away first. A writer that was thought dead can then neither write nor switch any
more: what it sends is refused, since its alias is gone, and so is its switch, which needs that alias and the
indexes that it began with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.bulk_requests import WRITING
from indexer.cluster.catalog import aliased, groups_metric, left_over, numbers, require_ours
from indexer.cluster.mapping import (
    LOCKS,
    RANKED,
    SCORE_SCRIPT,
    WORDS_ENDING,
    index_body,
    length_field,
    value_labels,
    values_body,
    words_body,
)
from indexer.errors import ClusterError
from indexer.runtime import NamedTuple
from indexer.schema import CONCEPTS
from indexer.store.writer import choose_facets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.cluster.catalog import ClusterContents
    from indexer.cluster.client import Cluster
    from indexer.cluster.lock import ClusterLock
    from indexer.store.protocols import WriteRequest


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


_MAKING: Final = 120.0  # seconds in which a cluster must say that it makes an index
_LOOK: Final = "20s"  # how long a cluster is let work between two looks


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


_MAX_FIELDS: Final = 10_000


class IndexStatistics(NamedTuple):
    """What an index holds.

    Attributes:
        items: How many items.
        fields: The own fields that any has, ascending.
        facets: Those that were named as facets and can be counted.
        uncounted: Of the others why not.
        ranked: For each ranked field the documents that have it, and its mean length among them.
    """

    items: int
    fields: tuple[str, ...]
    facets: tuple[str, ...]
    uncounted: tuple[str, ...]
    ranked: dict[str, tuple[int, float]]


def read_statistics(cluster: Cluster, index: str, facets: Sequence[str]) -> IndexStatistics:
    """Work out what an index holds.

    Args:
        cluster: The cluster.
        index: The index, refreshed.
        facets: The own fields that are to be counted without being asked for.
    """
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
    """Tell whether a cluster runs the scripts of exact scores, and those that count groups."""
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


_REFUSAL: Final = "scripts"  # “cannot execute [inline] scripts”, as OpenSearch 2 and 3 word it


class NewIndexes:
    """The indexes of the next generation: empty ones, or clones of those of the base.

    Args:
        cluster: The cluster.
        lock: The right to write the index.
        base: The generation to start from; None to start from nothing.
        request: The options of the write, of which ``shards`` and ``replicas`` are those of empty indexes;
            clones have as many as what they are of.

    Attributes:
        number: The number of the generation; 0 as long as no index is made.
    """

    def __init__(
        self, cluster: Cluster, lock: ClusterLock, base: ClusterContents | None, request: WriteRequest
    ) -> None:
        self._cluster = cluster
        self._lock = lock
        self._base = base
        self._request = request
        self._old = aliased(cluster, cluster.address.name)
        self._made: dict[str, str] = {}  # by the aliases that will name them
        self.number = 0

    def items(self) -> str:
        """Give the alias by which the index of the items is written."""
        return self._alias("", self._base.items_index if self._base else None)

    def words(self) -> str:
        """Give the alias by which the index of the vocabulary is written."""
        return self._alias(WORDS_ENDING, self._base.words_index if self._base else None)

    def refreshed(self, alias: str) -> str:
        """Let searches see what an index was sent that is written by an alias; give its name."""
        index = index_of(alias)
        self._cluster.request("POST", f"/{index}/_refresh", seconds=WRITING)
        return index

    def publish(self) -> None:
        """Let the aliases name the new indexes, once their copies are made; drop the old ones afterwards.

        Raises:
            ClusterError: Another writer took over, or the cluster does not answer.
        """
        self._make_copies()
        self._lock.require()
        old = {}
        for index, aliases in self._old.items():
            if named := [alias for alias in aliases if alias in self._made]:
                old[index] = named
        switch(self._cluster, old, self._made)
        if old:
            delete(self._cluster, *old)

    def _make_copies(self) -> None:
        """Copy the parts to other nodes, as often as those of the base, and wait until that is done."""
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
        """Drop what was made."""
        for index in self._made.values():
            drop(self._cluster, index)

    def _alias(self, ending: str, old: str | None) -> str:
        cluster, name = self._cluster, self._cluster.address.name
        made = self._made.get(f"{name}{ending}")
        if made is None:
            if not self.number:
                self.number = self._lock.next_number(max(numbers(cluster), default=0))
                if self._base:
                    seal(cluster, (self._base.items_index, self._base.words_index))
            made = self._made[f"{name}{ending}"] = f"{name}-{self.number}{ending}"
            aliases: dict[str, Any] = {writing_alias(made): {}}
            if old is not None:
                clone(cluster, old, made, aliases)
            elif ending:
                _make(cluster, "PUT", f"/{made}", words_body(replicas=0) | {"aliases": aliases})
            else:
                norms = not runs_scripts(cluster, LOCKS)  # which is there, and has copies
                body = index_body(
                    shards=self._request.shards or 1, replicas=0, version=cluster.version(), norms=norms
                )
                _make(cluster, "PUT", f"/{made}", body | {"aliases": aliases})
        return writing_alias(made)
