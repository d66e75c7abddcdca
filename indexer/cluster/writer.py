"""Write an index on a cluster by filling new OpenSearch indexes and switching to them.

A build begins with empty indexes, an update with clones of the old indexes, which share their files. Changes
become visible when the aliases are switched to the new indexes.
"""

from __future__ import annotations

import zlib
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from indexer.annotations import NO_ANNOTATIONS
from indexer.cluster.address import parse_address
from indexer.cluster.base_generation import BaseClusterItems
from indexer.cluster.bulk_requests import BulkSender, walk
from indexer.cluster.cached_lists import open_labels, thesaurus_parts
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_manifest import (
    ClusterManifest,
    find_annotated_manifest,
    find_corrections_file,
    find_manifest,
    read_cluster_manifest,
)
from indexer.cluster.documents import DOCUMENT_BATCH_SIZE, DocumentMaker, VocabularyWriter
from indexer.cluster.duplicate_groups import ComparedItems, encode_keys, items_to_regroup
from indexer.cluster.lock import ClusterLock
from indexer.cluster.mapping import GAP, MANIFEST_ID, annotations_body
from indexer.cluster.new_indexes import (
    NewIndexes,
    clear_leftovers,
    index_of,
    read_statistics,
    runs_scripts,
)
from indexer.cluster.register import ClusterRegister, read_annotations, write_annotations, write_register
from indexer.codec.layout import Container
from indexer.documents.document import restore
from indexer.documents.stored_record import add_since
from indexer.errors import ClusterError, message
from indexer.store.protocols import IndexStore, WriteRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indexer.documents import Document
    from indexer.item import Validators
    from indexer.store.manifest import SourceSummary
    from indexer.thesaurus.concept import Concept


MAX_BYTES: Final = 1 << 23  # bytes of the records of pending documents, above which these are sent


