"""Reads sources into an index: which items are new, which are known, which changed, which are gone."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from indexer.documents import Document, read_records
from indexer.documents.document import is_distinctive, renamed
from indexer.documents.stored_record import stated, without_since
from indexer.documents.worker_pool import read_sources
from indexer.errors import SourceError
from indexer.item import NewsItem, SourceLines, decode_record
from indexer.schema import DATE_KINDS
from indexer.store.contents import SourceSummary
from indexer.store.item_identity import ItemIdentity, taken
from indexer.store.source_items import IndexedItems, NewItems
from indexer.store.write_report import Change, Listeners, WriteReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.documents.document import DocAddress
    from indexer.sources import ReadOptions, Skipped
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import DocumentStore


MOST: Final = 500  # documents that are read ahead ...
MAX_BYTES: Final = 1 << 24  # ... unless their records take more


class LookAhead:
    """Reads documents ahead; what is left out of sources is told in its turn.

    Args:
        writer: Writes the next generation.
        skip: Told of each record or line that is left out.
    """

    def __init__(self, writer: DocumentStore, skip: Callable[[Skipped], None]) -> None:
        self._writer = writer
        self._skip = skip
        self._waiting: list[Document | Skipped] | None = None  # while documents are read ahead

    def skip(self, skipped: Skipped) -> None:
        """Take what a reader leaves out."""
        if self._waiting is None:
            self._skip(skipped)
        else:
            self._waiting.append(skipped)

    def read(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield documents, looked up where the writer is far away.

        Raises:
            SourceError: Their source cannot be read any further.
        """
        if not self._writer.is_remote:
            yield from documents
            return
        reader = iter(documents)
        while True:
            waiting, error = self._read(reader)
            read = [one for one in waiting if isinstance(one, Document)]
            self._writer.look_up([one.id for one in read], [one.digest for one in read])
            for one in waiting:
                if isinstance(one, Document):
                    yield one
                else:
                    self._skip(one)
            if error:
                raise error
            if not read:
                return

    def _read(self, reader: Iterator[Document]) -> tuple[list[Document | Skipped], SourceError | None]:
        waiting = self._waiting = []
        count = size = 0
        try:
            while count < MOST and size < MAX_BYTES and (document := next(reader, None)):
                waiting.append(document)
                count, size = count + 1, size + len(document.record)
        except SourceError as error:
            return waiting, error
        finally:
            self._waiting = None
        return waiting, None


