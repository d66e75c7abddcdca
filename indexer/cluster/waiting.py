"""Documents that wait until some can be analysed together, before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.cluster.compared_items import ComparedItems
from indexer.cluster.documents import TOGETHER, DocumentMaker
from indexer.cluster.mapping import length_field
from indexer.cluster.sketches import sent_keys
from indexer.schema import LANGUAGES, text_field

if TYPE_CHECKING:
    from indexer.cluster.bulk import BulkSender
    from indexer.cluster.client import Cluster
    from indexer.documents import Document

MOST_BYTES: Final = 1 << 23  # of the records of documents that wait


class WaitingDocuments:
    """Sends documents with their sketches, and notes of each what tells its near duplicates.

    Args:
        sender: Sends documents.
        cluster: The cluster.
        vocabulary: Where entries of their words are gathered.

    Attributes:
        maker: Makes what is sent of them.
    """

    def __init__(self, sender: BulkSender, cluster: Cluster, vocabulary: set[str]) -> None:
        self._sender = sender
        self._items = ComparedItems(cluster)
        self.maker = DocumentMaker(vocabulary)
        self._waiting: list[tuple[str, Document]] = []
        self._bytes = 0

    def add(self, index: str, document: Document) -> None:
        """Take a document.

        Args:
            index: The alias by which its index is written.
            document: The document.

        Raises:
            ClusterError: The cluster does not take one that waited.
        """
        self._waiting.append((index, document))
        self._bytes += len(document.record)
        if len(self._waiting) >= TOGETHER or self._bytes >= MOST_BYTES:
            self._send()

    def sent_all(self) -> ComparedItems:
        """Send all that waits, and wait until the cluster has it; give what tells their near duplicates.

        Raises:
            ClusterError: The cluster does not take it.
        """
        self._send()
        self._sender.flush()
        return self._items

    def _send(self) -> None:
        made = self.maker.make([document for _, document in self._waiting])
        for (index, document), body, keys in zip(self._waiting, *made, strict=True):
            body["sketch"] = sent_keys(keys)
            length = sum([body.get(name, 0) for name in _LENGTHS])
            self._items.add(document.id, keys, length, document.start, document.end)
            self._sender.index(index, document.id, body)
        self._waiting, self._bytes = [], 0


_LENGTHS: Final = tuple([length_field(text_field(language)) for language in LANGUAGES])