class ClusterWriter(IndexStore):
    """Writes the next generation of an index on a cluster."""

    keeps_annotations = True

    def __init__(
        self,
        cluster: Cluster,
        lock: ClusterLock,
        base: ClusterManifest | None = None,
        request: WriteRequest | None = None,
    ) -> None:
        self._cluster = cluster
        self._base = base
        self._new = NewIndexes(cluster, lock, base, request or WriteRequest(()))
        self._items = [BaseClusterItems(cluster, base)] if base else []
        # A build keeps the annotations of the index that it replaces.
        before = base or find_annotated_manifest(cluster)
        annotations = partial(read_annotations, cluster, before)
        self.ever_annotated = before is not None and before.ever_annotated
        registered = ClusterRegister(cluster, base).walk() if base else ()
        self.begin(base, self._items, registered, annotations)
        self._thesaurus = base.thesaurus if base else None
        self._sender = BulkSender(cluster)
        self._vocabulary = VocabularyWriter(self._sender)
        self._maker = DocumentMaker(self._vocabulary.gathered)
        self._maker.annotations = self.annotations.of
        if base:
            self._maker.labels = partial(open_labels, cluster, base)
            self._maker.is_former = base.gap < GAP
        self._waiting: list[Document] = []
        self._waiting_bytes = 0
        self._compared = ComparedItems(cluster)  # the new items, and those that they are compared with
        self._groups = (base.groups, base.unused_group) if base else (0, 0)
        self._added_ids: set[str] = set()  # filled only if there is a base
        self._is_mapped = False  # whether the index of the items has a field for annotations

    def add(self, document: Document, since: int | None = None) -> None:
        """Add a document, whose id no other document has, except deleted ones.

        Raises:
            ClusterError: The cluster rejects this or another pending document.
        """
        self._items_alias()  # creates the index, which has the number of the generation
        if self._base:
            document = document._replace(record=add_since(document.record, since or self._new.number))
            self._added_ids.add(document.id)
        self._waiting.append(document)
        self._waiting_bytes += len(document.record)
        if len(self._waiting) >= DOCUMENT_BATCH_SIZE or self._waiting_bytes >= MAX_BYTES:
            self._send()
        self.added += 1
        if self._vocabulary.is_full:
            self._vocabulary.send(self._new.words())

    def write_thesaurus(self, concepts: Iterable[Concept]) -> None:
        """Compile the thesaurus of the next generation and send it."""
        from indexer.thesaurus.compiler import write_table

        with TemporaryDirectory() as folder:
            path = Path(folder) / "thesaurus.labels"
            write_table(concepts, path)
            data = path.read_bytes()
            labels = Container(path)  # stays open when the file is deleted
        self._maker.labels = lambda: labels
        for key, body in thesaurus_parts(data):
            self._sender.index(self._new.words(), key, body)
        self._thesaurus = len(data), zlib.crc32(data)

    def commit(self, sources: Iterable[SourceSummary], fetched: tuple[Validators, ...] = ()) -> None:
        """Make the next generation the current one, atomically.

        Raises:
            ClusterError: The cluster rejected a part of the generation, or another writer has taken over. The
                current generation remains.
        """
        cluster, words = self._cluster, self._new.words()
        self._follow_new_ids()
        items = self._write_items()
        write_register(self._sender, words, self.register)
        annotated = self._base.annotated if self._base else 0
        if self.annotations.changes or not self._base:
            annotated = write_annotations(self._sender, words, self.annotations, are_all=self._base is None)
        known = read_statistics(cluster, items, self.facets)
        if known.items != len(self):
            raise ClusterError(
                message("cluster.items_missing", address=cluster.address, items=known.items, count=len(self))
            )
        self.facets, self.uncounted = known.facets, known.uncounted
        manifest = ClusterManifest(
            items,
            index_of(words),
            str(self._new.number),
            self._base.since if self._base else self._new.number,
            built := datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
            known.items,
            tuple(sources),
            known.facets,
            known.fields,
            known.ranked,
            self._thesaurus,
            runs_scripts(cluster, items),
            fetched,
            any(self.register.now),
            *self._groups,
            self.corrections,
            self._base.gap if self._base else GAP,
            self.times(self._new.number, built),
            annotated,
            self.ever_annotated or annotated > 0,
        )
        self._sender.index(words, MANIFEST_ID, {"contents": manifest.to_record()})
        self._sender.flush()
        self._new.refresh_index(words)
        self._new.publish()
        self.is_committed = True

    def cancel(self) -> None:
        """Delete the new indexes, so that the current generation remains."""
        with suppress(ClusterError):
            self._sender.cancel()
            self._new.drop()

    def _write_items(self) -> str:
        """Send the remaining items and their groups, refresh the items index, and return its name."""
        if self._base and not self.added and not any(self.deleted) and not self.annotations.changes:
            return self._base.items_index
        alias = self._items_alias()
        entries: set[str] = set()
        lost: set[int] = set()
        maker = DocumentMaker(entries)
        gone: list[Document] = []
        pairs = zip(self._items, self.deleted, strict=True)
        for base, number in ((base, number) for base, deleted in pairs for number in sorted(deleted)):
            item_id, _ = base.head(number)
            gone.append(restore(base.read_record(number)))
            if len(gone) >= DOCUMENT_BATCH_SIZE:
                maker.make(gone)
                gone.clear()
            if number in base.groups:
                lost.add(base.groups[number])
            if item_id not in self._added_ids:
                self._sender.delete(alias, item_id)
        maker.make(gone)
        self._send()
        self._sender.flush()
        items = self._compared
        index = items.index = self._new.refresh_index(alias)
        places, self._groups = items_to_regroup(items, lost, self._groups, are_new=self._base is None)
        named = ("group", "kind")
        groups = {items.ids[at]: dict(zip(named, place or (), strict=False)) for at, place in places.items()}
        self._send_again(alias, groups)
        self._vocabulary.finish(self._cluster, index, self._new.words(), entries)
        return index

    def _send(self) -> None:
        """Send the pending documents, and keep their sketches to find near duplicates later."""
        alias, made = self._items_alias(), self._maker.make(self._waiting)
        for document, body, keys in zip(self._waiting, *made, strict=True):
            self._compared.add_new(document, body, keys)
            self._sender.index(alias, document.id, body | {"sketch": encode_keys(keys)})
        self._waiting, self._waiting_bytes = [], 0

    def _items_alias(self) -> str:
        """Return the write alias of the items index, after adding a field for annotations if necessary."""
        alias = self._new.items()
        if not self._is_mapped and any(True for _ in self.annotations.every()):
            self._cluster.request("PUT", f"/{index_of(alias)}/_mapping", annotations_body())
            self._is_mapped = True
        return alias

    def _follow_new_ids(self) -> None:
        """Move the annotations of items to their new ids."""
        current = self.register.now.former
        for item_id, found in [*self.annotations.every()] if current else ():
            if (new := current.get(item_id)) and not any(self.annotations.of(new)):
                self.annotations.set(new, found)
                self.annotations.set(item_id, NO_ANNOTATIONS)

    def _send_again(self, alias: str, groups: Mapping[str, dict[str, Any]]) -> None:
        """Send again the items whose group or annotations changed.

        A document on a cluster cannot be updated in part, because its terms are only in the posting lists.

        Args:
            alias: The write alias of the items index.
            groups: The fields of an item's new group, by item id; empty if the item leaves its group.
        """
        changed = [*dict.fromkeys((*groups, *self.annotations.changes))]
        maker, fields, sent = self._maker.without_vocabulary(), ("record", "group", "kind"), False
        for first in range(0, len(changed), DOCUMENT_BATCH_SIZE):
            query = {"terms": {"id": changed[first : first + DOCUMENT_BATCH_SIZE]}}
            found = [hit["_source"] for hit in walk(self._cluster, index_of(alias), query, fields)]
            bodies, keys = maker.make([restore(one.pop("record").encode()) for one in found])
            for body, of_item, stored in zip(bodies, keys, found, strict=True):
                group = groups.get(body["id"], stored)
                self._sender.index(alias, body["id"], body | {"sketch": encode_keys(of_item)} | group)
                sent = True
        if sent:
            self._sender.flush()
            self._new.refresh_index(alias)