class MappedFields:
    """Knows which names no source has.

    Args:
        columns: The names, each with what it stands for.
        skip: Told of all that is left out of sources.
    """

    def __init__(self, columns: Iterable[tuple[str, str]], skip: Callable[[Skipped], None]) -> None:
        self._names = [name for name, _ in columns]
        self._skip = skip
        self._files: set[str] = set()  # that gave items
        self._unmet: dict[str, dict[str, str]] = {}  # names to files that have them not, each with the remark

    def skip(self, skipped: Skipped) -> None:
        """Take what is left out."""
        if skipped.unmet:
            self._unmet.setdefault(skipped.unmet, {})[skipped.file] = skipped.reason
        self._skip(skipped)

    def of(self, documents: Iterable[Document]) -> Iterable[Document]:
        """Give documents on, and see which files they are of."""
        return self._seen(documents) if self._names else documents

    def _seen(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            self._files.add(document.item.source.file)
            yield document

    def check(self) -> None:
        """Make sure that each name was met.

        Raises:
            SourceError: One stands in no source, so that it is a mistake; what is there is named.
        """
        for name in self._names:
            without = self._unmet.get(name, {})
            if without and without.keys() >= self._files:
                file, reason = next(iter(without.items()))
                raise SourceError(f"{file}: {reason}")


ITEMS_PER_PROGRESS: Final = 32  # a call for each item would be felt
MAX_HELD: Final = 1 << 26  # bytes of records of new items that wait for what their source no longer holds


class SourceMerger:
    """Reads sources, brings what is new or changed in them into an index, and counts.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index.
        reading: How sources are read.
        reported: Who is told of what happens.

    Attributes:
        report: What happened.
        same: Finds the items that are met, and knows their ids.
        indexed: Of each source, or part of one, that gave items what the base generation had of it.
        new_items: What sources hold newly that may be an item which they no longer hold.
        excludes: Tells whether what a source holds is no item, as somebody says.
    """

    def __init__(
        self, writer: DocumentStore, sources: SourceCatalog, reading: ReadOptions, reported: Listeners
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
        self._told = reported
        self._ahead = LookAhead(writer, self._skip)
        self._mapped = MappedFields(reading.columns, self._ahead.skip)
        self._unread: set[str] = set()  # members of the source at hand that could not be read
        self._held: list[Document] = []  # new items of the source at hand, or old ones changed
        self._room = MAX_HELD

    def read(self, sources: Sequence[str | Path]) -> None:
        """Read sources that have been named.

        Raises:
            SourceError: One of them cannot be read at all, or a name that is mapped stands in none.
        """
        self.same.several = len(sources) > 1
        with self._opened((path, self._reading) for path in sources) as opened:
            for name, documents in opened:
                self._write(name, documents)
        self._mapped.check()

    def read_again(self, sources: Iterable[tuple[str, ReadOptions]]) -> None:
        """Read known sources again, each with its own options; one that cannot be read is told and left."""
        read = [*sources]
        self.sources.name([path for path, _ in read], self._reading)
        self.same.several = True
        with self._opened(read) as opened:
            for (path, _), (name, documents) in zip(read, opened, strict=True):
                try:
                    self._write(name, documents)
                except SourceError as error:
                    self.report.unreached.append((path, str(error)))

    @contextmanager
    def _opened(
        self, sources: Iterable[tuple[str | Path, ReadOptions]]
    ) -> Iterator[Iterator[tuple[str, Iterable[Document]]]]:
        """Open sources; yield the name and the documents of each in turn."""
        read = [(path, self.sources.reading(path, how)) for path, how in sources]
        with read_sources(read, self._mapped.skip, self._reading.jobs) as opened:
            yield (
                (self.sources.open(path, how), self._mapped.of(documents))
                for (path, how), documents in zip(read, opened, strict=True)
            )

    def take(self, items: Iterable[Mapping[str, Any] | NewsItem]) -> None:
        """Read items at hand."""
        name = self.sources.open_items_source()
        self.same.several = True
        self._write(name, read_records(items, name, self._ahead.skip))

    def count_unchanged(self, names: Iterable[str]) -> None:
        """Count what the index has of addresses that have not changed."""
        for name in names:
            self.report.not_read.append(name)
            self.report.unchanged += self.sources.items[name]

    def _skip(self, skipped: Skipped) -> None:
        self.report.skipped.append(skipped)
        if skipped.unread:
            self._unread.add(skipped.file)
        if self._told.change and not skipped.field:
            place = SourceLines(skipped.file, skipped.line, skipped.line)
            self._told.change(Change("skipped", None, None, place, reason=skipped.reason))

    def _write(self, part: str, documents: Iterable[Document]) -> None:
        """Read a source, or the part of one that is a folder."""
        name = self.sources.of(part)
        items, skips = len(self.same.ids), self.report.skipped.total
        kinds, report = Counter[int](), self.report
        indexed = IndexedItems(self._writer, part, known=name in self.sources.before)
        self._unread, self._held, self._room = set(), [], MAX_HELD
        self.same.claimed = set()
        try:
            for document, address in self._untaken(documents, name, indexed):
                kinds[document.kind] += 1
                for language in document.languages:
                    report.languages[language] += 1
                for country in document.countries:
                    report.countries[country] += 1
                if address is None:
                    self._meet_unknown(name, document, indexed)
                else:
                    indexed.meet(address)
                    self._meet(name, document, address)
        except SourceError:
            self._add_held(name)  # what was read up to the fault is true
            raise
        report.dates.update({DATE_KINDS[kind]: count for kind, count in kinds.items()})
        skips = report.skipped.total - skips
        # A source without any item says nothing of those that it had.
        if len(self.same.ids) > items or indexed.holds:
            self.indexed[part] = indexed
            self._settle(name, indexed)
        visits = self._reading.visits
        # What an unchanged source lacks stays counted too.
        if name == part and not (visits and name in visits.unchanged):
            self.sources.skip(name, skips)
        report.sources.append(SourceSummary(part, kinds.total(), skips))

    def _untaken(
        self, documents: Iterable[Document], name: str, indexed: IndexedItems
    ) -> Iterator[tuple[Document, DocAddress | None]]:
        """Yield the documents of a source with what the index has of their items, each item once."""
        same, reported = self.same, self._told.progress
        reported(name, len(same.ids))
        for written in self._ahead.read(documents):
            document, address = same.by_id(written, name)
            if self.excludes(document):
                same.ids.add(document.id)
                if address is not None:
                    indexed.meet(address)
                self._told.of("no item", document, reason="by hand")
                continue
            if document.id in same.ids and (apart := same.with_distinct_id(document)) is not document:
                document, address = apart, self._writer.find(apart.id)
            if document.id in same.ids:
                if same.taken_before(document, name):
                    self._join(name, document, document.id, indexed)
                    continue
                other = same.apart(document)
                if other is None:
                    self._skip(taken(document))
                    continue
                document, address = other, self._writer.find(other.id)
            same.take(document, name)
            yield document, address
            if not len(same.ids) % ITEMS_PER_PROGRESS:
                reported(name, len(same.ids))

    def _meet_unknown(self, name: str, document: Document, indexed: IndexedItems) -> None:
        """Take an item that the index does not know by its id."""
        if self._stays_deleted(document):
            return
        if same := self.same.in_other_source(document, name):
            self._join(name, document, same, indexed)
        elif indexed.known and self._room > 0:
            self._held.append(document)
            self._room -= len(document.record)
        else:
            self._add(name, document)

    def _stays_deleted(self, document: Document) -> bool:
        """Tell whether an item that the index does not have was deleted; it is counted then."""
        deleted, key = self._register.deleted, self._register.deleted_key(document.digest)
        if document.id not in deleted and not (is_distinctive(document) and key in deleted):
            return False
        self.report.deleted_before += 1
        self._told.of("deleted before", document)
        return True

    def _join(self, name: str, document: Document, item_id: str, indexed: IndexedItems) -> None:
        """Note that an item stands in another source too, unless it was deleted."""
        indexed.holds = True
        address = self._writer.find(item_id)
        if address is None and self._stays_deleted(document):
            return
        if address is not None:
            indexed.meet(address)
            if (
                self.sources.of(self._writer.item(address).source.file) == name
            ):  # which another source holds too
                self._meet(name, document, address)
                return
        if self._register.add_place(item_id, document.item.source):
            self.new_items.note(name, document, item_id)
        self._register.rename(document.id, item_id)
        self.same.claimed.add(item_id)
        self.report.unchanged += 1
        self.report.joined += 1
        self._told.of("unchanged", document, reason="it stands in another source too")

    def _meet(self, name: str, document: Document, address: DocAddress, former: str | None = None) -> None:
        """Take an item that the index knows: it is the same, stands elsewhere, or has changed."""
        report, old = self.report, self._writer.record(address)
        if without_since(old) == document.record:
            report.unchanged += 1
            self._told.of("unchanged", document, former)
            return
        before, after = decode_record(old), decode_record(document.record)
        item = NewsItem.from_record(before)
        source = self.sources.of(item.source.file)
        own = self.sources.of(after["source"]["file"])  # what an export holds is of other sources
        if stated(before) == stated(after) or (source != own and self.same.agree(document, address)):
            report.unchanged += 1
            self._told.of("unchanged", document, former)
            if source != own:
                self.same.claimed.add(document.id)
                if self._register.add_place(document.id, document.item.source):
                    report.joined += 1
                    self.new_items.note(name, document, document.id)
                return
            report.moved += 1
        else:
            report.replaced += 1
            self._told.of("replaced", document, former, None if source == own else f"it was of {source}")
            self._register.drop_places(document.id)
        self._writer.replace(address, document)
        self.sources.items[source if source in self.sources.known else name] -= 1
        self.sources.items[name] += 1

    def _add(self, name: str, document: Document) -> None:
        self._writer.add(document)
        for former in document.item.former if b'"former":[' in document.record else ():
            self._register.rename(former, document.id)
        self.sources.items[name] += 1
        self.report.added += 1
        self._told.of("added", document)

    def _add_held(self, name: str) -> None:
        for document in self._held:
            self._add(name, document)
        self._held = []

    def _settle(self, name: str, indexed: IndexedItems) -> None:
        """Compare what is new in a source with what it no longer holds: which is which, changed?"""
        indexed.unread = self._unread
        if self._held and (gone := indexed.gone()):
            from indexer.store.changed_items import pairs

            matched = pairs(self._held, gone, self._writer.item)
            for at, address in matched.items():
                document, item_id = self._held[at], self._writer.head(address)[0]
                self.same.ids.add(item_id)
                self._register.rename(document.id, item_id)
                indexed.meet(address)
                former = document.id if document.id != item_id else None
                self._meet(name, renamed(document, item_id), address, former)
            self._held = [document for at, document in enumerate(self._held) if at not in matched]
        if self._held and indexed.shares():
            for document in self._held:
                self.new_items.note(name, document, document.id)
        self._add_held(name)
