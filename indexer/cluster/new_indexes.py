"""The new indexes of a writer on a cluster: made when they are first written, then published or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.cluster.bulk import WRITING
from indexer.cluster.copies import clone, copies_of, create, make_copies, seal
from indexer.cluster.leftovers import aliased, numbers
from indexer.cluster.mapping import LOCKS, WORDS_ENDING, index_body, words_body
from indexer.cluster.publish import delete, drop, index_of, switch, writing_alias
from indexer.cluster.statistics import runs_scripts

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents
    from indexer.cluster.lock import ClusterLock


class NewIndexes:
    """The indexes of the next generation: empty ones, or clones of those of the base.

    Args:
        cluster: The cluster.
        lock: The right to write the index.
        base: The generation to start from; None to start from nothing.
        shards: How many parts the index of the items has, where it is empty.
        replicas: How many copies of each part; None for one where the cluster has several nodes. Clones have
            as many as what they are of.

    Attributes:
        number: The number of the generation; 0 as long as no index is made.
    """

    def __init__(
        self,
        cluster: Cluster,
        lock: ClusterLock,
        base: ClusterContents | None,
        *,
        shards: int,
        replicas: int | None,
    ) -> None:
        self._cluster = cluster
        self._lock = lock
        self._base = base
        self._shards, self._replicas = shards, replicas
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
        copies = copies_of(self._cluster, self._base.words_index) if self._base else self._replicas
        make_copies(self._cluster, [*self._made.values()], copies)
        self._lock.require()
        old = {}
        for index, aliases in self._old.items():
            if named := [alias for alias in aliases if alias in self._made]:
                old[index] = named
        switch(self._cluster, old, self._made)
        if old:
            delete(self._cluster, *old)

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
                create(cluster, made, words_body(replicas=0) | {"aliases": aliases})
            else:
                norms = not runs_scripts(cluster, LOCKS)  # which is there, and has copies
                body = index_body(shards=self._shards, replicas=0, version=cluster.version(), norms=norms)
                create(cluster, made, body | {"aliases": aliases})
        return writing_alias(made)
