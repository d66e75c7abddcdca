"""The items of an index on a cluster, read by their ids, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.schema import ID
from searcher.cluster.searches import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents
    from indexer.cluster.register import ClusterRegister
    from searcher.cluster.hits import MetDocuments


class StoredItems:
    """Reads items; threads may share it.

    Args:
        cluster: The cluster.
        contents: What the index consists of.
        met: Where documents are noted as they are met.
    """

    def __init__(self, cluster: Cluster, contents: ClusterContents, met: MetDocuments) -> None:
        self._cluster = cluster
        self._index = contents.items_index
        self._since = contents.since
        self._met = met

    def hits(self, query: dict[str, Any], most: int) -> list[dict[str, Any]]:
        """Find the first few documents that match, by their ids."""
        body = {"query": {"constant_score": {"filter": query}}, "size": most, "sort": [{ID: "asc"}]}
        found: list[dict[str, Any]] = self._cluster.search(self._index, body)["hits"]["hits"]
        return found

    def read(self, documents: Sequence[int]) -> Iterator[tuple[int, tuple[str | None, str]]]:
        """Read titles and records of documents in their order, a page at a time where not at hand."""
        for first in range(0, len(documents), PAGE):
            page = documents[first : first + PAGE]
            found = {number: kept for number in page if (kept := self._met.records.get(number))}
            missing = [self._met.ids[number] for number in page if number not in found]
            for hit in self.hits({"terms": {ID: missing}}, len(missing)) if missing else ():
                source = hit["_source"]
                found[self._met.meet(hit)] = source.get("title"), source["record"]
            yield from [(number, found[number]) for number in page]

    def records(self, documents: Sequence[int], register: ClusterRegister) -> Iterator[bytes]:
        """Yield the stored records of documents in their order, with all that is known of them."""
        from indexer.documents.stored_record import with_history, with_since

        for first in range(0, len(documents), PAGE):
            page = documents[first : first + PAGE]
            known = register.histories([self._met.ids[document] for document in page])
            for document, (_, raw) in self.read(page):
                record = raw.encode()
                if history := known.get(self._met.ids[document]):
                    record = with_history(record, *history)
                yield with_since(record, self._since)
