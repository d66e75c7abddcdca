"""The writer of an index on a cluster: new indexes beside the old ones, a switch, and the old ones go.

A build begins with empty indexes, an update with clones of the old ones, which share their files: it changes
the clones, and nobody sees them before the switch.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from indexer.cluster.base_generation import BaseClusterItems, RemovedClusterItems
from indexer.cluster.bulk_requests import BulkSender
from indexer.cluster.cached_lists import open_labels, thesaurus_parts
from indexer.cluster.catalog import ClusterContents
from indexer.cluster.documents import DOCUMENT_BATCH_SIZE, DocumentMaker, VocabularyWriter
from indexer.cluster.duplicate_groups import (
    WaitingDocuments,
    documents_again,
    groups_of_all,
    groups_that_change,
    placed_again,
)
from indexer.cluster.mapping import CONTENTS_ID
from indexer.cluster.new_indexes import NewIndexes, index_of, read_statistics, runs_scripts
from indexer.cluster.register import ClusterRegister, write_register
from indexer.codec.layout import Container
from indexer.documents.document import DocAddress, restore
from indexer.documents.stored_record import since_of, with_since
from indexer.errors import ClusterError
from indexer.store.register_changes import RegisterChanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from indexer.cluster.client import Cluster
    from indexer.cluster.duplicate_groups import ComparedItems
    from indexer.cluster.lock import ClusterLock
    from indexer.codec.segment import Segment
    from indexer.documents import Document
    from indexer.http_validators import Validators
    from indexer.store.changed_items import RemovedTexts
    from indexer.store.contents import SourceSummary
    from indexer.thesaurus.concept import Concept


class ClusterWriter:
    """Writes the next generation of an index on a cluster; see :class:`indexer.store.writer.IndexWriter`.

    Args:
        cluster: The cluster, on which nothing is left over of dead writers.
        lock: The right to write it.
        base: The generation to start from; None to start from nothing.
        shards: How many parts a new index has.
        replicas: How many copies of each part it has; None for one where the cluster has several nodes.

    Attributes:
        facets: The own fields that the index counts without being asked; at first the base's.
        uncounted: After a commit, why some of them are not counted.
        corrections: The path of the file of corrections, at first the base's.
        register: What is known of items beside their records.
        segments: The items of the base, in the place of a segment; none without a base.
        is_far: Whether it is better asked for many items at once.
    """

    is_far = True

    def __init__(
        self,
        cluster: Cluster,
        lock: ClusterLock,
        base: ClusterContents | None = None,
        *,
        shards: int = 1,
        replicas: int | None = None,
    ) -> None:
        self._cluster = cluster
        self._base = base
        self._new = NewIndexes(cluster, lock, base, shards=shards, replicas=replicas)
        self.facets = base.facets if base else ()
        self.corrections = base.corrections if base else None
        self.uncounted: tuple[str, ...] = ()
        self.register = RegisterChanges(ClusterRegister(cluster, base).walk() if base else ())
        self.segments = [BaseClusterItems(cluster, base)] if base else []
        self._thesaurus = base.thesaurus if base else None
        self._sender = BulkSender(cluster)
        self._vocabulary = VocabularyWriter(self._sender)
        self._waiting = WaitingDocuments(self._sender, cluster, self._vocabulary.gathered)
        if base:
            self._waiting.maker.labels = partial(open_labels, cluster, base)
        self._groups = (base.groups, base.unused_group) if base else (0, 0)
        self._added: set[str] = set()  # ids, where there is a base
        self._count = 0
        self._deleted: set[int] = set()

    def __len__(self) -> int:
        """Count the documents that a commit would make the index of."""
        return (self._base.items if self._base else 0) - len(self._deleted) + self._count

    @property
    def changed(self) -> bool:
        """Whether the next generation is any other than the base."""
        return bool(self._count or self._deleted or self.register.changed)

    def add(self, document: Document, since: int | None = None) -> None:
        """Add a document, whose id no live document may have.

        Args:
            document: The document.
            since: The generation that it came in with; None for the next one.

        Raises:
            ClusterError: The cluster does not take it, or another one that waited.
        """
        index = self._new.items()
        if self._base:
            document = document._replace(record=with_since(document.record, since or self._new.number))
            self._added.add(document.id)
        self._waiting.add(index, document)
        self._count += 1
        if self._vocabulary.is_full:
            self._vocabulary.send(self._new.words())

    def look_up(self, ids: Iterable[str], digests: Iterable[int] = ()) -> None:
        """Look up items that will be asked for, by their ids and by their digests."""
        if self._base:
            known = self.register.former
            wanted = [*ids]
            wanted += [known[one] for one in wanted if one in known]
            self.segments[0].look_up(wanted, digests)

    def find(self, item_id: str) -> DocAddress | None:
        """Find the live document of the base generation with an id."""
        number = self.segments[0].find_id(item_id) if self._base else -1
        return None if number < 0 or number in self._deleted else DocAddress(0, number)

    def record(self, address: DocAddress) -> bytes:
        """Read the stored record of a document of the base generation."""
        return self.segments[0].stored(address.doc)

    def head(self, address: DocAddress) -> tuple[str, str | None]:
        """Read the id and the title of a document of the base generation."""
        return self.segments[0].head(address.doc)

    def has_digest(self, address: DocAddress, digest: int) -> bool:
        """Tell whether a document of the base generation has that day, title and text."""
        return self.segments[0].has_digest(address.doc, digest)

    def having_digest(self, digest: int) -> list[DocAddress]:
        """List the live documents of the base generation of that day, title and text."""
        found = self.segments[0].having_digest(digest) if self._base else ()
        return [DocAddress(0, number) for number in found if number not in self._deleted]

    def of_source(self, _number: int, name: str) -> npt.NDArray[Any]:
        """List the documents of a source."""
        return self.segments[0].of_source(name)

    def gone(self, docs: Sequence[npt.NDArray[Any]]) -> RemovedTexts:
        """Give documents as what a source no longer holds."""
        from indexer.store.changed_items import RemovedTexts

        items = [RemovedClusterItems(*of) for of in zip(self.segments, docs, strict=True)]
        return RemovedTexts(cast("list[Segment]", items), docs)  # they have what is asked of one

    def live_of(self, _number: int, docs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Give those of some documents that are live."""
        import numpy as np

        return docs[~np.isin(docs, [*self._deleted])] if self._deleted else docs

    def titled(self, title: str) -> list[DocAddress]:
        """List the live documents of the base generation that may have a title, with all that have it."""
        found = self.segments[0].having_words(title) if self._base else ()
        return [DocAddress(0, number) for number in found if number not in self._deleted]

    def since(self, address: DocAddress) -> int | None:
        """Tell the generation that a document of the base generation came in with."""
        assert self._base is not None
        since = since_of(self.record(address))
        return self._base.since if since is None else since

    def replace(self, address: DocAddress, document: Document) -> None:
        """Put a document in the place of one of the base generation, which came in when that did."""
        since = self.since(address)
        self.delete(address)
        self.add(document, since)

    def delete(self, address: DocAddress) -> None:
        """Leave a document of the base generation out of the next one."""
        self._deleted.add(address.doc)

    def write_thesaurus(self, concepts: Iterable[Concept]) -> None:
        """Compile the thesaurus of a new index, and send it."""
        from indexer.thesaurus.compiler import write_table

        with TemporaryDirectory() as folder:
            path = Path(folder) / "thesaurus.labels"
            write_table(concepts, path)
            data = path.read_bytes()
            labels = Container(path)  # which stays open when the file goes
        self._waiting.maker.labels = lambda: labels
        for key, body in thesaurus_parts(data):
            self._sender.index(self._new.words(), key, body)
        self._thesaurus = len(data), zlib.crc32(data)

    def commit(self, sources: Iterable[SourceSummary], fetched: tuple[Validators, ...] = ()) -> None:
        """Make the next generation the index, in one step.

        Args:
            sources: What each source gave.
            fetched: What servers said of the states of the addresses among them.

        Raises:
            ClusterError: The cluster did not take all of it, or another writer took over; the index that was
                there stays.
        """
        cluster, words = self._cluster, self._new.words()
        items = self._write_items()
        write_register(self._sender, words, self.register)
        known = read_statistics(cluster, items, self.facets)
        if known.items != len(self):
            raise ClusterError(
                f"{cluster.address} has {known.items} items of the {len(self)} that it was sent"
            )
        self.facets, self.uncounted = known.facets, known.uncounted
        contents = ClusterContents(
            items,
            index_of(words),
            str(self._new.number),
            self._base.since if self._base else self._new.number,
            datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
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
        )
        self._sender.index(words, CONTENTS_ID, {"contents": contents.to_record()})
        self._sender.flush()
        self._new.refreshed(words)
        self._new.publish()

    def cancel(self) -> None:
        """Drop what was written of new indexes; those that were there stay."""
        with suppress(ClusterError):
            self._sender.cancel()
            self._new.drop()

    def _write_items(self) -> str:
        """Send what is left to be sent of the items, find their groups; give their index, refreshed."""
        if self._base and not self._count and not self._deleted:
            return self._base.items_index
        alias = self._new.items()
        entries: set[str] = set()
        lost: set[int] = set()
        maker = DocumentMaker(entries)
        gone: list[Document] = []
        for number in sorted(self._deleted):
            base = self.segments[0]
            item_id, _ = base.head(number)
            gone.append(restore(base.stored(number)))
            if len(gone) >= DOCUMENT_BATCH_SIZE:
                maker.make(gone)
                gone.clear()
            if number in base.groups:
                lost.add(base.groups[number])
            if item_id not in self._added:
                self._sender.delete(alias, item_id)
        maker.make(gone)
        items = self._waiting.sent_all()
        index = items.index = self._new.refreshed(alias)
        self._group(alias, items, lost)
        self._vocabulary.finish(self._cluster, index, self._new.words(), entries)
        return index

    def _group(self, alias: str, items: ComparedItems, lost: set[int]) -> None:
        """Find the groups of the items that were sent, and send again who is in another one."""
        touched, found = groups_that_change(items, lost) if self._base else groups_of_all(items)
        count, unused = self._groups
        places, unused = placed_again(items, touched, found, unused)
        if places:
            for item_id, body in documents_again(items, places, self._waiting.maker.labels):
                self._sender.index(alias, item_id, body)
            self._sender.flush()
            self._new.refreshed(alias)
        self._groups = count - len(touched) + len(found), unused
