"""Which items were read before in one write, so that each stands in the index once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.documents.document import renamed
from indexer.documents.identity import content_digest
from indexer.own_fields import MEMBER, SOURCE
from indexer.schema import SEPARATOR
from indexer.sources import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.documents import Document
    from indexer.sources.source import OnSkip

_OF_PLACE: Final = (SOURCE + SEPARATOR, MEMBER + SEPARATOR)  # how terms of where an item stands begin


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


class ItemsRead:
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

    def of_its_own(self, document: Document) -> Document:
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
        other = renamed(document, own_id(document))
        return None if other.id in self.ids else other

    def _earlier(self, document: Document) -> _Read | None:
        return self._others.get(document.id) or self._read.get(document.digest)


def items_once(documents: Iterable[Document], on_skip: OnSkip) -> Iterator[Document]:
    """Yield the documents of one source with the ids that a build gives them, each item once.

    Args:
        documents: As they are read.
        on_skip: Called with each item that was read before.
    """
    read = ItemsRead()
    for written in documents:
        document = read.of_its_own(written) if written.id in read.ids else written
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
    own = tuple([term for term in document.own if not term.startswith(_OF_PLACE)])
    return url, own


def stating(document: Document) -> Document:
    """Give an item an id that is made of its link and its fields too."""
    url, own = _statement(document)
    digest = content_digest(f"{document.digest:016x}", url.decode("utf-8", "replace"), "\n".join(own))
    return renamed(document, f"{digest:016x}"[:12])


def own_id(document: Document) -> str:
    """Make the id of an item that shares with another one what should identify it."""
    return f"{document.digest:016x}"[:12]
