"""Find the indexed item of a document, and keep the latest of several versions.

News agencies number the versions of an item; the latest one in any source is kept. A store cannot replace a
document that was added in the same write. So new documents with versions wait in a temporary file until all
sources are read.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.custom_fields import MEMBER, SOURCE
from indexer.documents.document import change_id, content_digest, is_distinctive, restore
from indexer.documents.stored_record import add_since, remove_since, since_of
from indexer.errors import DragomanError, message, reason
from indexer.item import NewsItem, SourceLines, decode_record
from indexer.schema import COUNTRY_VIA, SEPARATOR
from indexer.sources import Skipped
from indexer.store.source_items import are_unlike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indexer.documents import Document
    from indexer.documents.document import DocAddress
    from indexer.sources.source import OnSkip
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import DocumentStore


VERSION, CREATED = "version", "versioncreated"
_KEYS: Final = f'"{VERSION}'.encode()  # the start of both keys
MAX_DIGITS: Final = 20  # digits of a version number
_IN_MEMORY: Final = 1 << 26  # bytes of records, above which the file is on disk

Version = tuple[int, str]
"""The number of a version, 0 for none, and its time as stated: the order of versions of an item."""


def version_in(record: Mapping[str, Any]) -> Version | None:
    """Return the version that the custom fields of a record state, or ``None`` if they state none."""
    fields = record.get("fields") or {}
    number, created = fields.get(VERSION, ""), fields.get(CREATED, "")
    stated = int(number) if number.isdecimal() and len(number) <= MAX_DIGITS else 0
    return (stated, created) if stated or created else None


def version_of(document: Document) -> Version | None:
    """Return the version of a document, or ``None`` if its source states no id or no version."""
    if document.stated and document.has_key(_KEYS):
        return version_in(decode_record(document.record))
    return None


class PendingVersion(NamedTuple):
    """A version of an item that waits in a temporary file, because a later one may follow.

    Attributes:
        version: The number and the time of the version, by which the versions of an item are ordered.
        source: The name of the source that contains the version.
        place: The lines of the version in the source.
        at: The position of the record in the temporary file, in bytes.
        size: The number of bytes of the record.
    """

    version: Version
    source: str
    place: SourceLines
    at: int
    size: int


class LatestVersions:
    """The latest version of each item that a write adds or changes."""

    def __init__(self, writer: DocumentStore) -> None:
        self._writer = writer
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is written
        self.held: dict[str, PendingVersion] = {}

    def put(self, document: Document, version: Version, source: str, since: int | None = None) -> None:
        """Keep a document instead of an earlier version with the same id.

        Args:
            document: The document to keep.
            version: The number and the time of its version.
            source: The name of its source.
            since: The first generation that contained the item. ``None`` means the value of the earlier
                version; without an earlier version, it means the next generation.

        Raises:
            DragomanError: The disk is full.
        """
        record = document.record
        if (older := self.held.get(document.id)) and since is None:
            since = since_of(self._record(older))
        if since is not None:
            record = add_since(record, since)
        try:
            at = self._file.seek(0, 2)
            self._file.write(record)
        except OSError as error:
            raise DragomanError(message("store.cannot_write_temporary", error=reason(error))) from None
        self.held[document.id] = PendingVersion(version, source, document.item.source, at, len(record))

    def write(self) -> None:
        """Write the latest version of each item, in the order in which the items were first read."""
        for held in self.held.values():
            document = restore(self._record(held))
            self._writer.add(document, since_of(document.record))
        self.held.clear()
        self._file.close()

    def _record(self, held: PendingVersion) -> bytes:
        self._file.seek(held.at)
        return self._file.read(held.size)


# Prefixes of terms for derived data, not for fields that a source states.
_UNSTATED_PREFIXES: Final = (SOURCE + SEPARATOR, MEMBER + SEPARATOR, COUNTRY_VIA + SEPARATOR)


class _ReadItem(NamedTuple):
    """An item that this write has read.

    Attributes:
        id: The id of the item.
        source: The name of the source.
        url: A hash of the URL; 0 if the item has no URL.
        own: A hash of the custom fields; 0 if the item has no custom fields.
    """

    id: str
    source: str
    url: int
    own: int

    def agrees(self, other: _ReadItem) -> bool:
        """Return whether two items have the same URL and the same custom fields.

        A value that one of the items lacks does not count as different.
        """
        return all(
            one == another or not (one and another) for one, another in zip(self[2:], other[2:], strict=True)
        )


class ReadItems:
    """The items that this write has read so far.

    The digest of an item is a hash of its day, title and text.

    Attributes:
        ids: The ids of these items.
        several: Whether this write reads several sources, in which an item may be repeated.
    """

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.several = False
        self._read: dict[int, _ReadItem] = {}  # the first item of each digest
        self._others: dict[str, _ReadItem] = {}  # by id, other items with a digest that occurred before

    def add(self, document: Document, source: str) -> None:
        """Record that an item was read."""
        self.ids.add(document.id)
        if self.several or not document.stated:
            read = describe_read_item(document, source)
            if self._read.setdefault(document.digest, read) is not read:
                self._others[document.id] = read

    def make_id_distinct(self, document: Document) -> Document:
        """Give a document a new id if an item with another URL or other custom fields has the same id."""
        earlier = None if document.stated else self._earlier_item(document)
        if earlier is None or earlier.id != document.id or describe_read_item(document, "").agrees(earlier):
            return document
        return add_link_to_id(document)

    def separate(self, document: Document) -> Document | None:
        """Give a document a new id because its id was already read, or return ``None`` to skip it.

        The document is skipped if it repeats an item, if its source states the id, or if the new id is taken
        too.
        """
        earlier = self._earlier_item(document)
        if document.stated or (earlier is not None and earlier.id == document.id):
            return None
        other = change_id(document, distinct_id(document))
        return None if other.id in self.ids else other

    def _earlier_item(self, document: Document) -> _ReadItem | None:
        return self._others.get(document.id) or self._read.get(document.digest)


def items_once(documents: Iterable[Document], on_skip: OnSkip) -> Iterator[Document]:
    """Yield each item of a source once, with the ids that a build assigns.

    Args:
        documents: The documents in the order of the source.
        on_skip: Called with a warning for each skipped document.
    """
    read = ReadItems()
    versions: dict[str, Version] = {}
    for written in documents:
        if version := version_of(written):
            known = versions.setdefault(written.id, version)
            versions[written.id] = max(known, version)
            if version > known:
                yield written
            elif version < known:
                on_skip(older_version_warning(written.id, written.item.source))
            if version != known:
                continue
        document = read.make_id_distinct(written) if written.id in read.ids else written
        apart = read.separate(document) if document.id in read.ids else document
        if apart is None:
            on_skip(repeated_item_warning(document))
            continue
        read.add(apart, "")
        yield apart


def repeated_item_warning(document: Document) -> Skipped:
    """Return the warning that a repeated item was skipped."""
    reason = message("skip.same_item")
    if document.stated:
        reason = message("skip.taken_id", id=document.id)
    return Skipped(document.item.source.file, document.line, reason)


def older_version_warning(item_id: str, place: SourceLines) -> Skipped:
    """Return the warning that an older version of an item was skipped."""
    return Skipped(place.file, place.first, message("skip.older_version", id=item_id))


def describe_read_item(document: Document, source: str) -> _ReadItem:
    """Return the id, source and hashes of a document, to compare it with other documents of this write."""
    url, own = _url_and_fields(document)
    return _ReadItem(
        document.id, source, 0 if url == b',"url":null' else hash(url) or 1, (hash(own) or 1) if own else 0
    )


def _url_and_fields(document: Document) -> tuple[bytes, tuple[str, ...]]:
    """Return the encoded URL and the terms of the custom fields of a document."""
    record = document.record
    start = record.find(b',"url":')  # a quotation mark in a text follows a backslash
    url = record[start : record.find(b',"date":', start)]
    own = tuple([term for term in document.own if not term.startswith(_UNSTATED_PREFIXES)])
    return url, own


def add_link_to_id(document: Document) -> Document:
    """Give a document a new id that also depends on its URL and custom fields."""
    url, own = _url_and_fields(document)
    digest = content_digest(f"{document.digest:016x}", url.decode("utf-8", "replace"), "\n".join(own))
    return change_id(document, f"{digest:016x}"[:12])


def distinct_id(document: Document) -> str:
    """Return an id made from the date, title and text of a document, for use if its id is taken."""
    return f"{document.digest:016x}"[:12]


class ItemIdentity(ReadItems):
    """Finds the indexed item of a document.

    Attributes:
        claimed: The ids of items of other sources that were matched with items of the current source.
    """

    def __init__(self, writer: DocumentStore, sources: SourceCatalog) -> None:
        super().__init__()
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self.claimed: set[str] = set()

    def find_by_id(self, document: Document, source: str) -> tuple[Document, DocAddress | None]:
        """Find the indexed item of a document by id.

        Returns:
            The document, with a changed id if necessary, and the address of its indexed item. The address is
            ``None`` if the item is new.
        """
        address = self._writer.find(document.id)
        if address is None and (current := self._register.former.get(document.id)) is not None:
            address = self._writer.find(current)
            if address is not None or current in self.ids:
                document = change_id(document, current)
        if address is None or document.stated:
            return document, address
        if self._writer.has_digest(address, document.digest):
            same = self._same_item(document, address, source)
            if same is None:
                document = add_link_to_id(document)
                return document, self._writer.find(document.id)
            return (document if same == address else change_id(document, self._writer.head(same)[0])), same
        # The id was made from the link or from an earlier text, which may differ between sources.
        item = self._writer.item(address)
        if not self._is_in(source, item) or are_unlike(item, document.item):
            document = change_id(document, distinct_id(document))
            address = self._writer.find(document.id)
        return document, address

    def is_of_other_source(self, document: Document, source: str) -> bool:
        """Return whether this write has read the same id from another source."""
        earlier = self._earlier_item(document)
        return (
            earlier is not None
            and earlier.id == document.id
            and earlier.source != source
            and document.id not in self.claimed
        )

    def find_in_other_source(self, document: Document, source: str) -> str | None:
        """Return the id of an item of another source with the same content, or None.

        The content is the day, the title and the text.
        """
        if not (self._read or self._writer.segments) or not is_distinctive(document):
            return None
        for address in self._writer.find_digest(document.digest):
            other = restore(self._writer.record(address))
            free = other.id not in self.claimed and not self._is_in(source, other.item)
            if free and describe_read_item(document, source).agrees(describe_read_item(other, "")):
                return other.id
        earlier = self._read.get(document.digest)
        if earlier is None or earlier.source == source or earlier.id in self.claimed:
            return None
        return earlier.id if describe_read_item(document, source).agrees(earlier) else None

    def agree(self, document: Document, address: DocAddress) -> bool:
        """Return whether a document and an indexed item have the same content.

        The content is the day, the title, the text, the URL and the fields.
        """
        if document.stated or not self._writer.has_digest(address, document.digest):
            return False
        return describe_read_item(document, "").agrees(
            describe_read_item(restore(self._writer.record(address)), "")
        )

    def _same_item(self, document: Document, address: DocAddress, source: str) -> DocAddress | None:
        """Return the address of the indexed item of a document, or ``None`` if the item is not indexed.

        ``address`` is that of the indexed item with the document's id, day, title and text. It may still be a
        different item, with another URL or other custom fields.
        """
        record = self._writer.record(address)
        if remove_since(record) == document.record:  # most records are equal, and comparing is fast
            return address
        item = NewsItem.from_record(decode_record(record))
        if self._sources.of(item.source.file) == source:
            return address
        if not self._is_in(source, item):
            for other in self._writer.find_digest(document.digest):
                item = self._writer.item(other)
                if item.id not in self.ids and self._is_in(source, item):
                    return other
        return address if self.agree(document, address) else None

    def _is_in(self, source: str, item: NewsItem) -> bool:
        places = (item.source, *self._register.places.get(item.id, ()))
        return any(self._sources.of(place.file) == source for place in places)
