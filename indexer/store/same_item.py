"""Which item of the index is one that is read: by its id, one that it had, or its day, title and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.documents.document import renamed, restore
from indexer.documents.stored_record import without_since
from indexer.item import NewsItem, decode_record
from indexer.store.items_read import ItemsRead, own_id, read_as, stating
from indexer.store.telling import is_telling

if TYPE_CHECKING:
    from indexer.documents import Document
    from indexer.store.address import DocAddress
    from indexer.store.known_sources import KnownSources
    from indexer.store.writer import IndexWriter


class SameItem(ItemsRead):
    """Finds the items that documents are of.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index.
    """

    def __init__(self, writer: IndexWriter, sources: KnownSources) -> None:
        super().__init__()
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self._claimed: set[str] = set()

    def begin_source(self) -> None:
        """Begin another source: one item of it is one of another source at most."""
        self._claimed = set()

    def claim(self, item_id: str) -> None:
        """Note that the source at hand has an item of another source."""
        self._claimed.add(item_id)

    def by_id(self, document: Document, source: str) -> tuple[Document, DocAddress | None]:
        """Give a document the id that its item has in the index, and find that."""
        address = self._writer.find(document.id)
        if address is None and (current := self._register.former.get(document.id)) is not None:
            address = self._writer.find(current)
            if address is not None or current in self.ids:
                document = renamed(document, current)
        if address is None or document.stated:
            return document, address
        if self._writer.has_digest(address, document.digest):
            same = self._same(document, address, source)
            if same is None:
                document = stating(document)
                return document, self._writer.find(document.id)
            return (document if same == address else renamed(document, self._writer.head(same)[0])), same
        # Its id rests on its link or an earlier text: no identity across sources, nor is a link alone.
        from indexer.store.changed import are_unlike

        item = NewsItem.from_record(decode_record(self._writer.record(address)))
        if not self._stands_in(source, item) or are_unlike(item, document.item):
            document = renamed(document, own_id(document))
            address = self._writer.find(document.id)
        return document, address

    def taken_before(self, document: Document, source: str) -> bool:
        """Tell whether an item whose id is taken is that which has it, of another source."""
        earlier = self._earlier(document)
        return (
            earlier is not None
            and earlier.id == document.id
            and earlier.source != source
            and document.id not in self._claimed
        )

    def in_other_source(self, document: Document, source: str) -> str | None:
        """Find the same item of another source by its day, title and text."""
        if not is_telling(document):
            return None
        for address in self._writer.having_digest(document.digest):
            other = restore(self._writer.record(address))
            free = other.id not in self._claimed and not self._stands_in(source, other.item)
            if free and read_as(document, source).agrees(read_as(other, "")):
                return other.id
        earlier = self._read.get(document.digest)
        if earlier is None or earlier.source == source or earlier.id in self._claimed:
            return None
        return earlier.id if read_as(document, source).agrees(earlier) else None

    def agree(self, document: Document, address: DocAddress) -> bool:
        """Tell whether two sources tell one item: by day, title and text, with no other link or fields."""
        if document.stated or not self._writer.has_digest(address, document.digest):
            return False
        return read_as(document, "").agrees(read_as(restore(self._writer.record(address)), ""))

    def _same(self, document: Document, address: DocAddress, source: str) -> DocAddress | None:
        """Find the item that has the id, day, title and text of a document, or these and its source."""
        record = self._writer.record(address)
        if without_since(record) == document.record:  # most are, and this is soon seen
            return address
        item = NewsItem.from_record(decode_record(record))
        if self._sources.of(item.source.file) == source:
            return address
        if not self._stands_in(source, item):
            for other in self._writer.having_digest(document.digest):
                item = NewsItem.from_record(decode_record(self._writer.record(other)))
                if item.id not in self.ids and self._stands_in(source, item):
                    return other
        return address if self.agree(document, address) else None

    def _stands_in(self, source: str, item: NewsItem) -> bool:
        places = (item.source, *self._register.places.get(item.id, ()))
        return any(self._sources.of(place.file) == source for place in places)
