"""Merge sources into an index: find new, changed, unchanged and removed items."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from indexer.documents import Document, read_records
from indexer.documents.document import change_id, is_distinctive
from indexer.documents.stored_record import drop_unstated, remove_since
from indexer.documents.worker_pool import read_sources
from indexer.errors import SourceError, message, message_of
from indexer.item import NewsItem, SourceLines, decode_record
from indexer.schema import DATE_KINDS
from indexer.store.item_identity import (
    ItemIdentity,
    LatestVersions,
    older_version_warning,
    repeated_item_warning,
    version_in,
    version_of,
)
from indexer.store.manifest import SourceSummary
from indexer.store.source_items import IndexedItems, NewItems, match_versions
from indexer.store.write_report import Change, Listeners, WriteReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.documents.document import DocAddress
    from indexer.sources import ReadOptions, Skipped
    from indexer.store.item_identity import Version
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import DocumentStore


MOST: Final = 500  # documents and warnings in a batch that is read ahead
MAX_BYTES: Final = 1 << 24  # bytes of records after which a batch ends earlier


class LookAhead:
    """Reads documents in advance, so that a cluster can look up their items in batches."""

    def __init__(self, writer: DocumentStore, skip: Callable[[Skipped], None]) -> None:
        self._writer = writer
        self._skip = skip
        self._waiting: list[Document | Skipped] | None = None  # while reading ahead

    def skip(self, skipped: Skipped) -> None:
        """Report a skipped part; while reading ahead, only after yielding the documents before it."""
        if self._waiting is None:
            self._skip(skipped)
        else:
            self._waiting.append(skipped)

    def read(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield documents; if the index is on a cluster, look them up in batches before.

        Raises:
            SourceError: The rest of the source cannot be read. The documents before it were yielded.
        """
        if not self._writer.is_remote:
            yield from documents
            return
        reader, error = iter(documents), None
        while True:
            waiting: list[Document | Skipped] = []
            self._waiting, size = waiting, 0
            try:
                for document in reader:
                    waiting.append(document)
                    size += len(document.record)
                    if len(waiting) >= MOST or size >= MAX_BYTES:
                        break
            except SourceError as raised:
                error = raised
            self._waiting = None
            read = [one for one in waiting if isinstance(one, Document)]
            self._writer.prefetch([one.id for one in read], [one.digest for one in read])
            for one in waiting:
                if isinstance(one, Document):
                    yield one
                else:
                    self._skip(one)
            if error:
                raise error
            if not read:
                return


