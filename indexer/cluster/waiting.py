"""Documents that wait until some can be sketched together, before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.compared_items import ComparedItems
from indexer.cluster.documents import cluster_document
from indexer.cluster.mapping import length_field
from indexer.cluster.sketches import Sketcher, sent_keys
from indexer.schema import LANGUAGES, text_field

if TYPE_CHECKING:
    from indexer.cluster.bulk import BulkSender
    from indexer.cluster.client import Cluster
    from indexer.cluster.documents import Entry
    from indexer.cluster.sketches import Piece
    from indexer.documents import Document

TOGETHER: Final = 256  # documents ...
MOST_BYTES: Final = 1 << 23  # ... unless their records take more


class WaitingDocuments:
    """Sends documents with their sketches, and notes of each what tells its near duplicates.

    Args:
        sender: Sends documents.
        cluster: The cluster.
    """

    def __init__(self, sender: BulkSender, cluster: Cluster) -> None:
        self._sender = sender
        self._items = ComparedItems(cluster)
        self._sketcher = Sketcher()
        self._waiting: list[tuple[str, dict[str, Any], Document]] = []
        self._bytes = 0

    def add(self, index: str, document: Document, vocabulary: set[Entry]) -> None:
        """Take a document.

        Args:
            index: The alias by which its index is written.
            document: The document.
            vocabulary: Where its words are gathered.

        Raises:
            ClusterError: The cluster does not take one that waited.
        """
        pieces: list[Piece] = []
        body = cluster_document(document, vocabulary, pieces)
        self._sketcher.add(pieces, document.start)
        self._waiting.append((index, body, document))
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
        for (index, body, document), keys in zip(self._waiting, self._sketcher.sketches(), strict=True):
            body["sketch"] = sent_keys(keys)
            length = sum([body.get(name, 0) for name in _LENGTHS])
            self._items.add(document.id, keys, length, document.start, document.end)
            self._sender.index(index, document.id, body)
        self._waiting, self._bytes = [], 0


_LENGTHS: Final = tuple([length_field(text_field(language)) for language in LANGUAGES])
