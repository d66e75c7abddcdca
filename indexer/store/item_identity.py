"""Find the indexed item of a document: by its id, a former id, or its day, title and text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.custom_fields import MEMBER, SOURCE
from indexer.documents.document import content_digest, is_distinctive, renamed, restore
from indexer.documents.stored_record import without_since
from indexer.item import NewsItem, decode_record
from indexer.schema import SEPARATOR
from indexer.sources import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.documents import Document
    from indexer.documents.document import DocAddress
    from indexer.sources.source import OnSkip
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import DocumentStore


_LOCATION_PREFIXES: Final = (
    SOURCE + SEPARATOR,
    MEMBER + SEPARATOR,
)  # how terms of where an item stands begin


class _Read(NamedTuple):
    """An item that was read in this write.

    Attributes:
        id: Its id.
        source: The source that it was read of.
        url: A hash of its link, 0 for none.
        own: A hash of what else its source says of it, 0 for nothing.
    """

    id: str
    source: str
    url: int
    own: int

    def agrees(self, other: _Read) -> bool:
        """Tell whether two items of one day, title and text may be one: neither link nor fields differ."""
        return all(
            one == another or not (one and another) for one, another in zip(self[2:], other[2:], strict=True)
        )


class ReadItems:
    """Knows the items that were read.

    Attributes:
        ids: Their ids.
        several: Whether more than one source is read.
    """

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.several = False
        self._read: dict[int, _Read] = {}  # by digest, the first of each
        self._others: dict[str, _Read] = {}  # by id, those of a digest that another one had before

    def take(self, document: Document, source: str) -> None:
        """Note that an item is read now."""
        self.ids.add(document.id)
        if self.several or not document.stated:
            read = read_as(document, source)
            if self._read.setdefault(document.digest, read) is not read:
                self._others[document.id] = read

    def with_distinct_id(self, document: Document) -> Document:
        """Give an item another id where that which has its id states another link or other fields."""
        earlier = None if document.stated else self._earlier(document)
        if earlier is None or earlier.id != document.id or read_as(document, "").agrees(earlier):
            return document
        return stating(document)

    def apart(self, document: Document) -> Document | None:
        """Give another item behind a link that is taken an id of its own; None for the same one."""
        earlier = self._earlier(document)
        if document.stated or (earlier is not None and earlier.id == document.id):
            return None
        other = renamed(document, distinct_id(document))
        return None if other.id in self.ids else other

    def _earlier(self, document: Document) -> _Read | None:
        return self._others.get(document.id) or self._read.get(document.digest)


def items_once(documents: Iterable[Document], on_skip: OnSkip) -> Iterator[Document]:
    """Yield the documents of one source with the ids that a build gives them, each item once.

    Args:
        documents: As they are read.
        on_skip: Called with each item that was read before.
    """
    read = ReadItems()
    for written in documents:
        document = read.with_distinct_id(written) if written.id in read.ids else written
        apart = read.apart(document) if document.id in read.ids else document
        if apart is None:
            on_skip(taken(document))
            continue
        read.take(apart, "")
        yield apart


def taken(document: Document) -> Skipped:
    """Tell that an item is left out because it was read before."""
    reason = "the same item as an earlier one of this source"
    if document.stated:
        reason = f"the id “{document.id}” is taken by an earlier item"
    return Skipped(document.item.source.file, document.line, reason)


def read_as(document: Document, source: str) -> _Read:
    """Give what is kept of an item that is read of a source."""
    url, own = _statement(document)
    return _Read(
        document.id, source, 0 if url == b',"url":null' else hash(url) or 1, (hash(own) or 1) if own else 0
    )


def _statement(document: Document) -> tuple[bytes, tuple[str, ...]]:
    """Give the link and the own fields of an item, as its record and its terms have them."""
    record = document.record
    start = record.find(b',"url":')  # a quotation mark within a text has a backslash before it
    url = record[start : record.find(b',"date":', start)]
    own = tuple([term for term in document.own if not term.startswith(_LOCATION_PREFIXES)])
    return url, own


def stating(document: Document) -> Document:
    """Give an item an id that is made of its link and its fields too."""
    url, own = _statement(document)
    digest = content_digest(f"{document.digest:016x}", url.decode("utf-8", "replace"), "\n".join(own))
    return renamed(document, f"{digest:016x}"[:12])


def distinct_id(document: Document) -> str:
    """Make the id of an item that shares with another one what should identify it."""
    return f"{document.digest:016x}"[:12]


class ItemIdentity(ReadItems):
    """Finds the items that documents are of.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index.

    Attributes:
        claimed: Items of other sources that the current source has too: each is one of its items at most.
    """

    def __init__(self, writer: DocumentStore, sources: SourceCatalog) -> None:
        super().__init__()
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self.claimed: set[str] = set()

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
        from indexer.store.changed_items import are_unlike

        item = self._writer.item(address)
        if not self._is_in(source, item) or are_unlike(item, document.item):
            document = renamed(document, distinct_id(document))
            address = self._writer.find(document.id)
        return document, address

    def taken_before(self, document: Document, source: str) -> bool:
        """Tell whether an item whose id is taken is that which has it, of another source."""
        earlier = self._earlier(document)
        return (
            earlier is not None
            and earlier.id == document.id
            and earlier.source != source
            and document.id not in self.claimed
        )

    def in_other_source(self, document: Document, source: str) -> str | None:
        """Find the same item of another source by its day, title and text."""
        if not is_distinctive(document):
            return None
        for address in self._writer.having_digest(document.digest):
            other = restore(self._writer.record(address))
            free = other.id not in self.claimed and not self._is_in(source, other.item)
            if free and read_as(document, source).agrees(read_as(other, "")):
                return other.id
        earlier = self._read.get(document.digest)
        if earlier is None or earlier.source == source or earlier.id in self.claimed:
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
        if not self._is_in(source, item):
            for other in self._writer.having_digest(document.digest):
                item = self._writer.item(other)
                if item.id not in self.ids and self._is_in(source, item):
                    return other
        return address if self.agree(document, address) else None

    def _is_in(self, source: str, item: NewsItem) -> bool:
        places = (item.source, *self._register.places.get(item.id, ()))
        return any(self._sources.of(place.file) == source for place in places)