class ClusterLocation:
    """The location of an index on a cluster.

    It implements :class:`indexer.store.protocols.IndexLocation`.

    Raises:
        ClusterError: The text is not the URL of an index.
    """

    def __init__(self, place: str) -> None:
        self.cluster = Cluster(parse_address(place))
        self._lock: ClusterLock | None = None

    def __str__(self) -> str:
        return str(self.cluster.address)

    def prepare(self, _request: WriteRequest) -> None:
        """Raise an error unless the server is a cluster."""
        self.cluster.version()

    def require(self) -> None:
        """Raise an error unless there is an index."""
        self.read()

    def read(self) -> ClusterManifest:
        """Read the manifest of the index, which must exist."""
        return read_cluster_manifest(self.cluster)

    def base(self) -> ClusterManifest | None:
        """Read the manifest of the index, or return None if there is no index yet."""
        return find_manifest(self.cluster)

    def find_corrections_file(self) -> str | None:
        """Return the corrections file of an index of any format, or ``None`` if it has no such file."""
        return find_corrections_file(self.cluster)

    @contextmanager
    def lock(self, wait: float) -> Iterator[None]:
        """Lock the index against other writers, and delete the indexes of killed writers."""
        with ClusterLock(self.cluster, wait=wait) as self._lock:
            clear_leftovers(self.cluster)
            yield

    @contextmanager
    def next_generation(
        self, base: ClusterManifest | None, request: WriteRequest | None = None
    ) -> Iterator[IndexStore]:
        """Open the next generation for writing, and cancel it unless the block commits it."""
        assert self._lock
        writer = ClusterWriter(self.cluster, self._lock, base, request)
        try:
            yield writer
        except ClusterError:
            self._lock.require()  # raises the more precise error that another writer took over
            raise
        finally:
            if not writer.is_committed:
                writer.cancel()
