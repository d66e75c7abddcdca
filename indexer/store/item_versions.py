"""Keep the latest version of items that state one, such as those of news agencies, whichever source has it.

A store cannot replace a document that was added in the same write. So new documents with a version wait in a
temporary file until all sources are read.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.documents.document import restore
from indexer.documents.stored_record import since_of, with_since
from indexer.errors import DragomanError, message, reason
from indexer.item import SourceLines, decode_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.documents import Document
    from indexer.store.protocols import DocumentStore


VERSION, CREATED = "version", "versioncreated"
_KEYS: Final = f'"{VERSION}'.encode()  # the start of both keys
MAX_DIGITS: Final = 20  # of the number of a version
_IN_MEMORY: Final = 1 << 26  # bytes of records, above which the file is on disk

Version = tuple[int, str]
"""The number of a version, 0 for none, and its time as stated: the order of versions of an item."""


def version_in(record: Mapping[str, Any]) -> Version | None:
    """Return the version that a record states as custom fields; None if it states none."""
    fields = record.get("fields") or {}
    number, created = fields.get(VERSION, ""), fields.get(CREATED, "")
    stated = int(number) if number.isdecimal() and len(number) <= MAX_DIGITS else 0
    return (stated, created) if stated or created else None


def version_of(document: Document) -> Version | None:
    """Return the version of a document whose source states its id; None if it states none."""
    if document.stated and document.states(_KEYS):
        return version_in(decode_record(document.record))
    return None


class Held(NamedTuple):
    """A document that waits.

    Attributes:
        version: Its version.
        source: The name of its source.
        place: Its location in the source.
        at: The position of its record in the file.
        size: The number of bytes of its record.
    """

    version: Version
    source: str
    place: SourceLines
    at: int
    size: int


class LatestVersions:
    """The latest versions of the new and changed items of a write.

    Args:
        writer: The writer of the next generation.

    Attributes:
        held: The waiting documents by id.
    """

    def __init__(self, writer: DocumentStore) -> None:
        self._writer = writer
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is written
        self.held: dict[str, Held] = {}

    def put(self, document: Document, version: Version, source: str, since: int | None = None) -> None:
        """Hold a document, instead of the waiting one with its id if there is any.

        Args:
            document: The document.
            version: Its version.
            source: The name of its source.
            since: The generation that first contained it; None for that of the waiting one, else the next.

        Raises:
            DragomanError: The disk is full.
        """
        record = document.record
        if (older := self.held.get(document.id)) and since is None:
            since = since_of(self._record(older))
        if since is not None:
            record = with_since(record, since)
        try:
            at = self._file.seek(0, 2)
            self._file.write(record)
        except OSError as error:
            raise DragomanError(message("store.cannot_write_temporary", error=reason(error))) from None
        self.held[document.id] = Held(version, source, document.item.source, at, len(record))

    def write(self) -> None:
        """Write the waiting documents, in the order in which their items were first read."""
        for held in self.held.values():
            document = restore(self._record(held))
            self._writer.add(document, since_of(document.record))
        self.held.clear()
        self._file.close()

    def _record(self, held: Held) -> bytes:
        self._file.seek(held.at)
        return self._file.read(held.size)
