"""The writer of an index on a cluster: a new index beside the old one, a switch, and the old one goes."""

from __future__ import annotations

import zlib
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.bulk import BulkSender
from indexer.cluster.contents import ClusterContents
from indexer.cluster.documents import cluster_document
from indexer.cluster.leftovers import aliased, left_over, numbers
from indexer.cluster.mapping import CONTENTS_ID, WORDS_ENDING, index_body, words_body
from indexer.cluster.register import register_documents
from indexer.cluster.statistics import read_statistics, runs_scripts
from indexer.cluster.thesaurus import thesaurus_parts
from indexer.errors import ClusterError
from indexer.store.register import RegisterChanges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.cluster.client import Cluster
    from indexer.cluster.documents import Entry
    from indexer.cluster.lock import ClusterLock
    from indexer.documents import Document
    from indexer.store.source_summary import SourceSummary
    from indexer.thesaurus.concept import Concept
    from indexer.validators import Validators

MOST_GATHERED: Final = 200_000  # words whose entries are held before they are sent
MOST_SENT: Final = 1_000_000  # entries that are known to have been sent
_KEY: Final = 16  # bytes of a digest that stands for an entry of the vocabulary
_GREEN: Final = "60s"  # how long copies may take to be made


class ClusterWriter:
    """Writes an index on a cluster.

    Args:
        cluster: The cluster.
        lock: The right to write it.
        shards: How many parts a new index has.
        replicas: How many copies of each part; None for one where the cluster has several nodes, else none.

    Attributes:
        facets: The own fields that the index counts without being asked; none at first.
        uncounted: After a commit, why some of them are not counted.
        register: What is known of items beside their records.
        segments: None: a new index has no items of an old one.
    """

    def __init__(
        self,
        cluster: Cluster,
        lock: ClusterLock,
        *,
        shards: int = 1,
        replicas: int | None = None,
    ) -> None:
        self._cluster = cluster
        self._lock = lock
        self.facets: tuple[str, ...] = ()
        self.uncounted: tuple[str, ...] = ()
        self.register = RegisterChanges()
        self.segments: tuple[()] = ()
        self._thesaurus: tuple[int, int] | None = None
        self._sender = BulkSender(cluster)
        self._gathered: set[Entry] = set()
        self._sent: set[bytes] = set()
        self._added = 0
        if replicas is None:
            nodes = cluster.get("/_cluster/health")["number_of_data_nodes"]
            replicas = 1 if nodes > 1 else 0
        self._replicas = replicas
        self._clear_leftovers()
        number = max(numbers(cluster), default=0) + 1
        self._index = f"{cluster.address.name}-{number}"
        self._words = f"{self._index}{WORDS_ENDING}"
        version = cluster.get("/")["version"]["number"]
        cluster.request("PUT", f"/{self._index}", index_body(shards=shards, replicas=0, version=version))
        cluster.request("PUT", f"/{self._words}", words_body(replicas=0))

    def add(self, document: Document) -> None:
        """Add a document, in the place of one with its id.

        Raises:
            ClusterError: The cluster does not take it, or another one that waited.
        """
        body = cluster_document(document, self._gathered)
        self._sender.index(self._index, document.id, body)
        self._added += 1
        if len(self._gathered) > MOST_GATHERED:
            self._send_words()

    def __len__(self) -> int:
        """Count the documents that a commit would make the index of."""
        return self._added

    def find(self, item_id: str) -> None:  # noqa: ARG002 - nothing of the old index stays
        """Find nothing: all items of a new index are new."""
        return

    def having_digest(self, digest: int) -> tuple[()]:  # noqa: ARG002
        """Give nothing, likewise."""
        return ()

    def write_thesaurus(self, concepts: Iterable[Concept]) -> None:
        """Compile the thesaurus of the index, and send it."""
        from indexer.thesaurus.compiled import write_table

        with TemporaryDirectory() as folder:
            path = Path(folder) / "thesaurus.labels"
            write_table(concepts, path)
            data = path.read_bytes()
        for key, body in thesaurus_parts(data):
            self._sender.index(self._words, key, body)
        self._thesaurus = len(data), zlib.crc32(data)

    def commit(self, sources: Iterable[SourceSummary], fetched: tuple[Validators, ...] = ()) -> None:
        """Make what was written the index, in one step.

        Args:
            sources: What each source gave.
            fetched: What servers said of the states of the addresses among them.

        Raises:
            ClusterError: The cluster did not take all of it; the index that was there stays.
        """
        cluster = self._cluster
        self._send_words()
        for key, body in register_documents(self.register):
            self._sender.index(self._words, key, body)
        self._sender.flush()
        cluster.post(f"/{self._index}/_refresh")
        known = read_statistics(cluster, self._index, self.facets)
        if known.items != self._added:
            raise ClusterError(
                f"{cluster.address} has {known.items} items of the {self._added} that it was sent"
            )
        self.facets, self.uncounted = known.facets, known.uncounted
        contents = ClusterContents(
            self._index,
            self._words,
            self._index.rpartition("-")[2],
            datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
            known.items,
            tuple(sources),
            known.facets,
            known.fields,
            known.ranked,
            self._thesaurus,
            runs_scripts(cluster, self._index),
            fetched,
            self.register.changed,
        )
        self._sender.index(self._words, CONTENTS_ID, {"contents": contents.to_record()})
        self._sender.flush()
        cluster.post(f"/{self._words}/_refresh")
        self._switch()

    def cancel(self) -> None:
        """Drop what was written of a new index; the one that was there stays."""
        with suppress(ClusterError):
            self._sender.cancel()
            self._delete(self._index, self._words)

    def _send_words(self) -> None:
        """Send the entries of the vocabulary that were gathered."""
        for language, term, word, variant in self._gathered:
            key = blake2b(f"{language} {term} {word}".encode("utf-8", "replace"), digest_size=_KEY).digest()
            if key in self._sent:
                continue
            self._sent.add(key)
            body: dict[str, Any] = {"word": word, "term": f"{language} {term}"}
            if variant is not None:
                body |= {"variant": f"{language} {word}", "value": variant}
            self._sender.index(self._words, key.hex(), body)
        self._gathered.clear()
        if len(self._sent) > MOST_SENT:  # some will be sent twice, which does no harm
            self._sent.clear()

    def _switch(self) -> None:
        """Let the alias name the new index, wait for its copies first, and drop the old one afterwards."""
        cluster, name = self._cluster, self._cluster.address.name
        self._lock.require()
        if self._replicas:
            settings = {"index": {"number_of_replicas": self._replicas}}
            cluster.request("PUT", f"/{self._index},{self._words}/_settings", settings)
            cluster.get(
                f"/_cluster/health/{self._index},{self._words}", wait_for_status="green", timeout=_GREEN
            )
        aliases = {name: self._index, f"{name}{WORDS_ENDING}": self._words}
        old = aliased(cluster, name)
        actions = [
            {"remove": {"index": index, "alias": alias}} for index, own in old.items() for alias in own
        ]
        actions += [{"add": {"index": index, "alias": alias}} for alias, index in aliases.items()]
        cluster.post("/_aliases", {"actions": actions})
        self._delete(*old)

    def _clear_leftovers(self) -> None:
        """Drop what writers that died left behind: indexes of ours that no alias names."""
        name = self._cluster.address.name
        if self._cluster.request("GET", f"/{name}/_alias", allowed=(404,)).get(name):
            raise ClusterError(
                f"“{name}” at {self._cluster.address.roots[0]} is an index by itself, not one of Dragoman's; "
                "choose another name"
            )
        self._delete(*left_over(self._cluster))

    def _delete(self, *indexes: str) -> None:
        for index in indexes:
            self._cluster.request("DELETE", f"/{index}", allowed=(404,))