class MappedFields:
    """Checks that each field name in ``--map`` occurs in a source.

    Args:
        columns: Pairs of a field name in the source and the name of the field in the index.
        skip: Called with each skipped part.
    """

    def __init__(self, columns: Iterable[tuple[str, str]], skip: Callable[[Skipped], None]) -> None:
        self._names = [name for name, _ in columns]
        self._skip = skip
        self._files: set[str] = set()  # files with items
        # For each missing field, the files without it and their warnings.
        self._missing_fields: dict[str, dict[str, str]] = {}

    def skip(self, skipped: Skipped) -> None:
        """Report a skipped part.

        Record its file if the file lacks a field named in ``--map``.
        """
        if skipped.missing_field:
            self._missing_fields.setdefault(skipped.missing_field, {})[skipped.file] = skipped.reason
        self._skip(skipped)

    def watch(self, documents: Iterable[Document]) -> Iterable[Document]:
        """Yield the documents, and record their files."""
        return self._watch_fields(documents) if self._names else documents

    def _watch_fields(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            self._files.add(document.item.source.file)
            yield document

    def check(self) -> None:
        """Check that each field name in ``--map`` occurs in a source.

        Raises:
            SourceError: A name occurs in no source; the message lists names that do.
        """
        for name in self._names:
            without = self._missing_fields.get(name, {})
            if without and without.keys() >= self._files:
                file, reason = next(iter(without.items()))
                raise SourceError(message("store.unread_file", file=file, reason=reason))


ITEMS_PER_PROGRESS: Final = 32  # a call for each item would take noticeable time
MAX_HELD: Final = 1 << 26  # bytes of records of new items that are held until a source is read


class SourceMerger:
    """Reads sources, and adds and counts their new and changed items.

    Attributes:
        report: The report of the write, with its counts and warnings.
        same: The finder of the indexed item of a document.
        indexed: The items of the previous generation, by the source, or part of a source, that was read.
        new_items: New items, some of which may be changed versions of removed items.
        latest: The latest versions of items, to be written after all sources are read.
        excludes: Returns whether a correction marks a document as not a news item.
    """

    def __init__(
        self, writer: DocumentStore, sources: SourceCatalog, reading: ReadOptions, listeners: Listeners
    ) -> None:
        self.report = WriteReport()
        self.sources = sources
        self.same = ItemIdentity(writer, sources)
        self.indexed: dict[str, IndexedItems] = {}
        self.new_items = NewItems()
        self.excludes: Callable[[Document], bool] = lambda _: False
        self._writer = writer
        self._register = writer.register
        self._reading = reading
        self._listeners = listeners
        self._ahead = LookAhead(writer, self._skip)
        self._mapped = MappedFields(reading.columns, self._ahead.skip)
        self._unread: set[str] = set()  # members of the current source that could not be read
        self.latest = LatestVersions(writer)
        self._kinds = Counter[int]()  # the numbers of items read from the current source, by kind of date
        self._held: list[Document] = []  # items of the current source that are new, or changed with a new id
        self._room = MAX_HELD

    def read(self, sources: Sequence[str | Path]) -> None:
        """Read the given sources.

        Raises:
            SourceError: A source cannot be read at all, or a field named in ``--map`` occurs in no source.
        """
        self.same.several = len(sources) > 1
        with self._open_sources((path, self._reading) for path in sources) as opened:
            for name, documents in opened:
                self._write(name, documents)
        self._mapped.check()

    def read_again(self, sources: Iterable[tuple[str, ReadOptions]]) -> None:
        """Read the sources of the index again.

        Sources that cannot be read are reported and skipped.
        """
        read = [*sources]
        self.sources.name([path for path, _ in read], self._reading)
        self.same.several = True
        with self._open_sources(read) as opened:
            for (path, _), (name, documents) in zip(read, opened, strict=True):
                try:
                    self._write(name, documents)
                except SourceError as error:
                    self.report.unreached.append((path, message_of(error)))

    @contextmanager
    def _open_sources(
        self, sources: Iterable[tuple[str | Path, ReadOptions]]
    ) -> Iterator[Iterator[tuple[str, Iterable[Document]]]]:
        """Open sources, and yield an iterator over their names and documents."""
        read = [(path, self.sources.options_for(path, how)) for path, how in sources]
        with read_sources(read, self._mapped.skip, self._reading.jobs) as opened:
            yield (
                (self.sources.open(path, how), self._mapped.watch(documents))
                for (path, how), documents in zip(read, opened, strict=True)
            )

    def read_items(self, items: Iterable[Mapping[str, Any] | NewsItem], source: str | None) -> None:
        """Write items that are in memory, as if they were read from a source.

        ``source`` is the name of the source; None for the default name.
        """
        name = self.sources.open_items_source(source)
        self.same.several = True
        self._write(name, read_records(items, name, self._ahead.skip, self._reading))

    def count_unchanged(self, names: Iterable[str]) -> None:
        """Count the items of pages that have not changed."""
        for name in names:
            self.report.not_read.append(name)
            self.report.unchanged += self.sources.items[name]

    def _skip(self, skipped: Skipped) -> None:
        self.report.skipped.append(skipped)
        if skipped.unread:
            self._unread.add(skipped.file)
        if self._listeners.change and not skipped.field:
            place = SourceLines(skipped.file, skipped.line, skipped.line)
            self._listeners.change(Change("skipped", None, None, place, reason=skipped.reason))

    def _write(self, part: str, documents: Iterable[Document]) -> None:
        """Merge the documents of a source, or of a part of a folder."""
        name = self.sources.of(part)
        items, skips = len(self.same.ids), self.report.skipped.total
        kinds, report = Counter[int](), self.report
        self._kinds = kinds
        indexed = IndexedItems(self._writer, part, known=name in self.sources.before)
        self._unread, self._held, self._room = set(), [], MAX_HELD
        self.same.claimed = set()
        try:
            for document, address in self._distinct_items(documents, name, indexed):
                self._count(document)
                if address is None:
                    self._write_unknown(name, document, indexed)
                else:
                    indexed.mark_found(address)
                    self._write_known(name, document, address)
        except SourceError:
            self._add_held(name)  # keep the items that were read before the error
            raise
        report.dates.update({DATE_KINDS[kind]: count for kind, count in kinds.items()})
        skips = report.skipped.total - skips
        # A source without items does not remove its former items.
        if len(self.same.ids) > items or indexed.has_shared_items:
            self.indexed[part] = indexed
            self._settle(name, indexed)
        visits = self._reading.visits
        # The skipped records of an unchanged source stay counted.
        if name == part and not (visits and name in visits.unchanged):
            self.sources.skip(name, skips)
        report.sources.append(SourceSummary(part, kinds.total(), skips))

    def _count(self, document: Document) -> None:
        """Count an item in the report."""
        languages, countries = self.report.languages, self.report.countries
        self._kinds[document.kind] += 1
        for language in document.languages:  # Counter.update makes five calls
            languages[language] += 1
        for country in document.countries:
            countries[country] += 1

    def _distinct_items(
        self, documents: Iterable[Document], name: str, indexed: IndexedItems
    ) -> Iterator[tuple[Document, DocAddress | None]]:
        """Yield the documents of a source without repetitions, with the addresses of their indexed items.

        The address is ``None`` if the item is new.
        """
        same, progress = self.same, self._listeners.progress
        progress(name, len(same.ids))
        for written in self._ahead.read(documents):
            document, address = same.find_by_id(written, name)
            if self.excludes(document):
                same.ids.add(document.id)
                if address is not None:
                    indexed.mark_found(address)
                self._listeners.report("no item", document, reason="by hand")
                continue
            if document.id in same.ids:
                other = self._handle_repeated_id(name, document, address, indexed)
                if other is None:
                    continue
                document, address = other
            same.add(document, name)
            yield document, address
            if not len(same.ids) % ITEMS_PER_PROGRESS:
                progress(name, len(same.ids))

    def _handle_repeated_id(
        self, name: str, document: Document, address: DocAddress | None, indexed: IndexedItems
    ) -> tuple[Document, DocAddress | None] | None:
        """Decide whether to write a document whose id this write has already read.

        Returns:
            The document, perhaps with another id, and the address of its indexed item (``None`` if the item
            is new). The result is ``None`` if the document is skipped.
        """
        if self._is_other_version(name, document, address):
            return None if address is None else (document, address)
        if (apart := self.same.make_id_distinct(document)) is not document:
            document, address = apart, self._writer.find(apart.id)
        if document.id not in self.same.ids:
            return document, address
        if self.same.is_of_other_source(document, name):
            self._count(document)
            self._record_other_source(name, document, document.id, indexed)
            return None
        other = self.same.separate(document)
        if other is None:
            self._skip(repeated_item_warning(document))
            return None
        return other, self._writer.find(other.id)

    def _is_other_version(self, name: str, document: Document, address: DocAddress | None) -> bool:
        """Return whether a document is another version of an item of this write; keep the newer version."""
        version = version_of(document)
        if version is None:
            return False
        if address is not None:  # it is compared with the indexed version when it is written
            return True
        held = self.latest.held.get(document.id)
        if held is None or held.version == version:
            return False
        older = document.item.source
        if version > held.version:
            older = held.place
            self.latest.put(document, version, name)
            self.sources.items[held.source] -= 1
            self.sources.items[name] += 1
        self._skip(older_version_warning(document.id, older))
        return True

    def _write_unknown(self, name: str, document: Document, indexed: IndexedItems) -> None:
        """Write a document whose id is not in the index."""
        if self._stays_deleted(document):
            return
        if version := version_of(document):  # other versions may follow
            self._add(name, document, version)
        elif same := self.same.find_in_other_source(document, name):
            self._record_other_source(name, document, same, indexed)
        elif indexed.known and self._room > 0:
            self._held.append(document)
            self._room -= len(document.record)
        else:
            self._add(name, document)

    def _stays_deleted(self, document: Document) -> bool:
        """Return whether a document's item was deleted, and count the document if so."""
        deleted = self._register.deleted
        if not deleted:  # as in most indexes
            return False
        key = self._register.deleted_key(document.digest)
        if document.id not in deleted and not (is_distinctive(document) and key in deleted):
            return False
        self.report.deleted_before += 1
        self._listeners.report("deleted before", document)
        return True

    def _record_other_source(
        self, name: str, document: Document, item_id: str, indexed: IndexedItems
    ) -> None:
        """Record that an item is also in this source, unless the item was deleted."""
        indexed.has_shared_items = True
        address = self._writer.find(item_id)
        if address is None and self._stays_deleted(document):
            return
        if address is not None:
            indexed.mark_found(address)
            # Another source may have it too.
            if self.sources.of(self._writer.item(address).source.file) == name:
                self._write_known(name, document, address)
                return
        if self._register.add_place(item_id, document.item.source):
            self.new_items.note(name, document, item_id)
        self._register.rename(document.id, item_id)
        self.same.claimed.add(item_id)
        self.report.unchanged += 1
        self.report.joined += 1
        self._listeners.report("unchanged", document, reason="it stands in another source too")

    def _write_known(
        self, name: str, document: Document, address: DocAddress, former: str | None = None
    ) -> None:
        """Write a document, unless it equals its item in the index."""
        report, old = self.report, self._writer.record(address)
        if remove_since(old) == document.record:
            report.unchanged += 1
            self._listeners.report("unchanged", document, former)
            return
        before, after = decode_record(old), decode_record(document.record)
        item = NewsItem.from_record(before)
        source = self.sources.of(item.source.file)
        version = version_of(document)
        if version and version < (version_in(before) or version):
            report.unchanged += 1
            self._listeners.report("unchanged", document, reason="the index has a later version")
            return
        own = self.sources.of(after["source"]["file"])  # exported items have other sources
        is_equal = drop_unstated(before) == drop_unstated(after)
        if is_equal or (source != own and self.same.agree(document, address)):
            report.unchanged += 1
            self._listeners.report("unchanged", document, former)
            if source != own:
                self.same.claimed.add(document.id)
                if self._register.add_place(document.id, document.item.source):
                    report.joined += 1
                    self.new_items.note(name, document, document.id)
                return
            report.moved += 1
        else:
            report.replaced += 1
            self._register.changed_items.add(document.id)
            moved = None if source == own else f"it was of {source}"
            self._listeners.report("replaced", document, former, moved)
            self._register.drop_places(document.id)
        if version:
            self.latest.put(document, version, name, self._writer.remove(address))
        else:
            self._writer.replace(address, document)
        self.sources.items[source if source in self.sources.known else name] -= 1
        self.sources.items[name] += 1

    def _add(self, name: str, document: Document, version: Version | None = None) -> None:
        if version:
            self.latest.put(document, version, name)
        else:
            self._writer.add(document)
        for former in document.item.former if document.has_key(b'"former":[') else ():
            self._register.rename(former, document.id)
        self.sources.items[name] += 1
        self.report.added += 1
        self._listeners.report("added", document)

    def _add_held(self, name: str) -> None:
        for document in self._held:
            self._add(name, document)
        self._held = []

    def _settle(self, name: str, indexed: IndexedItems) -> None:
        """Replace each item that the source lost by the new item that is its changed version, if any."""
        indexed.unread = self._unread
        if self._held and (gone := indexed.gone()):
            matched = match_versions(self._held, gone, self._writer.item)
            for at, address in matched.items():
                document, item_id = self._held[at], self._writer.head(address)[0]
                self.same.ids.add(item_id)
                self._register.rename(document.id, item_id)
                indexed.mark_found(address)
                former = document.id if document.id != item_id else None
                self._write_known(name, change_id(document, item_id), address, former)
            self._held = [document for at, document in enumerate(self._held) if at not in matched]
        if self._held and indexed.shares():
            for document in self._held:
                self.new_items.note(name, document, document.id)
        self._add_held(name)
